"""An agent finds one client among very many, and no list reads everything to say how long it is."""

from typing import Any

import pytest
from agents import LOGIN, agent_facts
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from people import a_client, a_contract

from accounts.models import Client, User
from establishments import staff_search
from establishments.models import Establishment

CLIENTS = "/gestion/accounts/client/"
CONTRACTS = "/gestion/contracts/contract/"


@pytest.fixture
def agent_browser(browser: Browser, agent: User) -> Browser:
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


@pytest.fixture
def quintard(nantes: Establishment) -> Client:
    return a_client(
        nantes, identifier="7712345678", client_number="C-77", last_name="Quintard", first_name="Anne-Marie"
    )


def found(browser: Browser, path: str, typed: str) -> list[Any]:
    answer = browser.get(path, {"q": typed})
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


@pytest.mark.parametrize("typed", ["C-77", "c-7", "7712345678", "771", "Quintard", "quin", "anne", "QUINT anne-m"])
def test_the_beginning_is_enough_whatever_the_case(
    agent_browser: Browser, quintard: Client, helene: Client, typed: str
) -> None:
    assert found(agent_browser, CLIENTS, typed) == [quintard]


@pytest.mark.parametrize("typed", ["intard", "Quintard Hélène", "Quintard C-78", "%", "_-77", "'", '"Quintard'])
def test_every_word_must_begin_something(agent_browser: Browser, quintard: Client, helene: Client, typed: str) -> None:
    assert found(agent_browser, CLIENTS, typed) == []


def test_a_contract_is_found_by_its_number_and_by_whose_it_is(
    agent_browser: Browser, quintard: Client, helene: Client
) -> None:
    ring, watch = a_contract(quintard, number="V-001"), a_contract(quintard, number="V-002")
    a_contract(helene, number="W-001")
    assert found(agent_browser, CONTRACTS, "v-001") == [ring]
    assert found(agent_browser, CONTRACTS, "Quintard") == [watch, ring], "the newest first"
    assert found(agent_browser, CONTRACTS, "7712345678 V-002") == [watch]


def test_another_establishments_are_not_found(agent_browser: Browser, quintard: Client, anh: Client) -> None:
    a_contract(anh, number="V-003")
    assert found(agent_browser, CLIENTS, anh.last_name) == []
    assert found(agent_browser, CONTRACTS, "V-003") == []


def test_a_list_counts_no_further_than_its_bound(
    agent_browser: Browser, nantes: Establishment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff_search, "MOST", 2)
    for _ in range(2):
        a_client(nantes)
    exact = agent_browser.get(CLIENTS)
    assert exact.context["cl"].result_count == 2
    assert "plus de" not in exact.content.decode()
    for _ in range(3):
        a_client(nantes)
    with CaptureQueriesContext(connection) as queries:
        capped = agent_browser.get(CLIENTS)
    assert capped.context["cl"].result_count == 2
    assert "plus de 2 clients" in capped.content.decode()
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert counts
    assert all("LIMIT 3" in count for count in counts)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite does without")
def test_prefixes_have_their_indexes(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname LIKE '%%_prefix'")
        definitions = " ".join(definition for (definition,) in cursor.fetchall())
    for column in ("client_number", "last_name", "first_name", "identifier", "number"):
        assert f"upper(({column})::text) text_pattern_ops" in definitions, column
