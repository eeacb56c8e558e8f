"""Identifier and password, then the second factor."""

from typing import assert_never

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accounts import browsers, pending
from accounts.actions import login as actions
from accounts.actions.login import NoFactor, Started, WrongCredentials
from accounts.actions.sms_code import SmsCut, TooMany, cancel_login
from accounts.captcha import captcha_page
from accounts.departure import emptied
from accounts.forms.login import LoginForm
from accounts.models import Factor, User
from accounts.pending import Pending
from accounts.proof import note_proof
from accounts.requests import AreaRequest
from accounts.sessions import BROWSER, STARTED
from accounts.user_agents import describe
from accounts.views.wait import wait_page
from establishments.requests import EstablishmentRequest
from journal.actions import name_of
from web.address import client_address
from web.french import french_phone

VISITOR = "visitor"


@login_not_required
@captcha_page
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: EstablishmentRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, "accounts/login.html", {"form": LoginForm(request=request)})
    form = LoginForm(request.POST, request=request)
    if form.is_valid():
        outcome = _start(request, form.cleaned_data["identifier"], form.cleaned_data["password"])
        match outcome:
            case Started():
                pending.remember(request, outcome, come_back=request.GET.get("next", ""), is_step_up=False)
                return redirect("accounts:code", slug)
            case TooMany(seconds):
                return wait_page(request, seconds, form)
            case WrongCredentials():
                form.refuse()
            case NoFactor() | SmsCut():
                form.add_error(None, why_no_factor(outcome, request))
            case _:
                assert_never(outcome)
    return render(request, "accounts/login.html", {"form": form}, status=422)


@login_not_required
@require_POST
def cancel(request: EstablishmentRequest, slug: str) -> HttpResponse:
    """Nothing of the attempt stays for the next person on the machine; who was inside stays inside."""
    found = pending.pending_of(request)
    if found is None:
        return redirect("accounts:login", slug)
    attempt, user = found
    cancel_login(user_pk=user.pk, sms_challenge=attempt["sms_challenge"], by=VISITOR)
    if attempt["is_step_up"]:
        pending.forget(request)
        return redirect("accounts:security", slug)
    request.session.flush()
    return redirect("accounts:login", slug)


@require_POST
def log_out(request: AreaRequest, slug: str) -> HttpResponse:
    actions.note_logout(user=request.user, by=name_of(request.user))
    logout(request)
    return emptied(redirect("accounts:login", slug))


def open_area(request: EstablishmentRequest, user: User, attempt: Pending) -> HttpResponse:
    """Both factors are proved, at a login or once more: a new session key either way."""
    is_new = user.last_login is not None and not browsers.has_logged_in(request, user.username)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])  # django-otp stores the device
    pending.forget(request)
    note_proof(request)
    if attempt["is_step_up"]:
        request.session.cycle_key()  # `login` changes the key of a stranger's session only
    else:
        request.session[STARTED] = timezone.now().timestamp()
        request.session[BROWSER] = request.headers.get("User-Agent", "")[:250]
        if is_new:
            actions.note_new_browser(user=user, browser=describe(request.session[BROWSER]), by=name_of(user))
        request.session["offer_factor"] = attempt["factor"] == Factor.SMS
    slug, come_back = request.establishment.slug, attempt["next"]
    inside = come_back.startswith(f"/{slug}/") and url_has_allowed_host_and_scheme(come_back, allowed_hosts=None)
    response = redirect(come_back) if inside else redirect("contracts:overview", slug)
    browsers.remember(request, response, user.username)
    return response


def why_no_factor(outcome: NoFactor | SmsCut, request: EstablishmentRequest) -> str:
    call = f"Appelez votre agence, {request.establishment.name}, au {french_phone(request.establishment.phone)}"
    match outcome:
        case SmsCut():
            return f"Nous ne pouvons pas envoyer de SMS en ce moment. Réessayez plus tard. {call}, si c’est urgent."
        case NoFactor(is_closed=True):
            return (
                "Par sécurité, votre téléphone ne peut plus servir à vous connecter\u00a0: trop de codes faux ont été "
                f"tapés. {call}. Elle vérifie votre identité et le rouvre."
            )
        case NoFactor():
            return (
                "Votre dossier n’a pas de numéro de mobile\u00a0: nous ne pouvons pas vous envoyer le code. "
                f"{call}, pour l’ajouter."
            )
        case _:
            assert_never(outcome)


def _start(request: EstablishmentRequest, identifier: str, password: str) -> actions.Beginning | WrongCredentials:
    username = User.client_username(request.establishment.pk, identifier)
    return actions.start_login(
        establishment=request.establishment,
        identifier=identifier,
        password=password,
        browser=browsers.known_as(request, username),
        address=client_address(request),
        by=VISITOR,
    )
