"""The tap of all SMS: `manage.py sms off` closes it, in an attack or when the provider misbehaves."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from journal.actions import record
from messaging.models import SMSSwitch

SWITCHED_OFF = "envoi de SMS coupé"  # in the row of a message that met the closed tap


def sms_is_on() -> bool:
    """Whether an SMS would leave; else a page says at once what to do instead of waiting for one."""
    return settings.SMS_BACKEND != "off" and current_switch().is_on


def current_switch() -> SMSSwitch:
    """On until somebody turns it off: no row is needed before."""
    return SMSSwitch.objects.filter(pk=SMSSwitch.ONLY).first() or SMSSwitch(pk=SMSSwitch.ONLY)


@transaction.atomic(durable=True)
def turn_sms(*, on: bool, by: str) -> bool:
    """False when it stood so already."""
    now = timezone.now()
    switch, _ = SMSSwitch.objects.select_for_update(of=("self",)).get_or_create(pk=SMSSwitch.ONLY)
    if switch.is_on == on:
        return False
    switch.is_on, switch.changed_at, switch.changed_by = on, now, by
    switch.save()
    record("sms_switched", by=by, subject=switch, on=on)
    return True
