"""The calendar of dates: taken once, or read again and again by a phone from a private address."""

import hashlib
from typing import assert_never

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import limits
from accounts.requests import AreaRequest
from accounts.views.wait import too_many_files, wait_page
from contracts.actions import calendar as actions
from contracts.actions.calendar import LinkMade, LinkRevoked, NoLink, TitleKept, TooManyLinks, digest_of
from contracts.calendar_forms import TitleForm
from contracts.due_calendar import calendar_of
from contracts.models import CalendarLink
from establishments.requests import EstablishmentRequest
from journal.actions import name_of
from web.address import client_address
from web.machine_doors import machine_door

CONTENT_TYPE = "text/calendar; charset=utf-8"


@require_safe
def download(request: AreaRequest, slug: str) -> HttpResponse:
    link = _link(request)
    data = calendar_of(request.user.client, link.title if link else "")
    return HttpResponse(
        data, content_type=CONTENT_TYPE, headers={"Content-Disposition": 'attachment; filename="dates.ics"'}
    )


@machine_door
@login_not_required
@require_safe
def feed(request: EstablishmentRequest, slug: str, token: str) -> HttpResponse:
    """A phone has no session: the token in the address is all that it shows, so the answer names nobody and no sum."""
    known = CalendarLink.objects.filter(client__establishment=request.establishment, client__user__is_active=True)
    link = known.select_related("client").filter(digest=digest_of(token)).first()
    # Calendars of big services ask for many clients from one address: only wrong tokens count there.
    seconds = limits.calendar_read(link.pk) if link else limits.calendar_guessed_from(client_address(request))
    if seconds:
        return too_many_files(request, seconds)
    if link is None:
        raise Http404
    return _conditional(request, calendar_of(link.client, link.title))


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: AreaRequest, slug: str) -> HttpResponse:
    """POST makes an address, or a new one; the page that answers is the only one that shows it."""
    if request.method != "POST":
        known = _link(request)
        return _page(request, TitleForm(initial={"title": known.title if known else ""}))
    form = TitleForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    title = form.cleaned_data["title"]
    outcome = actions.make_calendar_link(user_pk=request.user.pk, title=title, by=name_of(request.user))
    match outcome:
        case LinkMade(token):
            return _page(request, form, address=f"{settings.SITE_URL}{reverse('contracts:feed', args=[slug, token])}")
        case TooManyLinks(seconds):
            return wait_page(request, seconds, form)
        case _:
            assert_never(outcome)


@require_POST
def retitle(request: AreaRequest, slug: str) -> HttpResponse:
    form = TitleForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    title = form.cleaned_data["title"]
    outcome = actions.title_calendar(user_pk=request.user.pk, title=title, by=name_of(request.user))
    match outcome:
        case TitleKept():
            messages.success(request, "C’est noté. Votre téléphone affichera ce titre d’ici un jour.")
        case NoLink():
            messages.error(request, "Vous n’avez pas d’adresse de calendrier\u00a0: créez-en une.")
        case TooManyLinks(seconds):
            return wait_page(request, seconds, form)
        case _:
            assert_never(outcome)
    return redirect("contracts:calendar_link", slug)


@require_POST
def revoke(request: AreaRequest, slug: str) -> HttpResponse:
    outcome = actions.revoke_calendar_link(user_pk=request.user.pk, by=name_of(request.user))
    match outcome:
        case LinkRevoked():
            messages.success(request, "L’adresse est supprimée. Votre téléphone ne lira plus rien.")
        case NoLink():
            messages.warning(request, "Il n’y avait pas d’adresse à supprimer.")
        case _:
            assert_never(outcome)
    return redirect("contracts:calendar_link", slug)


def _link(request: AreaRequest) -> CalendarLink | None:
    return CalendarLink.objects.filter(client=request.user.client).first()


def _page(request: AreaRequest, form: TitleForm, *, address: str = "", status: int = 200) -> HttpResponse:
    """`address`: in clear, once."""
    subscribe = address.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1)
    context = {"form": form, "link": _link(request), "address": address, "subscribe": subscribe}
    return render(request, "contracts/calendar.html", context, status=status)


def _conditional(request: EstablishmentRequest, data: bytes) -> HttpResponse:
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    unchanged = get_conditional_response(request, etag=tag)
    answer = unchanged if isinstance(unchanged, HttpResponse) else HttpResponse(data, content_type=CONTENT_TYPE)
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
