"""The login by another factor than the SMS: the preferred one first, the others one click away, no SMS for nothing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django_otp.oath import totp
from doors import door, enter, forget_limits, is_inside, journal_kinds, sms_code, type_code, type_password

from accounts.actions.backup_codes import SheetMade, make_backup_codes
from accounts.models import Authenticator, BackupCode, Client, Factor, Passkey, SMSDevice, User
from messaging.models import InboxMessage

NOON = datetime(2026, 5, 31, 10, tzinfo=UTC)


@pytest.fixture
def app(helene: Client) -> Authenticator:
    device: Authenticator = Authenticator.objects.create(user=helene.user, name="application", confirmed=True)
    return device


@pytest.fixture
def sheet(helene: Client) -> list[str]:
    outcome = make_backup_codes(user_pk=helene.user_id, by="user:1")
    assert isinstance(outcome, SheetMade)
    return outcome.codes


def prefer(client: Client, factor: Factor) -> None:
    User.objects.filter(pk=client.user_id).update(preferred_factor=factor)


def choose(browser: Browser, client: Client, factor: str) -> Any:
    return browser.post(door("choose_factor", client), {"factor": factor})


def app_code(device: Authenticator) -> str:
    return f"{totp(device.bin_key):06d}"


def sms_sent() -> int:
    return InboxMessage.objects.filter(channel="sms").count()


def test_the_preferred_application_is_asked_and_nothing_sent(
    browser: Browser, helene: Client, app: Authenticator
) -> None:
    prefer(helene, Factor.APP)
    assert type_password(browser, helene).headers["Location"] == door("code", helene)
    assert "Code de votre application" in browser.get(door("code", helene)).content.decode()
    assert type_code(browser, helene, app_code(app)).headers["Location"] == "/nantes/espace/"
    assert is_inside(browser, helene)
    assert sms_sent() == 0
    assert journal_kinds()[-1] == "login"


def test_a_wrong_or_used_code_is_refused(browser: Browser, helene: Client, app: Authenticator) -> None:
    prefer(helene, Factor.APP)
    type_password(browser, helene)
    code = app_code(app)
    assert type_code(browser, helene, f"{(int(code) + 1) % 10**6:06d}").status_code == 422
    assert type_code(browser, helene, code).status_code == 302
    other = type(browser)()
    type_password(other, helene)
    assert type_code(other, helene, code).status_code == 422
    assert not is_inside(other, helene)


def test_five_codes_then_a_pause_then_the_right_one(browser: Browser, helene: Client, app: Authenticator) -> None:
    prefer(helene, Factor.APP)
    with time_machine.travel(NOON, tick=False) as clock:
        type_password(browser, helene)
        wrong = f"{(int(app_code(app)) + 1) % 10**6:06d}"
        assert [type_code(browser, helene, wrong).status_code for _ in range(6)] == [422] * 5 + [429]
        clock.shift(timedelta(minutes=1))
        assert type_code(browser, helene, app_code(app)).status_code == 302


def test_twenty_wrong_codes_close_the_application(browser: Browser, helene: Client, app: Authenticator) -> None:
    prefer(helene, Factor.APP)
    type_password(browser, helene)
    for _ in range(20):
        forget_limits()
        answer = type_code(browser, helene, "000000" if app_code(app) != "000000" else "111111")
    assert "ne peut plus servir" in answer.content.decode()
    app.refresh_from_db()
    assert not app.confirmed


def test_the_sms_is_one_click_away(browser: Browser, helene: Client, app: Authenticator) -> None:
    prefer(helene, Factor.APP)
    type_password(browser, helene)
    assert "Recevoir un code par SMS" in browser.get(door("code", helene)).content.decode()
    assert choose(browser, helene, "sms").status_code == 302
    assert type_code(browser, helene, sms_code(helene)).status_code == 302
    assert is_inside(browser, helene)


def test_a_code_of_the_sheet_opens_once(browser: Browser, helene: Client, sheet: list[str]) -> None:
    for is_first in (True, False):
        visitor = type(browser)()
        type_password(visitor, helene)
        choose(visitor, helene, "backup")
        typed = f"{sheet[0][:4].lower()} {sheet[0][4:8]}-{sheet[0][8:]}"
        assert type_code(visitor, helene, typed).status_code == (302 if is_first else 422)
        assert is_inside(visitor, helene) is is_first
    assert BackupCode.objects.filter(used_at=None).count() == 9


def test_without_a_phone_the_sheet_is_asked(browser: Browser, helene: Client, sheet: list[str]) -> None:
    SMSDevice.objects.all().delete()
    type_password(browser, helene)
    assert "Code de secours" in browser.get(door("code", helene)).content.decode()
    assert type_code(browser, helene, sheet[3]).status_code == 302


@pytest.mark.parametrize("factor", ["passkey", "app", "nonsense", "", "sms\x00"])
def test_a_factor_that_the_client_has_not_changes_nothing(browser: Browser, helene: Client, factor: str) -> None:
    type_password(browser, helene)
    code = sms_code(helene)
    assert choose(browser, helene, factor).status_code == 302
    assert "Vérification" in browser.get(door("code", helene)).content.decode()
    latest = sms_code(helene)
    assert type_code(browser, helene, latest if latest != code else code).status_code == 302


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '{"id": "AA"}', json.dumps({"id": "é"}), "9" * 20_001])
def test_a_passkeys_answer_may_be_anything(browser: Browser, helene: Client, credential: str) -> None:
    Passkey.objects.create(user=helene.user, name="clé", credential_id="AAAA", public_key="AAAA", confirmed=True)
    prefer(helene, Factor.PASSKEY)
    type_password(browser, helene)
    assert "data-passkey" in browser.get(door("code", helene)).content.decode()
    assert browser.post(door("code", helene), {"credential": credential}).status_code == 422
    assert not is_inside(browser, helene)


def test_better_factors_are_offered_after_an_sms_only(browser: Browser, helene: Client, app: Authenticator) -> None:
    enter(browser, helene)
    offer = "Protégez mieux votre compte"
    assert offer not in browser.get("/nantes/espace/").content.decode(), "there is an application already"
    app.delete()
    assert offer in browser.get("/nantes/espace/").content.decode()
    browser.post(door("dismiss_factor_offer", helene))
    assert offer not in browser.get("/nantes/espace/").content.decode()


def test_another_way_is_no_way_round_the_pauses_and_the_three_resends(
    browser: Browser, helene: Client, app: Authenticator
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        type_password(browser, helene)
        for sent, pause in enumerate([30, 60, 120], 1):
            choose(browser, helene, "app")
            assert choose(browser, helene, "sms").headers["Location"] == door("code", helene)
            assert sms_sent() == sent, "back to the code in hand: none leaves"
            clock.shift(timedelta(seconds=pause - 1))
            assert browser.post(door("resend_code", helene)).status_code == 422
            clock.shift(timedelta(seconds=1))
            assert browser.post(door("resend_code", helene)).status_code == 302
        clock.shift(timedelta(seconds=121))
        choose(browser, helene, "app")
        choose(browser, helene, "sms")
        assert "Vous ne pouvez plus en demander" in browser.get(door("code", helene)).content.decode()
        assert browser.post(door("resend_code", helene)).status_code == 422
        assert sms_sent() == 4
        assert type_code(browser, helene, sms_code(helene)).status_code == 302
        assert is_inside(browser, helene)


def test_a_code_that_another_login_has_taken_over_is_followed_by_one_after_the_pause(
    browser: Browser, helene: Client, app: Authenticator
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        type_password(browser, helene)
        type_password(type(browser)(), helene)
        assert choose(browser, helene, "sms").status_code == 429
        clock.shift(timedelta(seconds=120))
        assert choose(browser, helene, "sms").status_code == 302
        assert sms_sent() == 3
        assert type_code(browser, helene, sms_code(helene)).status_code == 302


@pytest.mark.parametrize("factor", [Factor.APP, Factor.PASSKEY, Factor.BACKUP])
def test_giving_up_is_recorded_whatever_was_asked(browser: Browser, helene: Client, factor: Factor) -> None:
    Authenticator.objects.create(user=helene.user, name="application", confirmed=True)
    Passkey.objects.create(user=helene.user, name="clé", credential_id="AAAA", public_key="AAAA", confirmed=True)
    make_backup_codes(user_pk=helene.user_id, by="user:1")
    prefer(helene, factor)
    type_password(browser, helene)
    assert browser.session["login_in_progress"]["factor"] == factor
    browser.post(door("cancel_login", helene))
    assert journal_kinds()[-1] == "login_cancelled"
    browser.post(door("cancel_login", helene))
    assert journal_kinds().count("login_cancelled") == 1
