"""Forms that send an e-mail: per account and per address, known or not, and the answers stay alike."""

from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser
from doors import comparable, door
from people import a_client, a_contract

from accounts.models import Client
from establishments.models import Establishment
from messaging.models import InboxMessage

UNKNOWN = "9999999999"


def ask_link(browser: Browser, client: Client, identifier: str, address: str = "192.0.2.1") -> Any:
    return browser.post(door("request_password", client), {"identifier": identifier}, REMOTE_ADDR=address)


@pytest.mark.parametrize("is_known", [True, False])
def test_three_links_an_hour_for_an_account_from_any_address(browser: Browser, helene: Client, is_known: bool) -> None:
    identifier = str(helene.user.identifier) if is_known else UNKNOWN
    answers = [ask_link(browser, helene, identifier, f"192.0.2.{n}").status_code for n in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert InboxMessage.objects.count() == (3 if is_known else 0)


def test_twenty_mails_an_hour_from_an_address(browser: Browser, helene: Client) -> None:
    answers = [ask_link(browser, helene, f"{n:010d}").status_code for n in range(21)]
    assert answers == [200] * 20 + [429]


def test_the_wait_tells_nothing_of_who_is_a_client(browser: Browser, helene: Client) -> None:
    identifier = str(helene.user.identifier)
    for n in range(3):
        ask_link(browser, helene, identifier, f"192.0.2.{n}")
        ask_link(browser, helene, UNKNOWN, f"192.0.3.{n}")
    known, unknown = ask_link(browser, helene, identifier), ask_link(browser, helene, UNKNOWN)
    assert known.status_code == 429
    assert comparable(known, identifier) == comparable(unknown, UNKNOWN)


def test_dates_of_birth_cannot_be_tried_one_after_the_other(browser: Browser, nantes: Establishment) -> None:
    client = a_client(nantes, client_number="C-9", birth_date=date(1961, 3, 20))
    a_contract(client, number="V-9")
    facts = {"client_number": "C-9", "birth_date_month": "3", "birth_date_year": "1961", "contract_number": "V-9"}
    answers = [
        browser.post(door("recover_identifier", client), {**facts, "birth_date_day": str(day)}).status_code
        for day in range(1, 29)
    ]
    assert answers == [200] * 3 + [429] * 25
    assert not InboxMessage.objects.exists()
