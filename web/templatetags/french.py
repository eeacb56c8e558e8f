"""Sums and days in templates, in the HTML that INTERFACES promises."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from web import french

register = template.Library()
register.filter("euros", french.euros)
register.filter("round_euros", french.round_euros)
register.filter("french_percent", french.french_percent)
register.filter("french_day", french.french_day)
register.filter("phone", french.french_phone)
register.filter("french_duration", french.french_duration)
register.filter("time_left", french.time_left)


# A sum and a day are digits and our own words: nothing in them to escape, on pages that write hundreds of them.


def _identity(id: str) -> str:  # noqa: A002
    return format_html(' id="{}"', id) if id else ""


@register.simple_tag
def amount(value: Decimal, id: str = "") -> SafeString:  # noqa: A002 - the HTML attribute
    """`<data class="amount" value="59.20">59,20 €</data>`."""
    return SafeString(f'<data class="amount"{_identity(id)} value="{value:.2f}">{french.euros(value)}</data>')


@register.simple_tag
def day(value: date, id: str = "") -> SafeString:  # noqa: A002
    """`<time datetime="2026-05-31">31 mai 2026</time>`; a moment is shown as its day in Paris."""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return SafeString(f'<time{_identity(id)} datetime="{value.isoformat()}">{french.french_day(value)}</time>')


@register.simple_tag
def moment(value: datetime) -> SafeString:
    """A day and an hour in Paris: « 31 mai 2026 à 14 h 05 »."""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), french_moment(value))


@register.filter
def french_moment(value: datetime) -> str:
    """« 31 mai 2026 à 14 h 05 », in Paris."""
    local = timezone.localtime(value)
    return f"{french.french_day(local.date())} à {local.hour}{french.NBSP}h{french.NBSP}{local.minute:02d}"


@register.filter
def french_hour(value: datetime) -> str:
    """« 14 h 05 », in Paris; another day is named."""
    local = timezone.localtime(value)
    hour = f"{local.hour}{french.NBSP}h{french.NBSP}{local.minute:02d}"
    return hour if local.date() == timezone.localdate() else f"{french.french_day(local.date())}, {hour}"
