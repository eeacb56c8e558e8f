"""A forgotten identifier: three facts, one e-mail, one answer."""

from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser
from doors import comparable, door, journal_kinds, newest_mail
from people import a_client, a_contract

from accounts.models import Client
from establishments.models import Establishment
from messaging.models import InboxMessage


@pytest.fixture
def hanh(nantes: Establishment) -> Client:
    client = a_client(nantes, client_number="C-9", birth_date=date(1961, 3, 7), last_name="Hạnh")
    a_contract(client, number="V-9")
    return client


def facts(**changes: str) -> dict[str, str]:
    return {
        "client_number": "C-9", "birth_date_day": "07", "birth_date_month": "03", "birth_date_year": "1961",
        "contract_number": "V-9", **changes,
    }  # fmt: skip


def ask(browser: Browser, client: Client, **changes: str) -> Any:
    return browser.post(door("recover_identifier", client), facts(**changes))


def test_the_three_facts_bring_the_identifier_by_e_mail(browser: Browser, hanh: Client) -> None:
    answer = ask(browser, hanh)
    assert answer.status_code == 200
    assert str(hanh.user.identifier) not in answer.content.decode()
    assert str(hanh.user.identifier) in newest_mail(hanh.email).text
    assert journal_kinds() == ["identifier_sent"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_number": "C-8"},
        {"birth_date_day": "08"},
        {"contract_number": "V-8"},
        {"birth_date_day": "03", "birth_date_month": "07"},
    ],
    ids=["number", "day", "contract", "mm/dd"],
)
def test_one_wrong_fact_brings_the_same_page_and_nothing_else(
    browser: Browser, hanh: Client, wrong: dict[str, str]
) -> None:
    right = comparable(ask(browser, hanh))
    InboxMessage.objects.all().delete()
    assert comparable(ask(browser, hanh, **wrong)) == right
    assert not InboxMessage.objects.exists()
    assert journal_kinds()[-1] == "identifier_recovery_impossible"


def test_the_contract_of_another_client_does_not_count(browser: Browser, hanh: Client, ousmane: Client) -> None:
    a_contract(ousmane, number="V-10")
    ask(browser, hanh, contract_number="V-10")
    assert not InboxMessage.objects.exists()


def test_an_establishment_answers_for_its_own_clients_only(browser: Browser, hanh: Client, anh: Client) -> None:
    ask(browser, anh)
    assert not InboxMessage.objects.exists()


@pytest.mark.parametrize("change", [{"email": ""}, {"user__is_active": False}], ids=["no e-mail", "closed"])
def test_a_file_without_e_mail_or_a_closed_account_brings_nothing(
    browser: Browser, hanh: Client, change: dict[str, Any]
) -> None:
    if "email" in change:
        Client.objects.filter(pk=hanh.pk).update(**change)
    else:
        hanh.user.is_active = False
        hanh.user.save()
    assert ask(browser, hanh).status_code == 200
    assert not InboxMessage.objects.exists()


@pytest.mark.parametrize(
    "day",
    [
        ("31", "02", "1961"),
        ("00", "01", "1961"),
        ("07", "13", "1961"),
        ("07", "03", "0"),
        ("０７", "03", "1961"),
        ("-7", "3", "1961"),
        ("7", "3", "19610"),
        ("7", "3", "61"),
    ],
)
def test_a_day_that_does_not_exist_is_refused_with_an_example(
    browser: Browser, hanh: Client, day: tuple[str, str, str]
) -> None:
    names = ("birth_date_day", "birth_date_month", "birth_date_year")
    answer = ask(browser, hanh, **dict(zip(names, day, strict=True)))
    assert answer.status_code == 422
    assert "Cette date n’est pas possible." in answer.content.decode()


@pytest.mark.parametrize("missing", list(facts()))
def test_a_missing_fact_is_named_and_the_rest_is_kept(browser: Browser, hanh: Client, missing: str) -> None:
    answer = ask(browser, hanh, **{missing: ""})
    assert answer.status_code == 422
    assert f'href="#id_{missing}"' in answer.content.decode()
    for name, value in facts().items():
        assert name == missing or f'value="{value}"' in answer.content.decode()


def test_single_digits_are_a_day_too(browser: Browser, hanh: Client) -> None:
    ask(browser, hanh, birth_date_day="7", birth_date_month=" 3 ")
    assert InboxMessage.objects.count() == 1


def test_the_day_comes_first_as_everywhere_in_france(browser: Browser, hanh: Client) -> None:
    page = browser.get(door("recover_identifier", hanh)).content.decode()
    assert (
        page.index('name="birth_date_day"')
        < page.index('name="birth_date_month"')
        < page.index('name="birth_date_year"')
    )
    assert "jj/mm/aaaa" in page
    assert "mm/dd" not in page
