"""Before what somebody else must not do, both factors once more; who was inside stays inside."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from doors import age_proof, another_code, door, enter, is_inside, journal_kinds, sms_code, type_code
from people import PASSWORD

from accounts.models import Client, SMSDevice
from messaging.models import InboxMessage

NOON = datetime(2026, 5, 31, 10, tzinfo=UTC)


def guarded(client: Client) -> str:
    """A page that needs a fresh proof."""
    return door("change_email", client)


def prove(browser: Browser, client: Client, password: str = PASSWORD) -> Any:
    return browser.post(f"{door('confirm_identity', client)}?next={guarded(client)}", {"password": password})


def test_a_login_is_proof_for_ten_minutes(browser: Browser, helene: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        enter(browser, helene)
        assert browser.get(guarded(helene)).status_code == 200
        clock.shift(timedelta(minutes=10))
        answer = browser.get(guarded(helene))
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(door("confirm_identity", helene))


def test_both_factors_lead_back_with_a_new_session_key(browser: Browser, helene: Client) -> None:
    enter(browser, helene)
    age_proof(browser)
    before = browser.cookies["sessionid"].value
    assert prove(browser, helene).headers["Location"] == door("code", helene)
    assert is_inside(browser, helene), "the area stays open meanwhile"
    answer = type_code(browser, helene, sms_code(helene))
    assert answer.headers["Location"] == guarded(helene)
    assert browser.get(guarded(helene)).status_code == 200
    assert browser.cookies["sessionid"].value != before
    assert journal_kinds()[-1] == "identity_proved"


def test_a_wrong_password_sends_nothing(browser: Browser, helene: Client) -> None:
    enter(browser, helene)
    sent = InboxMessage.objects.count()
    assert prove(browser, helene, "le-chien-dort-au-soleil").status_code == 422
    assert InboxMessage.objects.count() == sent
    assert journal_kinds()[-1] == "password_refused"


def test_wrong_passwords_wait_here_too(browser: Browser, helene: Client) -> None:
    enter(browser, helene)
    statuses = [prove(browser, helene, f"le-chien-dort-{n}").status_code for n in range(4)]
    assert statuses == [422, 422, 422, 429]


def test_the_password_alone_proves_nothing(browser: Browser, helene: Client) -> None:
    enter(browser, helene)
    age_proof(browser)
    prove(browser, helene)
    type_code(browser, helene, another_code(sms_code(helene)))
    assert browser.get(guarded(helene)).status_code == 302


def test_giving_up_leaves_who_is_inside_inside(browser: Browser, helene: Client) -> None:
    enter(browser, helene)
    prove(browser, helene)
    browser.post(door("cancel_login", helene))
    assert is_inside(browser, helene)
    assert SMSDevice.objects.get(user=helene.user).token == ""


def test_the_attempt_of_somebody_else_is_none(browser: Browser, helene: Client, ousmane: Client) -> None:
    enter(browser, helene)
    prove(browser, helene)
    code = sms_code(helene)
    session = browser.session
    kept = dict(session["login_in_progress"])
    enter(browser, ousmane)
    session = browser.session
    session["login_in_progress"] = kept
    session.save()
    assert type_code(browser, ousmane, code).headers["Location"] == door("login", ousmane)


def test_a_stranger_is_led_to_the_login(browser: Browser, helene: Client) -> None:
    assert browser.get(door("confirm_identity", helene)).headers["Location"].startswith(door("login", helene))


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/paris/espace/"])
def test_coming_back_never_leads_elsewhere(browser: Browser, helene: Client, elsewhere: str) -> None:
    enter(browser, helene)
    browser.post(f"{door('confirm_identity', helene)}?next={elsewhere}", {"password": PASSWORD})
    assert type_code(browser, helene, sms_code(helene)).headers["Location"] == "/nantes/espace/"
