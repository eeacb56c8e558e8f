"""The second factor: the code by SMS here, the others in `other_factors`."""

from typing import Any, assert_never

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import codes, pending
from accounts.actions import sms_code as actions
from accounts.actions.factors import confirmed_factors
from accounts.actions.login import NoFactor, Started, ask_factor
from accounts.actions.sms_code import (
    Accepted,
    Closed,
    CodeSent,
    Expired,
    Locked,
    NoMoreResends,
    SmsCut,
    TooMany,
    TooSoon,
    WrongCode,
)
from accounts.forms.login import CodeForm, FactorForm
from accounts.models import Factor, SMSDevice, User
from accounts.pending import Pending
from accounts.views.login import VISITOR, open_area, why_no_factor
from accounts.views.other_factors import enter_other_factor
from accounts.views.wait import wait_page
from establishments.requests import EstablishmentRequest
from journal.actions import name_of
from messaging.fate import sms_trouble
from web.address import client_address
from web.french import french_phone, plural


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: EstablishmentRequest, slug: str) -> HttpResponse:
    found = pending.pending_of(request)
    if found is None:
        return redirect("accounts:login", slug)
    attempt, user = found
    if attempt["factor"] != Factor.SMS:
        return enter_other_factor(request, attempt, user)
    if request.method != "POST":
        return _code_page(request, attempt, user, CodeForm())
    return _confirm(request, attempt, user, CodeForm(request.POST))


@login_not_required
@require_POST
def resend(request: EstablishmentRequest, slug: str) -> HttpResponse:
    found = pending.pending_of(request)
    if found is None:
        return redirect("accounts:login", slug)
    attempt, user = found
    outcome = actions.resend_code(
        user_pk=user.pk, challenge=attempt["challenge"], address=client_address(request), by=VISITOR
    )
    form = _empty_form()
    match outcome:
        case CodeSent():
            return redirect("accounts:code", slug)
        case TooSoon(seconds):
            form.add_error(None, f"Attendez encore {plural(seconds, 'seconde', 'secondes')} avant un nouveau code.")
        case NoMoreResends():
            form.add_error(None, "Nous avons déjà envoyé quatre codes. Appelez votre agence si aucun n’arrive.")
        case TooMany(seconds):
            return wait_page(request, seconds)
        case SmsCut():
            form.add_error(None, why_no_factor(outcome, request))
        case Expired():
            pending.forget(request)
            return redirect("accounts:login", slug)
        case _:
            assert_never(outcome)
    return _code_page(request, attempt, user, form, status=422)


@login_not_required
@require_POST
def choose_factor(request: EstablishmentRequest, slug: str) -> HttpResponse:
    """Another way to prove who it is, for this attempt."""
    found = pending.pending_of(request)
    if found is None:
        return redirect("accounts:login", slug)
    attempt, user = found
    form = FactorForm(request.POST)
    if not form.is_valid() or form.cleaned_data["factor"] not in confirmed_factors(user):
        return redirect("accounts:code", slug)
    factor, address = Factor(form.cleaned_data["factor"]), client_address(request)
    outcome = ask_factor(
        user_pk=user.pk, factor=factor, address=address, by=VISITOR, sms_challenge=attempt["sms_challenge"]
    )
    match outcome:
        case Started():
            pending.change_factor(request, attempt, outcome)
            return redirect("accounts:code", slug)
        case TooMany(seconds):
            return wait_page(request, seconds)
        case NoFactor() | SmsCut():
            return redirect("accounts:code", slug)
        case _:
            assert_never(outcome)


def _confirm(request: EstablishmentRequest, attempt: Pending, user: User, form: CodeForm) -> HttpResponse:
    if not form.is_valid():
        return _code_page(request, attempt, user, form, status=422)
    event, by = ("identity_proved", name_of(user)) if attempt["is_step_up"] else ("login", VISITOR)
    code, challenge = form.cleaned_data["code"], attempt["challenge"]
    outcome = actions.confirm_code(user_pk=user.pk, challenge=challenge, code=code, event=event, by=by)
    match outcome:
        case Accepted(proved):
            return open_area(request, proved, attempt)
        case WrongCode(left):
            form.add_error("code", f"Ce code n’est pas le bon. Il vous reste {plural(left, 'essai', 'essais')}.")
        case Locked():
            form.add_error("code", f"Trop d’essais avec ce code. {ASK_AGAIN}")
        case Expired():
            form.add_error("code", f"Ce code n’est plus valable. {ASK_AGAIN}")
        case Closed():
            form.add_error(None, why_no_factor(NoFactor(is_closed=True), request))
        case _:
            assert_never(outcome)
    return _code_page(request, attempt, user, form, status=422)


ASK_AGAIN = "Demandez un nouveau code avec « Renvoyer le code (SMS) »."


def _empty_form() -> CodeForm:
    """Bound, so that it can hold an error that no field has made."""
    form = CodeForm({})
    form.errors.clear()
    return form


def _code_page(
    request: EstablishmentRequest, attempt: Pending, user: User, form: CodeForm, status: int = 200
) -> HttpResponse:
    device = actions.waiting_device(user_pk=user.pk, challenge=attempt["challenge"])
    if device is None and not form.non_field_errors():
        pending.forget(request)
        return redirect("accounts:login", request.establishment.slug)
    facts = _code_facts(device) if device else {}
    others = [factor for factor in confirmed_factors(user) if factor != Factor.SMS]
    context = {
        "form": form,
        "others": others,
        "sms_trouble": _trouble(request, user),
        "validity": settings.SMS_CODE_VALIDITY,
        **facts,
    }
    return render(request, "accounts/code.html", context, status=status)


def _trouble(request: EstablishmentRequest, user: User) -> str:
    """What became of the SMS, when it is not good news."""
    trouble = sms_trouble(name_of(user))
    return f"{trouble} Votre agence\u00a0: {french_phone(request.establishment.phone)}." if trouble else ""


def _code_facts(device: SMSDevice) -> dict[str, Any]:
    now = timezone.now()
    return {
        "masked_phone": codes.masked(device.phone),
        # A code without a try left is dead, whatever its clock says.
        "seconds_left": max(0, int((device.valid_until - now).total_seconds())) if device.tries_left else 0,
        "resend_in": actions.seconds_before_resend(device, now),
        "resends_left": device.resends_left,
    }
