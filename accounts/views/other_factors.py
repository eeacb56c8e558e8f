"""The second factors beside the SMS: an application's code, a code of the sheet, a passkey."""

from typing import Final, assert_never

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from accounts import pending
from accounts.actions.app_codes import confirm_app_code
from accounts.actions.backup_codes import confirm_backup_code
from accounts.actions.factors import Refused, confirmed_factors
from accounts.actions.passkeys import confirm_passkey, passkey_challenge
from accounts.actions.sms_code import Accepted, Closed, TooMany
from accounts.forms.login import AppCodeForm, BackupCodeForm, PasskeyAnswerForm
from accounts.models import Factor, User
from accounts.pending import Pending
from accounts.views.login import VISITOR, open_area
from accounts.views.wait import wait_page
from establishments.requests import EstablishmentRequest
from journal.actions import name_of

FORMS: Final[dict[Factor, type[forms.Form]]] = {
    Factor.APP: AppCodeForm,
    Factor.BACKUP: BackupCodeForm,
    Factor.PASSKEY: PasskeyAnswerForm,
}
WRONG: Final = {
    Factor.APP: "Ce code n’est pas le bon, ou il a déjà servi. Attendez le code suivant de votre application.",
    Factor.BACKUP: "Ce code n’est pas dans votre feuille, ou il a déjà servi.",
    Factor.PASSKEY: "Votre clé d’accès n’a pas été reconnue. Recommencez, ou prenez un autre moyen.",
}

CLOSED: Final = (
    "Par sécurité, cette application ne peut plus servir à vous connecter\u00a0: trop de codes faux ont été tapés. "
    "Prenez un autre moyen, ou appelez votre agence."
)


def enter_other_factor(request: EstablishmentRequest, attempt: Pending, user: User) -> HttpResponse:
    factor = Factor(attempt["factor"])
    form = FORMS[factor](request.POST if request.method == "POST" else None)
    if form.is_valid():
        outcome = _confirm(factor, attempt, user, next(iter(form.cleaned_data.values())))
        match outcome:
            case Accepted(proved):
                return open_area(request, proved, attempt)
            case TooMany(seconds):
                return wait_page(request, seconds)
            case Refused():
                form.add_error(None, WRONG[factor])
            case Closed():
                form.add_error(None, CLOSED)
            case _:
                assert_never(outcome)
    return _page(request, factor, user, form)


def _confirm(factor: Factor, attempt: Pending, user: User, answer: str) -> Accepted | Refused | TooMany | Closed:
    event, by = ("identity_proved", name_of(user)) if attempt["is_step_up"] else ("login", VISITOR)
    if factor == Factor.APP:
        return confirm_app_code(user_pk=user.pk, code=answer, event=event, by=by)
    if factor == Factor.BACKUP:
        return confirm_backup_code(user_pk=user.pk, code=answer, event=event, by=by)
    challenge = attempt["challenge"]
    return confirm_passkey(user_pk=user.pk, challenge=challenge, credential=answer, event=event, by=by)


def _page(request: EstablishmentRequest, factor: Factor, user: User, form: forms.Form) -> HttpResponse:
    """A passkey signs a new challenge each time: the one before is dead."""
    context = {"form": form, "factor": factor, "others": [one for one in confirmed_factors(user) if one != factor]}
    if factor == Factor.PASSKEY:
        made = passkey_challenge(user)
        pending.change_challenge(request, made.challenge)
        context["options"] = made.options
    return render(request, "accounts/other_factor.html", context, status=422 if form.is_bound else 200)
