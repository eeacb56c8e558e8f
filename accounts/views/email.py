"""A new e-mail: asked for in the area, confirmed at a public door, since the link may open in another browser."""

from typing import assert_never

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.middleware import is_verified

from accounts import limits
from accounts.actions import email as actions
from accounts.actions.email import EmailChanged, LinkExpired, LinkSent, NotYet, SameEmail, TooMany
from accounts.forms.profile import EmailForm
from accounts.proof import fresh_proof_required
from accounts.requests import AreaRequest
from accounts.session_pages import other_sessions
from accounts.views.login import VISITOR
from accounts.views.wait import retry_after
from accounts.views.waiting import too_many
from establishments.requests import EstablishmentRequest
from journal.actions import name_of
from web.address import client_address

SESSION_KEY = "email_link_token"
IN_SESSION = "confirmer"  # stands in the address for the token


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof_required
def change_email(request: AreaRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        return _page(request, EmailForm())
    form = EmailForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if seconds := limits.mail_asked_from(client_address(request)):
        return _too_many(request, form, seconds)
    email = form.cleaned_data["email"]
    outcome = actions.request_email_change(user_pk=request.user.pk, email=email, by=name_of(request.user))
    match outcome:
        case LinkSent():
            return redirect("accounts:change_email", slug)
        case SameEmail():
            form.add_error("email", "C’est déjà l’adresse e-mail de votre dossier.")
        case TooMany(seconds):
            return _too_many(request, form, seconds)
        case NotYet():
            pass  # the page says until when
        case _:
            assert_never(outcome)
    return _page(request, form, status=422)


@require_POST
def cancel_email_change(request: AreaRequest, slug: str) -> HttpResponse:
    actions.cancel_email_change(user_pk=request.user.pk, by=name_of(request.user))
    messages.success(request, "Votre adresse e-mail reste la même. Le lien envoyé ne sert plus.")
    return redirect("accounts:profile", slug)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: EstablishmentRequest, slug: str, token: str) -> HttpResponse:
    """Opening the link changes nothing: mail scanners open links too. It leaves the address at once."""
    is_in_address = token != IN_SESSION
    token = token if is_in_address else request.session.get(SESSION_KEY, "")
    if request.method != "POST":
        change = actions.email_change_of_link(establishment=request.establishment, token=token, now=timezone.now())
        if change is not None and is_in_address:
            request.session.cycle_key()  # whoever planted the one before has no part in what comes
            request.session[SESSION_KEY] = token
            return redirect("accounts:confirm_email", slug, IN_SESSION)
        return _expired(request) if change is None else _door(request, new_email=change.value)
    outcome = actions.confirm_email(establishment=request.establishment, token=token, by=VISITOR)
    request.session.pop(SESSION_KEY, None)
    match outcome:
        case EmailChanged(email, user_pk):
            is_inside = request.user.pk == user_pk and is_verified(request.user)
            others = other_sessions(request) if is_inside else 0
            return _door(request, changed_to=email, is_inside=is_inside, others=others)
        case NotYet(until):
            return _door(request, status=422, until=until)
        case LinkExpired():
            return _expired(request)
        case _:
            assert_never(outcome)


def _too_many(request: AreaRequest, form: EmailForm, seconds: int) -> HttpResponse:
    form.add_error(None, too_many(seconds))
    return retry_after(seconds, _page(request, form))


def _expired(request: EstablishmentRequest) -> HttpResponse:
    return _door(request, status=410)


def _door(request: EstablishmentRequest, *, status: int = 200, **facts: object) -> HttpResponse:
    return render(request, "accounts/confirm_email.html", facts, status=status)


def _page(request: AreaRequest, form: EmailForm, status: int = 200) -> HttpResponse:
    client, now = request.user.client, timezone.now()
    facts = {
        "form": form,
        "client": client,
        "change": actions.email_change_in_progress(client, now),
        "closed_until": actions.email_closed_until(client, now),
    }
    return render(request, "accounts/profile_email.html", facts, status=status)
