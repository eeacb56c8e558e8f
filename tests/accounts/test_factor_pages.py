"""The pages of the second factors, as a client sees them."""

import base64
import re
from typing import Any

import pytest
from browsers import CommittingBrowser, log_in
from django.test import Client as Browser
from django_otp.oath import totp
from doors import age_proof, door, enter, is_inside, newest_mail
from factor_pages import page, removal
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from passkeys import SoftKey, a_passkey

from accounts.actions.backup_codes import SheetMade, make_backup_codes
from accounts.models import Authenticator, BackupCode, BackupCodes, Client, Factor, SMSDevice, User

hostile = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.integers(0, 5).map(lambda n: "9" * 10**n)
LIST_QUERIES = 8  # session with its owner, device; factors, passkeys, application, sheet, mobile, its codes
CHANGES = [
    ("add_app", {"code": "123456"}),
    ("add_passkey", {"credential": "{}"}),
    ("backup_codes", {}),
    ("prefer_factor", {"factor": "app"}),
]


def shown_key(html: str) -> str:
    """The key that the page shows, in hexadecimal."""
    found = re.search(r"<code data-app-key>([A-Z2-7 ]+)</code>", html)
    assert found is not None
    return base64.b32decode(found[1].replace(" ", "")).hex()


def code_of(key: str) -> str:
    return f"{totp(bytes.fromhex(key)):06d}"


def add_app(browser: Browser, client: Client) -> Authenticator:
    key = shown_key(page(browser, client, "add_app"))
    assert browser.post(door("add_app", client), {"code": code_of(key)}).status_code == 302
    device: Authenticator = Authenticator.objects.get(user=client.user)
    return device


def session_by(browser: Browser, client: Client, device: Any) -> None:
    """A session that `device` opened."""
    session = browser.session
    session["otp_device_id"] = device.persistent_id
    session.save()


def test_the_list_says_what_the_sms_is_worth(helene: Client, helene_browser: Browser) -> None:
    html = page(helene_browser, helene)
    assert "Le SMS peut être détourné" in html
    assert f"*****{helene.phone[-3:]}" in html
    assert helene.phone not in html
    assert "demandé d’abord" not in html, "there is nothing to choose"


def test_an_application_is_added_by_its_first_code(helene: Client, helene_browser: Browser) -> None:
    first = page(helene_browser, helene, "add_app")
    assert shown_key(page(helene_browser, helene, "add_app")) == shown_key(first), "opened again: the same key"
    assert "<svg" in first
    assert "style=" not in first
    device = add_app(helene_browser, helene)
    assert device.bin_key.hex() == shown_key(first)
    html = page(helene_browser, helene)
    assert "Votre application est ajoutée" in html
    assert "Me le demander d’abord" in html
    assert shown_key(page(helene_browser, helene, "add_app")) != device.bin_key.hex(), "the key is never shown again"


@pytest.mark.parametrize("typed", ["", "12345", "１２３４５６", "000000"])
def test_a_wrong_first_code_shows_the_same_key_again(helene: Client, helene_browser: Browser, typed: str) -> None:
    key = shown_key(page(helene_browser, helene, "add_app"))
    typed = "111111" if typed == code_of(key) else typed
    answer = helene_browser.post(door("add_app", helene), {"code": typed})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert shown_key(answer.content.decode()) == key
    assert not Authenticator.objects.exists()


def test_who_changes_the_application_goes_on(helene: Client, helene_browser: Browser) -> None:
    old = add_app(helene_browser, helene)
    session_by(helene_browser, helene, old)
    new = add_app(helene_browser, helene)
    assert new.pk != old.pk
    assert is_inside(helene_browser, helene)


def test_the_codes_are_shown_once(helene: Client, helene_browser: Browser) -> None:
    assert "Faire dix codes" in page(helene_browser, helene, "backup_codes")
    answer = helene_browser.post(door("backup_codes", helene))
    codes = re.findall(r"<code>(\w{4} \w{4} \w{4})</code>", answer.content.decode())
    assert len(set(codes)) == 10
    assert "no-store" in answer.headers["Cache-Control"]
    for name in ("backup_codes", "factors"):
        assert codes[0] not in page(helene_browser, helene, name)
    assert "10\u00a0codes" in page(helene_browser, helene, "backup_codes").replace("&nbsp;", "\u00a0")
    assert codes[0] not in newest_mail(helene.email).text


def test_who_makes_a_new_sheet_goes_on(helene: Client, helene_browser: Browser) -> None:
    helene_browser.post(door("backup_codes", helene))
    session_by(helene_browser, helene, BackupCodes.objects.get())
    helene_browser.post(door("backup_codes", helene))
    assert is_inside(helene_browser, helene)


def test_too_many_sheets_wait(helene: Client, helene_browser: Browser) -> None:
    answers = [helene_browser.post(door("backup_codes", helene)).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_a_factor_is_removed_and_its_sessions_are_over(helene: Client, helene_browser: Browser) -> None:
    app = add_app(helene_browser, helene)
    by_app = log_in(CommittingBrowser(), helene)
    session_by(by_app, helene, app)
    assert is_inside(by_app, helene)
    assert helene_browser.post(removal(helene, "app")).headers["Location"] == door("factors", helene)
    assert is_inside(helene_browser, helene)
    assert not is_inside(by_app, helene)


def test_the_last_factor_is_refused_with_a_reason(helene: Client, helene_browser: Browser) -> None:
    app = add_app(helene_browser, helene)
    SMSDevice.objects.all().delete()
    session_by(helene_browser, helene, app)
    assert "Supprimer l’application" not in page(helene_browser, helene)
    answer = helene_browser.post(removal(helene, "app"))
    assert answer.status_code == 422
    assert "c’est le dernier" in answer.content.decode()
    assert Authenticator.objects.exists()


@pytest.mark.parametrize("factor", ["sms", "nonsense", "app", "backup", "passkey", "é"])
def test_what_is_not_there_cannot_be_removed(helene: Client, helene_browser: Browser, factor: str) -> None:
    assert helene_browser.post(removal(helene, factor)).status_code == 404
    assert SMSDevice.objects.exists()


def test_a_client_chooses_and_another_stands_in(helene: Client, helene_browser: Browser) -> None:
    add_app(helene_browser, helene)
    answer = helene_browser.post(door("prefer_factor", helene), {"factor": "app"})
    assert answer.headers["Location"] == door("factors", helene)
    assert "demandé d’abord" in page(helene_browser, helene)
    helene_browser.post(removal(helene, "app"))
    assert User.objects.get(pk=helene.user_id).preferred_factor == Factor.SMS


@pytest.mark.parametrize("factor", ["", "app", "passkey", "backup", "nonsense", "sms\x00"])
def test_what_is_not_there_cannot_be_preferred(helene: Client, helene_browser: Browser, factor: str) -> None:
    assert helene_browser.post(door("prefer_factor", helene), {"factor": factor}).status_code == 404


@pytest.mark.parametrize(("name", "facts"), CHANGES)
def test_an_old_proof_changes_nothing(
    helene: Client, helene_browser: Browser, name: str, facts: dict[str, str]
) -> None:
    add_app(helene_browser, helene)
    age_proof(helene_browser)
    answer = helene_browser.post(door(name, helene), facts)
    assert answer.headers["Location"].startswith(door("confirm_identity", helene))
    assert not BackupCode.objects.exists()
    assert User.objects.get(pk=helene.user_id).preferred_factor == Factor.SMS


def test_an_old_proof_removes_nothing(helene: Client, helene_browser: Browser) -> None:
    add_app(helene_browser, helene)
    age_proof(helene_browser)
    assert helene_browser.post(removal(helene, "app")).headers["Location"].startswith(door("confirm_identity", helene))
    assert Authenticator.objects.exists()
    assert helene_browser.get(door("add_app", helene)).status_code == 302, "the key is not shown either"


def test_a_closed_application_is_said(helene: Client, helene_browser: Browser) -> None:
    add_app(helene_browser, helene)
    Authenticator.objects.update(confirmed=False)
    assert "Fermée par sécurité" in page(helene_browser, helene)


def test_a_client_without_a_mobile_is_told_whom_to_call(helene: Client, helene_browser: Browser) -> None:
    app = add_app(helene_browser, helene)
    SMSDevice.objects.all().delete()
    session_by(helene_browser, helene, app)
    assert "Aucun mobile ne reçoit de code" in page(helene_browser, helene)


def test_later_is_until_the_next_login(helene: Client, browser: Browser) -> None:
    enter(browser, helene)
    assert browser.session["offer_factor"]
    assert browser.post(door("dismiss_factor_offer", helene)).status_code == 302
    assert "offer_factor" not in browser.session


def test_the_list_costs_the_same_for_one_and_five_passkeys(
    helene: Client, helene_browser: Browser, django_assert_num_queries: Any
) -> None:
    outcome = make_backup_codes(user_pk=helene.user_id, by="user:1")
    assert isinstance(outcome, SheetMade)
    a_passkey(helene, SoftKey(identifier=b"key"))
    page(helene_browser, helene)
    for n in (0, 4):
        for m in range(n):
            a_passkey(helene, SoftKey(identifier=b"key-%d" % m))
        with django_assert_num_queries(LIST_QUERIES):
            page(helene_browser, helene)


@given(typed=ANYTHING)
@example(typed="\x00")
@example(typed="9" * 400_000)
@hostile
def test_the_pages_take_anything(helene_browser: Browser, helene: Client, typed: str) -> None:
    assert helene_browser.post(door("add_app", helene), {"code": typed}).status_code == 422
    facts = {"credential": typed, "name": typed}
    assert helene_browser.post(door("add_passkey", helene), facts).status_code == 422
    assert helene_browser.post(door("prefer_factor", helene), {"factor": typed + "?"}).status_code == 404
    assert helene_browser.post(removal(helene, "passkey"), {"passkey": typed}).status_code == 404
