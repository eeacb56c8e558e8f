"""A new mobile: the number, the code on the old one, the code on the new one."""

from typing import TypedDict, assert_never

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as otp_login

from accounts import codes
from accounts.actions import phone as actions
from accounts.actions.login import NoFactor
from accounts.actions.phone import (
    CodeSent,
    Expired,
    Gone,
    Locked,
    NoMobile,
    NotSent,
    PhoneChanged,
    SamePhone,
    WrongCode,
)
from accounts.actions.sms_code import Closed, NoMoreResends, SmsCut, TooMany, TooSoon
from accounts.forms.login import CodeForm
from accounts.forms.profile import PhoneForm
from accounts.models import ContactChange, SMSDevice
from accounts.proof import fresh_proof_required
from accounts.requests import AreaRequest
from accounts.session_pages import offer_to_close
from accounts.views.login import why_no_factor
from accounts.views.wait import retry_after
from accounts.views.waiting import too_many
from journal.actions import name_of
from messaging.fate import sms_trouble
from web.address import client_address
from web.french import plural

SESSION_KEY = "phone_change"


class Asker(TypedDict):
    """Who asks, and from where."""

    user_pk: int
    address: str
    by: str


@require_http_methods(["GET", "HEAD", "POST"])
def change_phone(request: AreaRequest, slug: str) -> HttpResponse:
    """One address for both steps. The codes need no proof beyond the one that began: nothing typed is lost to it."""
    if request.method == "POST" and "code" in request.POST:
        return _take_code(request)
    if request.method == "POST" or _in_progress(request) is None:
        return _choose_number(request)
    return _code_page(request, CodeForm())


@fresh_proof_required
def _choose_number(request: AreaRequest) -> HttpResponse:
    if request.method != "POST":
        return _number_page(request, PhoneForm())
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _number_page(request, form, status=422)
    outcome = actions.start_phone_change(phone=form.cleaned_data["phone"], **_asker(request))
    match outcome:
        case CodeSent(challenge):
            request.session[SESSION_KEY] = challenge
            return redirect("accounts:change_phone", request.establishment.slug)
        case SamePhone():
            form.add_error("phone", "C’est déjà le numéro de mobile de votre dossier.")
        case TooMany(seconds):
            form.add_error(None, too_many(seconds))
            return retry_after(seconds, _number_page(request, form))
        case SmsCut():
            form.add_error(None, why_no_factor(outcome, request))
        case NoMobile():
            pass  # the page says whom to call
        case _:
            assert_never(outcome)
    return _number_page(request, form, status=422)


def _take_code(request: AreaRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, form, status=422)
    code, challenge = form.cleaned_data["code"], request.session.get(SESSION_KEY, "")
    outcome = actions.confirm_phone_code(challenge=challenge, code=code, **_asker(request))
    match outcome:
        case CodeSent():
            return redirect("accounts:change_phone", request.establishment.slug)
        case PhoneChanged(device):
            return _finish(request, device)
        case WrongCode(left):
            form.add_error("code", f"Ce code n’est pas le bon. Il vous reste {plural(left, 'essai', 'essais')}.")
        case Locked():
            form.add_error("code", "Trop d’essais avec ce code. Demandez un nouveau code plus bas.")
        case Expired():
            form.add_error("code", "Ce code n’est plus valable. Demandez un nouveau code plus bas.")
        case Closed():
            return _closed(request)
        case TooSoon() | NoMoreResends() | TooMany() | SmsCut() | Gone():
            return _not_sent(request, outcome)
        case _:
            assert_never(outcome)
    return _code_page(request, form, status=422)


@require_POST
def resend_phone_code(request: AreaRequest, slug: str) -> HttpResponse:
    challenge = request.session.get(SESSION_KEY, "")
    outcome = actions.send_phone_code(challenge=challenge, **_asker(request))
    match outcome:
        case CodeSent():
            return redirect("accounts:change_phone", slug)
        case TooSoon() | NoMoreResends() | TooMany() | SmsCut() | Gone():
            return _not_sent(request, outcome)
        case _:
            assert_never(outcome)


@require_POST
def cancel_phone_change(request: AreaRequest, slug: str) -> HttpResponse:
    challenge = request.session.pop(SESSION_KEY, "")
    actions.cancel_phone_change(user_pk=request.user.pk, challenge=challenge, by=name_of(request.user))
    messages.success(request, "Votre numéro de mobile reste le même.")
    return redirect("accounts:profile", slug)


def _finish(request: AreaRequest, device: SMSDevice) -> HttpResponse:
    """This session goes on, under a new key; it was perhaps opened by the number that is no more."""
    del request.session[SESSION_KEY]
    if isinstance(request.user.otp_device, SMSDevice):
        otp_login(request, device)
    request.session.cycle_key()
    offer_to_close(request)
    messages.success(request, "Votre numéro de mobile est changé. Les codes arriveront désormais sur le nouveau.")
    return redirect("accounts:profile", request.establishment.slug)


def _not_sent(request: AreaRequest, outcome: NotSent) -> HttpResponse:
    form = CodeForm({})
    form.errors.clear()
    match outcome:
        case Gone():
            return _gone(request)
        case TooMany(seconds):
            form.add_error(None, too_many(seconds))
            return retry_after(seconds, _code_page(request, form))
        case TooSoon(seconds):
            form.add_error(None, f"Attendez encore {plural(seconds, 'seconde', 'secondes')} avant un nouveau code.")
        case NoMoreResends():
            form.add_error(None, "Nous avons déjà renvoyé trois codes. Appelez votre agence si aucun n’arrive.")
        case SmsCut():
            form.add_error(None, why_no_factor(outcome, request))
        case _:
            assert_never(outcome)
    return _code_page(request, form, status=422)


def _closed(request: AreaRequest) -> HttpResponse:
    """A session that this telephone had opened is outside from the next page on."""
    request.session.pop(SESSION_KEY, None)
    form = PhoneForm({})
    form.errors.clear()
    form.add_error(None, why_no_factor(NoFactor(is_closed=True), request))
    return _number_page(request, form, status=422)


def _gone(request: AreaRequest) -> HttpResponse:
    request.session.pop(SESSION_KEY, None)
    messages.warning(request, "Ce changement de numéro n’est plus en cours. Votre numéro reste le même.")
    return redirect("accounts:change_phone", request.establishment.slug)


def _asker(request: AreaRequest) -> Asker:
    return {"user_pk": request.user.pk, "address": client_address(request), "by": name_of(request.user)}


def _in_progress(request: AreaRequest) -> ContactChange | None:
    challenge = request.session.get(SESSION_KEY)
    if challenge is None:
        return None
    return actions.phone_change_in_progress(user_pk=request.user.pk, challenge=challenge, now=timezone.now())


def _number_page(request: AreaRequest, form: PhoneForm, status: int = 200) -> HttpResponse:
    device = actions.mobile_of(request.user.pk)
    facts = {"form": form, "masked_phone": codes.masked(device.phone) if device else ""}
    return render(request, "accounts/profile_phone.html", facts, status=status)


def _code_page(request: AreaRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    change, now, device = _in_progress(request), timezone.now(), actions.mobile_of(request.user.pk)
    if change is None or device is None:
        return _gone(request)
    facts = {
        "form": form,
        "change": change,
        "masked_phone": codes.masked(actions.target(change, device)),
        # A code without a try left is dead, whatever its clock says.
        "seconds_left": max(0, int((change.expires_at - now).total_seconds())) if change.tries_left else 0,
        "resend_in": actions.seconds_before_resend(change, now),
        "sms_trouble": sms_trouble(name_of(request.user), "phone_change_code") if change.digest else "",
    }
    return render(request, "accounts/profile_phone_code.html", facts, status=status)
