"""An agent who changes a client's mobile has proved both factors in the last ten minutes; nothing typed is lost."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from agents import LOGIN, agent_facts, code_of
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from doors import another_code, journal_kinds
from people import AGENT_PASSWORD

from accounts.models import Authenticator, Client, User

NEW = "+33639980777"
FACTS = {
    "phone": "06 39 98 07 77",
    "document_kind": "passport",
    "document_end": "k4x9",
    "is_present": "on",
    "has_rung": "on",
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def late(browser: Browser, agent: User, helene: Client, clock: time_machine.Traveller) -> Browser:
    """Inside, and the login is ten minutes old. The page was opened a moment before."""
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    clock.shift(timedelta(minutes=9, seconds=50))
    assert "Confirmez que c’est vous" not in browser.get(page(helene)).content.decode()
    clock.shift(timedelta(seconds=10))
    return browser


def page(client: Client) -> str:
    return reverse("admin:accounts_client_rebind", args=[client.pk])


def proof(agent: User, **changes: str) -> dict[str, str]:
    return {**FACTS, "current_password": AGENT_PASSWORD, "otp_token": code_of(agent), **changes}


def number(client: Client) -> str:
    client.refresh_from_db()
    return client.phone


def test_to_the_last_second_the_login_is_proof(late: Browser, helene: Client, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(seconds=-1))
    assert late.post(page(helene), FACTS).status_code == 302
    assert number(helene) == NEW


def test_after_ten_minutes_both_factors_are_asked_and_nothing_is_lost(late: Browser, helene: Client) -> None:
    answer = late.post(page(helene), FACTS)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert number(helene) != NEW
    for words in ("Confirmez que c’est vous", "Tapez votre mot de passe.", 'value="06 39 98 07 77"', 'value="k4x9"'):
        assert words in shown
    assert shown.count(" checked") == 3, "the paper and the two ticks"


def test_both_factors_change_the_mobile_and_the_sessions_key(late: Browser, agent: User, helene: Client) -> None:
    before = late.cookies["sessionid"].value
    assert late.post(page(helene), proof(agent)).status_code == 302
    assert number(helene) == NEW
    assert late.cookies["sessionid"].value != before
    assert late.get("/gestion/").status_code == 200, "who was inside stays inside"
    assert journal_kinds()[-2:] == ["staff_identity_proved", "phone_rebound"]


def test_a_proof_serves_ten_minutes_here_too(late: Browser, agent: User, helene: Client) -> None:
    """The number is the client's already: the page comes again, and asks for no proof again."""
    late.post(page(helene), proof(agent))
    answer = late.post(page(helene), FACTS)
    assert answer.status_code == 422
    assert "déjà le sien" in answer.content.decode()
    assert "Confirmez que c’est vous" not in answer.content.decode()


@pytest.mark.parametrize("wrong", ["password", "code", "shape", "nothing"])
def test_one_factor_is_not_enough(late: Browser, agent: User, helene: Client, wrong: str) -> None:
    changes = {
        "password": {"current_password": "la-pluie-tombe-sur-la-terre"},
        "code": {"otp_token": another_code(code_of(agent))},
        "shape": {"otp_token": "12"},
        "nothing": {"otp_token": "", "current_password": ""},
    }[wrong]
    answer = late.post(page(helene), proof(agent, **changes))
    assert answer.status_code == 422
    assert number(helene) != NEW
    assert AGENT_PASSWORD not in answer.content.decode()
    assert 'value="06 39 98 07 77"' in answer.content.decode()
    assert journal_kinds().count("staff_identity_refused") == (wrong in {"password", "code"})


def test_a_wrong_form_spends_no_code(late: Browser, agent: User, helene: Client) -> None:
    before = Authenticator.objects.get().last_t
    assert late.post(page(helene), proof(agent, is_present="")).status_code == 422
    assert Authenticator.objects.get().last_t == before


def test_wrong_passwords_wait(late: Browser, agent: User, helene: Client) -> None:
    for _ in range(3):
        late.post(page(helene), proof(agent, current_password="faux"))
    answer = late.post(page(helene), proof(agent))
    assert "Recommencez dans 30\u00a0secondes." in answer.content.decode()
    assert number(helene) != NEW


def test_wrong_codes_wait_then_close_the_application(late: Browser, agent: User, helene: Client) -> None:
    for _ in range(5):
        late.post(page(helene), proof(agent, otp_token=another_code(code_of(agent))))
    failures = Authenticator.objects.get().throttling_failure_count
    answer = late.post(page(helene), proof(agent))
    assert "Trop d’essais en peu de temps." in answer.content.decode()
    assert Authenticator.objects.get().throttling_failure_count == failures, "the right code was not even looked at"
    assert number(helene) != NEW


def test_who_comes_late_is_asked_at_once(late: Browser, helene: Client) -> None:
    shown = late.get(page(helene)).content.decode()
    assert "Confirmez que c’est vous" in shown
    assert "n’est perdu" not in shown
