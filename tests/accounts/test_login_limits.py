"""Kind to who forgot, closed to who guesses: the limits of the login as a visitor meets them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from doors import (
    another_code,
    door,
    enter,
    forget_limits,
    is_inside,
    journal_kinds,
    sms_code,
    type_code,
    type_password,
)
from people import PASSWORD, a_client

from accounts import limits
from accounts.actions.sms_code import MOST_FAILURES
from accounts.models import Client, Limit, SMSDevice
from messaging.models import InboxMessage, Message

NOON = datetime(2026, 5, 31, 10, tzinfo=UTC)
WRONG = "le-chien-dort-au-soleil"


def sms_sent() -> int:
    return InboxMessage.objects.filter(channel="sms").count()


def test_three_wrong_passwords_bring_no_wait_the_fourth_does(browser: Browser, helene: Client) -> None:
    statuses = [type_password(browser, helene, WRONG).status_code for _ in range(4)]
    assert statuses == [422, 422, 422, 429]


def test_the_page_says_when_to_try_again(browser: Browser, helene: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(3):
            type_password(browser, helene, WRONG)
        answer = type_password(browser, helene)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
        page = answer.content.decode()
        assert "Réessayez dans 30\N{NO-BREAK SPACE}secondes" in page
        assert helene.establishment.phone in page
        clock.shift(timedelta(seconds=30))
        assert type_password(browser, helene).status_code == 302


def test_nothing_typed_is_lost_but_the_password(browser: Browser, helene: Client) -> None:
    for _ in range(3):
        type_password(browser, helene, WRONG)
    page = type_password(browser, helene).content.decode()
    assert f'name="identifier" value="{helene.user.identifier}"' in page
    assert PASSWORD not in page
    again = browser.post(door("login", helene), {"identifier": str(helene.user.identifier)})
    assert again.status_code == 422
    assert f'value="{helene.user.identifier}"' in again.content.decode()


def test_an_unknown_identifier_waits_alike(browser: Browser, helene: Client) -> None:
    facts = {"identifier": "9999999999", "password": WRONG}
    assert [browser.post(door("login", helene), facts).status_code for _ in range(4)] == [422, 422, 422, 429]


def test_an_attacker_from_twenty_addresses_does_not_close_the_clients_own_browser(
    browser: Browser, helene: Client
) -> None:
    enter(browser, helene)
    browser.post(door("logout", helene))
    attacker = type(browser)()
    statuses = [
        attacker.post(
            door("login", helene),
            {"identifier": str(helene.user.identifier), "password": f"{WRONG}-{n}"},
            REMOTE_ADDR=f"203.0.113.{n % 20}",
        ).status_code
        for n in range(40)
    ]
    assert statuses.count(422) == 3
    assert type_password(type(browser)(), helene).status_code == 429, "an unknown browser waits, the client's too"
    assert type_password(browser, helene).status_code == 302
    type_code(browser, helene, sms_code(helene))
    assert is_inside(browser, helene)


def test_a_known_browser_has_its_own_limit(browser: Browser, helene: Client) -> None:
    enter(browser, helene)
    browser.post(door("logout", helene))
    assert [type_password(browser, helene, WRONG).status_code for _ in range(4)] == [422, 422, 422, 429]


def test_a_browser_known_for_one_client_is_unknown_for_another(
    browser: Browser, helene: Client, ousmane: Client
) -> None:
    enter(browser, helene)
    browser.post(door("logout", helene))
    for _ in range(3):
        type_password(type(browser)(), ousmane, WRONG)
    assert type_password(browser, ousmane).status_code == 429


@pytest.mark.parametrize("forged", ["", "x", "e30:1abc:xyz", "W10:1abc:xyz"])
def test_a_forged_browser_cookie_is_an_unknown_browser(browser: Browser, helene: Client, forged: str) -> None:
    for _ in range(3):
        type_password(type(browser)(), helene, WRONG)
    browser.cookies["known_browser"] = forged
    assert type_password(browser, helene).status_code == 429


def test_one_address_tries_thirty_times_a_minute(browser: Browser, helene: Client) -> None:
    facts = [{"identifier": f"{n:010d}", "password": WRONG} for n in range(31)]
    with time_machine.travel(NOON, tick=False):
        statuses = [browser.post(door("login", helene), each).status_code for each in facts]
    assert statuses == [422] * 30 + [429]


def test_what_others_do_from_its_address_does_not_stop_the_clients_own_browser(
    browser: Browser, helene: Client
) -> None:
    neighbour = type(browser)()
    with time_machine.travel(NOON, tick=False) as clock:
        enter(browser, helene)
        browser.post(door("logout", helene))
        for n in range(120):
            clock.shift(timedelta(seconds=2))
            neighbour.post(door("login", helene), {"identifier": f"{n:010d}", "password": WRONG})
        assert type_password(type(browser)(), helene).status_code == 429, "an unknown browser waits"
        assert type_password(browser, helene).status_code == 302
        assert [type_password(browser, helene, WRONG).status_code for _ in range(4)] == [422, 422, 422, 429]


def test_right_passwords_of_a_known_browser_cost_no_more_hashes_than_ten_a_minute(
    browser: Browser, helene: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "sms_to_account", lambda user_pk: 0)
    monkeypatch.setattr(limits, "sms_to_number", lambda phone: 0)
    with time_machine.travel(NOON, tick=False):
        enter(browser, helene)
        browser.post(door("logout", helene))
        assert [type_password(browser, helene).status_code for _ in range(11)] == [302] * 10 + [429]


def test_a_rotating_forwarded_address_is_still_one_address(browser: Browser, helene: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        statuses = [
            browser.post(
                door("login", helene),
                {"identifier": f"{n:010d}", "password": WRONG},
                headers={"X-Forwarded-For": f"198.51.100.{n}"},
            ).status_code
            for n in range(31)
        ]
    assert statuses[-1] == 429


def test_logging_in_and_out_in_a_loop_keeps_the_sms_budget(browser: Browser, helene: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(5):
            enter(browser, helene)
            assert is_inside(browser, helene)
            browser.post(door("logout", helene))
        assert [type_password(browser, helene).status_code for _ in range(3)] == [429] * 3
    assert journal_kinds().count("login") == journal_kinds().count("logout") == 5
    assert sms_sent() == 5


def test_giving_logins_up_in_a_loop_keeps_it_too(browser: Browser, helene: Client) -> None:
    answers = []
    for _ in range(8):
        answers.append(type_password(browser, helene).status_code)
        browser.post(door("cancel_login", helene))
    assert answers == [302] * 5 + [429] * 3
    assert sms_sent() == 5


def test_ten_sms_a_day_for_an_account(browser: Browser, helene: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(24 * 6):
            type_password(browser, helene)
            clock.shift(timedelta(minutes=10))
        # Ten, and one more each 2 h 24 of the first day: the nineteenth is the last of it.
        assert sms_sent() == 19


def test_a_shared_number_has_one_budget(browser: Browser, helene: Client, ousmane: Client) -> None:
    SMSDevice.objects.filter(user=ousmane.user).update(phone=helene.phone)
    statuses = [type_password(type(browser)(), client).status_code for client in (helene, ousmane) * 3]
    assert statuses == [302] * 5 + [429]


def test_the_establishments_daily_cap_holds(browser: Browser, helene: Client, ousmane: Client) -> None:
    helene.establishment.sms_daily_cap = 1
    helene.establishment.save()
    assert type_password(browser, helene).status_code == 302
    assert type_password(browser, ousmane).status_code == 429
    assert sms_sent() == 1


def test_twenty_wrong_codes_in_a_row_close_the_phone(browser: Browser, helene: Client) -> None:
    while SMSDevice.objects.get(user=helene.user).confirmed:
        forget_limits()
        assert type_password(browser, helene).status_code == 302
        for _ in range(5):
            answer = type_code(browser, helene, another_code(sms_code(helene)))
    assert answer.status_code == 422
    assert "ne peut plus servir" in answer.content.decode()
    assert journal_kinds().count("code_refused") == MOST_FAILURES
    assert journal_kinds().count("device_closed") == 1
    told = set(Message.objects.filter(channel="email").values_list("kind", "recipient"))
    assert ("account_changed", helene.email) in told
    assert ("device_closed_staff", helene.establishment.email) in told
    forget_limits()
    answer = type_password(browser, helene)
    assert (answer.status_code, "vérifie votre identité" in answer.content.decode()) == (422, True)


def test_a_right_code_starts_the_count_again(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    type_code(browser, helene, another_code(sms_code(helene)))
    type_code(browser, helene, sms_code(helene))
    assert SMSDevice.objects.get(user=helene.user).failures == 0


def test_a_password_changed_meanwhile_ends_the_attempt(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    code = sms_code(helene)
    helene.user.set_password("trois-poules-au-marché")
    helene.user.save()
    assert type_code(browser, helene, code).headers["Location"] == door("login", helene)
    assert not is_inside(browser, helene)


def test_another_browser_cannot_use_the_code(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    code = sms_code(helene)
    thief = type(browser)()
    type_password(thief, helene)
    assert type_code(thief, helene, code).status_code == 422
    assert not is_inside(thief, helene)


def test_limits_hold_nothing_in_clear(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    keys = "".join(Limit.objects.values_list("key", flat=True))
    assert str(helene.user.identifier) not in keys
    assert "127.0.0.1" not in keys


def test_a_closed_account_is_a_wrong_password(browser: Browser, helene: Client, nantes: Any) -> None:
    other = a_client(nantes)
    other.user.is_active = False
    other.user.save()
    assert type_password(browser, other).status_code == 422
