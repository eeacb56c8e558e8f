"""Every form of the site, filled in rightly: what a test of all forms starts from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import get_resolver
from people import PASSWORD, a_contract

from accounts.models import Client
from contracts.models import Tariff

TODAY = date(2026, 6, 10)
NEW_PASSWORD = "un-autre-chat-dort-sous-la-lune"
NEW = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
CREDENTIAL = '{"id":"abc","type":"public-key"}'
DRAFT = """
[[tariffs]]
code = "2027-01"
valid_from = 2027-01-01
count = "month"
started = true
rate_period = "month"
day_base = 365
bracket_mode = "whole"
brackets = [{ rate = "0.541" }]
fixed_duty = "1"
minimum = "0"
late_on = "interest"
late = [{ from_day = 1, percent = "2" }]
"""


@dataclass(frozen=True)
class Filled:
    """`arguments`: what the form is made with beside its data."""

    data: dict[str, str]
    arguments: Callable[[Client], dict[str, Any]] = lambda client: {}
    files: dict[str, bytes] = field(default_factory=dict)

    def made(self, kind: type[forms.Form], client: Client, /, **changes: str) -> forms.Form:
        files: Any = {name: SimpleUploadedFile(name, content) for name, content in self.files.items()}
        return kind(data={**self.data, **changes}, files=files, **self.arguments(client))


def visitor(client: Client) -> dict[str, Any]:
    return {"request": RequestFactory().post("/")}


def somebody(client: Client) -> dict[str, Any]:
    return {"user": client.user}


def some_day(client: Client) -> dict[str, Any]:
    return {"today": TODAY}


TOMORROW = (TODAY + timedelta(days=1)).isoformat()
FILLED = {
    "AddressForm": Filled({"address": "1 rue Neuve", "postal_code": "44400", "city": "Rezé", "country": "France"}),
    "AgentLoginForm": Filled({"username": "agent@example.fr", "password": PASSWORD, "otp_token": "123456"}),
    "AgentProofForm": Filled({"current_password": PASSWORD, "otp_token": "123456"}),
    "AnswerForm": Filled({"answer": "Venez demain.", "decision": "done"}),
    "AppCodeForm": Filled({"code": "123456"}),
    "AppointmentForm": Filled({"wished_on": TOMORROW, "half_day": "morning", "words": "Bonjour"}, some_day),
    "BackupCodeForm": Filled({"code": "K7PM 3QXR 9TDA"}),
    "BudgetForm": Filled({"budget": "59,20"}),
    "CapitalForm": Filled({"capital": "200"}),
    "ChangeAgentPasswordForm": Filled({"current_password": PASSWORD, **NEW}, somebody),
    "ChangePasswordForm": Filled({"current_password": PASSWORD, **NEW}, somebody),
    "CheckMessageForm": Filled({"reference": "K7PM-3QXR"}),
    "ClosingForm": Filled({"note": "Le client est prévenu."}),
    "CodeForm": Filled({"code": "123456"}),
    "ConfirmIdentityForm": Filled({"password": PASSWORD}),
    "DocumentForm": Filled({"kind": "identity"}, files={"file": b"x"}),
    "DraftForm": Filled({"text": DRAFT, "months": "6"}, lambda client: {"tariffs": Tariff.objects.none()}),
    "EmailForm": Filled({"email": "prenom.nom@exemple.fr"}),
    "FactorForm": Filled({"factor": "app"}),
    "FirstAppCodeForm": Filled({"code": "123456"}),
    "LoginForm": Filled({"identifier": "5501234567", "password": PASSWORD}, visitor),
    "PasskeyAnswerForm": Filled({"credential": CREDENTIAL}),
    "PasskeyForm": Filled({"name": "mon téléphone", "credential": CREDENTIAL}),
    "PhoneForm": Filled({"phone": "06 39 98 00 06"}),
    "PreferForm": Filled({"factor": "app"}),
    "PreferencesForm": Filled({"language": "fr", "prefers_phone_call": "on"}, lambda client: {"current": "fr"}),
    "ReasonForm": Filled({"words": "Je paierai le 3."}),
    "RebindForm": Filled(
        {
            "phone": "06 39 98 00 06",
            "document_kind": "passport",
            "document_end": "12AB",
            "is_present": "on",
            "has_rung": "on",
        }
    ),
    "RecoverIdentifierForm": Filled(
        {
            "client_number": "C-9",
            "birth_date_day": "07",
            "birth_date_month": "03",
            "birth_date_year": "1961",
            "contract_number": "V-9",
        },
        visitor,
    ),
    "RefundForm": Filled({"amount": "59,20", "reason": "payé deux fois"}),
    "RefundMadeForm": Filled({"reference": "V-2026-17"}),
    "RefusalForm": Filled({"reason": "La photo est floue."}),
    "RemoveForm": Filled({"factor": "app", "passkey": "1"}),
    "RemovePasskeyForm": Filled({"remove": "1"}),
    "RequestForm": Filled({"words": "Bonjour"}),
    "RequestPasswordForm": Filled({"identifier": "5501234567"}, visitor),
    "SetPasswordForm": Filled(NEW, somebody),
    "SimulationForm": Filled(
        {"day": TOMORROW, "capital": "200"}, lambda client: {**some_day(client), "contract": a_contract(client)}
    ),
    "SurplusForm": Filled({"account_holder": "Hélène Lefèvre", "iban": "FR76 3000 6000 0112 3456 7890 189"}),
    "TitleForm": Filled({"title": "Rendez-vous"}),
}
ROOMS = {"accounts", "contracts", "demo", "establishments", "journal", "messaging", "payments", "pretgage", "web"}
NOT_TYPED = {
    "CaptchaForm",  # abstract
    "SealedSearchForm",  # holds what we sealed; the words are bounded before, in establishments/sealed_search.py
}


def all_forms() -> dict[str, type[forms.Form]]:
    """By name; a form that no view of the URLconf imports is used by nobody."""
    assert get_resolver().url_patterns
    ours = [kind for kind in _below(forms.Form) if kind.__module__.partition(".")[0] in ROOMS]
    return {kind.__name__: kind for kind in ours if kind.__name__ not in NOT_TYPED}


def _below(kind: type[forms.Form]) -> Iterator[type[forms.Form]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)
