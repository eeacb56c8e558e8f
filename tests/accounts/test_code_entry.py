"""The second factor: five tries, five minutes, one browser."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client as Browser
from doors import another_code, door, is_inside, journal_kinds, sms_code, type_code, type_password

from accounts.actions import sms_code as actions
from accounts.models import Client, SMSDevice
from messaging.models import InboxMessage
from web.french import NBSP

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def other_browser(browser: Browser) -> Browser:
    return type(browser)()


def test_the_page_has_the_words_of_the_guide(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    page = browser.get(door("code", helene)).content.decode()
    for words in (
        "Votre authentification est protégée par une vérification en deux étapes",
        "Cette étape renforce la sécurité de votre compte",
        "Un code à 6 chiffres a été envoyé par SMS au&nbsp;:",
        f"*****{helene.phone[-3:]}",
        "Code de vérification", 'placeholder="000000"', "VÉRIFIER", "ANNULER",
        "Code non reçu&nbsp;?", "Renvoyer le code (SMS)", f"Un code valable 5{NBSP}minutes, pas plus",
    ):  # fmt: skip
        assert words in page
    assert helene.phone not in page


def test_a_code_may_be_typed_with_spaces(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    code = sms_code(helene)
    assert type_code(browser, helene, f" {code[:3]} {code[3:]} ").status_code == 302
    assert is_inside(browser, helene)


@pytest.mark.parametrize("typed", ["", "12345", "１２３４５６", "abcdef", "12345\x00"])
def test_what_is_not_six_digits_costs_no_try(browser: Browser, helene: Client, typed: str) -> None:
    type_password(browser, helene)
    assert type_code(browser, helene, typed).status_code == 422
    assert SMSDevice.objects.get(user=helene.user).tries_left == 5


def test_wrong_codes_are_counted_and_the_right_one_still_opens(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    code = sms_code(helene)
    for left in ("4\u00a0essais", "3\u00a0essais", "2\u00a0essais", "1\u00a0essai."):
        answer = type_code(browser, helene, another_code(code))
        assert answer.status_code == 422
        assert f"Il vous reste {left}" in answer.content.decode()
    assert type_code(browser, helene, code).status_code == 302
    assert journal_kinds() == ["code_sent", *["code_refused"] * 4, "login"]


def test_a_code_is_not_sent_again_past_the_limits_of_its_number(
    browser: Browser, helene: Client, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_password(browser, helene)
    before = SMSDevice.objects.get(user=helene.user)
    clock.shift(60)
    monkeypatch.setattr(actions, "sms_wait", lambda **of: 600)
    answer = browser.post(door("resend_code", helene))
    after = SMSDevice.objects.get(user=helene.user)
    assert answer.status_code == 429
    assert "10\u00a0minutes" in answer.content.decode()
    assert (after.token, after.resends_left) == (before.token, before.resends_left), "the code in hand still lives"
    assert journal_kinds() == ["code_sent"]


def test_after_five_wrong_codes_even_the_right_one_is_refused(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    code = sms_code(helene)
    for _ in range(5):
        last = type_code(browser, helene, another_code(code))
    assert "Trop d’essais" in last.content.decode()
    assert "data-countdown" not in last.content.decode(), "a dead code counts down no more"
    sixth = type_code(browser, helene, code)
    assert sixth.status_code == 422
    assert "Trop d’essais" in sixth.content.decode()
    assert not is_inside(browser, helene)


def test_a_typed_code_is_not_shown_again(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    wrong = another_code(sms_code(helene))
    assert wrong not in type_code(browser, helene, wrong).content.decode()


def test_the_code_of_another_client_is_refused(
    browser: Browser, other_browser: Browser, helene: Client, ousmane: Client
) -> None:
    type_password(browser, helene)
    type_password(other_browser, ousmane)
    assert type_code(browser, helene, sms_code(ousmane)).status_code == 422
    assert not is_inside(browser, helene)


def test_a_browser_without_the_password_cannot_use_the_code(
    browser: Browser, other_browser: Browser, helene: Client
) -> None:
    type_password(browser, helene)
    assert type_code(other_browser, helene, sms_code(helene)).headers["Location"] == door("login", helene)
    assert not is_inside(other_browser, helene)


def test_a_second_login_takes_the_place_of_the_first(browser: Browser, other_browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    first = sms_code(helene)
    type_password(other_browser, helene)
    second = sms_code(helene)
    for code in (first, second):
        assert type_code(browser, helene, code).headers["Location"] == door("login", helene)
    assert not is_inside(browser, helene)
    assert type_code(other_browser, helene, second).status_code == 302
    assert is_inside(other_browser, helene)


def test_a_code_opens_once(browser: Browser, other_browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    challenge = browser.session["login_in_progress"]["challenge"]
    code = sms_code(helene)
    type_code(browser, helene, code)
    again = actions.confirm_code(user_pk=helene.user_id, challenge=challenge, code=code, event="login", by="visitor")
    assert again == actions.Expired()


def test_an_empty_challenge_is_no_challenge(helene: Client) -> None:
    """What a used code leaves in the row is empty: it must match nothing."""
    assert (
        actions.confirm_code(user_pk=helene.user_id, challenge="", code="", event="login", by="visitor")
        == actions.Expired()
    )
    assert actions.waiting_device(user_pk=helene.user_id, challenge="") is None


def test_a_code_lives_five_minutes_to_the_second(
    browser: Browser, helene: Client, clock: time_machine.Traveller
) -> None:
    type_password(browser, helene)
    code = sms_code(helene)
    clock.shift(300)
    late = type_code(browser, helene, code)
    assert late.status_code == 422
    assert "n’est plus valable" in late.content.decode()
    clock.shift(-1)
    assert type_code(browser, helene, code).status_code == 302


def test_the_page_counts_the_seconds_down(browser: Browser, helene: Client, clock: time_machine.Traveller) -> None:
    type_password(browser, helene)
    for shift, left, words in ((40, 260, "4_minutes 20_secondes"), (200, 60, "1_minute"), (40, 20, "20_secondes")):
        clock.shift(shift)
        page = browser.get(door("code", helene)).content.decode()
        assert f'data-countdown="{left}">Ce code est encore valable {words.replace("_", NBSP)}.</p>' in page


def test_a_login_is_given_up_after_a_quarter_of_an_hour(
    browser: Browser, helene: Client, clock: time_machine.Traveller
) -> None:
    type_password(browser, helene)
    clock.shift(15 * 60 - 1)
    assert browser.get(door("code", helene)).status_code == 200
    clock.shift(1)
    assert browser.get(door("code", helene)).headers["Location"] == door("login", helene)
    assert browser.post(door("resend_code", helene)).headers["Location"] == door("login", helene)


def test_a_cancelled_login_leaves_no_trace(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    challenge = browser.session["login_in_progress"]["challenge"]
    assert browser.post(door("cancel_login", helene)).headers["Location"] == door("login", helene)
    assert not dict(browser.session)
    late = actions.confirm_code(
        user_pk=helene.user_id, challenge=challenge, code=sms_code(helene), event="login", by="visitor"
    )
    assert late == actions.Expired()
    assert journal_kinds() == ["code_sent", "login_cancelled"]


def test_cancelling_twice_or_without_a_login_is_harmless(
    browser: Browser, other_browser: Browser, helene: Client
) -> None:
    assert browser.post(door("cancel_login", helene)).status_code == 302
    type_password(browser, helene)
    type_password(other_browser, helene)
    browser.post(door("cancel_login", helene))
    assert type_code(other_browser, helene, sms_code(helene)).status_code == 302, "the other login goes on"


def test_an_account_closed_meanwhile_does_not_open(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    helene.user.is_active = False
    helene.user.save()
    assert type_code(browser, helene, sms_code(helene)).headers["Location"] == door("login", helene)


def test_looking_at_another_page_does_not_end_the_login(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    browser.get("/")
    browser.get(door("login", helene))
    browser.get(door("request_password", helene))
    assert type_code(browser, helene, sms_code(helene)).status_code == 302


class TestAnotherCode:
    """« Renvoyer le code »: after 30, 60 and 120 seconds, three times."""

    def test_it_kills_the_code_before(self, browser: Browser, helene: Client, clock: time_machine.Traveller) -> None:
        type_password(browser, helene)
        first = sms_code(helene)
        type_code(browser, helene, another_code(first))
        clock.shift(30)
        assert browser.post(door("resend_code", helene)).headers["Location"] == door("code", helene)
        second = sms_code(helene)
        assert type_code(browser, helene, first).status_code == 422 or first == second
        assert type_code(browser, helene, second).status_code == 302

    def test_it_gives_five_new_tries_and_five_new_minutes(
        self, browser: Browser, helene: Client, clock: time_machine.Traveller
    ) -> None:
        type_password(browser, helene)
        for _ in range(5):
            type_code(browser, helene, another_code(sms_code(helene)))
        clock.shift(301)
        browser.post(door("resend_code", helene))
        clock.shift(299)
        assert type_code(browser, helene, sms_code(helene)).status_code == 302

    def test_too_soon_says_how_long_to_wait(
        self, browser: Browser, helene: Client, clock: time_machine.Traveller
    ) -> None:
        type_password(browser, helene)
        clock.shift(12)
        answer = browser.post(door("resend_code", helene))
        assert answer.status_code == 422
        assert "Attendez encore 18\u00a0secondes" in answer.content.decode()
        assert InboxMessage.objects.count() == 1

    def test_each_wait_is_longer_and_the_fourth_is_refused(
        self, browser: Browser, helene: Client, clock: time_machine.Traveller
    ) -> None:
        type_password(browser, helene)
        for pause in (30, 60, 120):
            clock.shift(pause - 1)
            assert browser.post(door("resend_code", helene)).status_code == 422
            clock.shift(1)
            assert browser.post(door("resend_code", helene)).status_code == 302
        clock.shift(600)
        answer = browser.post(door("resend_code", helene))
        assert answer.status_code == 422
        assert "Appelez votre agence" in answer.content.decode()
        assert InboxMessage.objects.count() == 4
        assert journal_kinds() == ["code_sent", *["code_sent_again"] * 3]

    def test_not_for_a_login_that_another_has_replaced(
        self, browser: Browser, other_browser: Browser, helene: Client, clock: time_machine.Traveller
    ) -> None:
        type_password(browser, helene)
        type_password(other_browser, helene)
        clock.shift(60)
        assert browser.post(door("resend_code", helene)).headers["Location"] == door("login", helene)
        assert InboxMessage.objects.count() == 2

    def test_not_without_a_login(self, browser: Browser, helene: Client) -> None:
        assert browser.post(door("resend_code", helene)).headers["Location"] == door("login", helene)
        assert not InboxMessage.objects.exists()
