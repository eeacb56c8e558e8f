"""Identifier and password, then the code."""

from typing import Any, TypedDict, assert_never, cast

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accounts import codes
from accounts.actions import login as actions
from accounts.actions.login import (
    Accepted,
    CodeSent,
    Expired,
    Locked,
    NoMobile,
    NoMoreResends,
    TooSoon,
    WrongCode,
    WrongCredentials,
)
from accounts.forms.login import CodeForm, LoginForm
from accounts.models import SMSDevice
from accounts.proof import note_proof
from accounts.requests import AreaRequest
from accounts.sessions import BROWSER, STARTED
from establishments.requests import EstablishmentRequest
from journal.actions import name_of
from web.french import plural

VISITOR = "visitor"
SESSION_KEY = "login_in_progress"


class LoginInProgress(TypedDict):
    """What the session keeps between the password and the code."""

    user_pk: int
    challenge: str
    started_at: float
    next: str


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: EstablishmentRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, "accounts/login.html", {"form": LoginForm()})
    form = LoginForm(request.POST)
    if form.is_valid():
        credentials = {name: form.cleaned_data[name] for name in ("identifier", "password")}
        outcome = actions.start_login(establishment=request.establishment, by=VISITOR, **credentials)
        match outcome:
            case CodeSent():
                _remember(request, outcome)
                return redirect("accounts:code", slug)
            case NoMobile():
                form.add_error(None, _no_mobile(request))
            case WrongCredentials():
                form.refuse()
            case _:
                assert_never(outcome)
    return render(request, "accounts/login.html", {"form": form}, status=422)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: EstablishmentRequest, slug: str) -> HttpResponse:
    started = _in_progress(request)
    if started is None:
        return redirect("accounts:login", slug)
    if request.method != "POST":
        return _code_page(request, started, CodeForm())
    form = CodeForm(request.POST)
    if form.is_valid():
        outcome = actions.confirm_code(
            user_pk=started["user_pk"], challenge=started["challenge"], code=form.cleaned_data["code"], by=VISITOR
        )
        match outcome:
            case Accepted(user):
                return _open_area(request, user, started["next"])
            case WrongCode(left):
                form.add_error("code", f"Ce code n’est pas le bon. Il vous reste {plural(left, 'essai', 'essais')}.")
            case Locked():
                form.add_error(
                    "code", "Trop d’essais avec ce code. Demandez un nouveau code avec « Renvoyer le code (SMS) »."
                )
            case Expired():
                form.add_error(
                    "code", "Ce code n’est plus valable. Demandez un nouveau code avec « Renvoyer le code (SMS) »."
                )
            case _:
                assert_never(outcome)
    return _code_page(request, started, form, status=422)


@login_not_required
@require_POST
def resend(request: EstablishmentRequest, slug: str) -> HttpResponse:
    started = _in_progress(request)
    if started is None:
        return redirect("accounts:login", slug)
    outcome = actions.resend_code(user_pk=started["user_pk"], challenge=started["challenge"], by=VISITOR)
    form = CodeForm({})
    form.errors.clear()
    match outcome:
        case CodeSent():
            return redirect("accounts:code", slug)
        case TooSoon(seconds):
            form.add_error(None, f"Attendez encore {plural(seconds, 'seconde', 'secondes')} avant un nouveau code.")
        case NoMoreResends():
            form.add_error(None, "Nous avons déjà envoyé quatre codes. Appelez votre agence si aucun n’arrive.")
        case Expired():
            _forget(request)
            return redirect("accounts:login", slug)
        case _:
            assert_never(outcome)
    return _code_page(request, started, form, status=422)


@login_not_required
@require_POST
def cancel(request: EstablishmentRequest, slug: str) -> HttpResponse:
    if (started := _in_progress(request)) is not None:
        actions.cancel_login(user_pk=started["user_pk"], challenge=started["challenge"], by=VISITOR)
        request.session.flush()
    return redirect("accounts:login", slug)


@require_POST
def log_out(request: AreaRequest, slug: str) -> HttpResponse:
    actions.note_logout(user=request.user, by=name_of(request.user))
    logout(request)
    return redirect("accounts:login", slug)


def _remember(request: EstablishmentRequest, sent: CodeSent) -> None:
    """A clean session: nothing of the person before, a new key."""
    request.session.flush()
    started: LoginInProgress = {
        "user_pk": sent.user_pk,
        "challenge": sent.challenge,
        "started_at": timezone.now().timestamp(),
        "next": request.GET.get("next", ""),
    }
    request.session[SESSION_KEY] = started


def _in_progress(request: EstablishmentRequest) -> LoginInProgress | None:
    started = cast(LoginInProgress | None, request.session.get(SESSION_KEY))
    if started is None:
        return None
    age = timezone.now().timestamp() - started["started_at"]
    return started if age < actions.LOGIN_MINUTES * 60 else None


def _forget(request: EstablishmentRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def _open_area(request: EstablishmentRequest, user: Any, come_back: str) -> HttpResponse:
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])  # a new session key; django-otp stores the device
    note_proof(request)
    request.session[STARTED] = timezone.now().timestamp()
    request.session[BROWSER] = request.headers.get("User-Agent", "")[:250]
    _forget(request)
    slug = request.establishment.slug
    inside = come_back.startswith(f"/{slug}/") and url_has_allowed_host_and_scheme(come_back, allowed_hosts=None)
    return redirect(come_back) if inside else redirect("contracts:overview", slug)


def _code_page(
    request: EstablishmentRequest, started: LoginInProgress, form: CodeForm, status: int = 200
) -> HttpResponse:
    device = actions.login_in_progress(user_pk=started["user_pk"], challenge=started["challenge"])
    if device is None:
        _forget(request)
        return redirect("accounts:login", request.establishment.slug)
    return render(request, "accounts/code.html", {"form": form, **_code_facts(device)}, status=status)


def _code_facts(device: SMSDevice) -> dict[str, Any]:
    now = timezone.now()
    return {
        "masked_phone": codes.masked(device.phone),
        # A code without a try left is dead, whatever its clock says.
        "seconds_left": max(0, int((device.valid_until - now).total_seconds())) if device.tries_left else 0,
        "validity_minutes": settings.SMS_CODE_VALIDITY // 60,
        "resend_in": actions.seconds_before_resend(device, now),
        "resends_left": device.resends_left,
    }


def _no_mobile(request: EstablishmentRequest) -> str:
    return (
        "Votre dossier n’a pas de numéro de mobile : nous ne pouvons pas vous envoyer le code. "
        f"Appelez votre agence, {request.establishment.name}, pour l’ajouter."
    )
