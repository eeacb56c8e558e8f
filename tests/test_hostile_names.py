"""What a file or a client calls people and things is text on every page, and a word to look for in every search."""

from typing import Any

import pytest
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser, log_in
from django.test import Client as Browser
from people import a_client, a_contract

from accounts.models import Client, User
from establishments.models import Establishment

NAME = """<script>alert("1")</script>'"""
SQL = """x' OR 1=1; DROP TABLE accounts_client; --"""


@pytest.fixture
def victim(nantes: Establishment) -> Client:
    client = a_client(nantes, first_name=NAME, last_name=NAME, address=NAME, city=NAME, country=NAME)
    a_contract(client, number="V-1", description=NAME)
    Establishment.objects.filter(pk=nantes.pk).update(name=NAME, city=NAME)
    return client


def pages_of(browser: Browser, paths: list[str]) -> dict[str, str]:
    answers: dict[str, Any] = {path: browser.get(path, follow=True) for path in paths}
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200} == {}
    return {path: answer.content.decode() for path, answer in answers.items()}


def test_the_area_shows_it_as_text(victim: Client) -> None:
    places = ("espace", "contrats", "contrats/V-1", "contrats/V-1/simuler", "payer", "paiements", "documents")
    own = ("profil", "profil/adresse", "securite")
    pages = pages_of(log_in(CommittingBrowser(), victim), [f"/nantes/{place}/" for place in (*places, *own)])
    assert [path for path, page in pages.items() if "<script>alert" in page] == []
    assert "&lt;script&gt;alert" in pages["/nantes/contrats/V-1/"]
    assert "&lt;script&gt;alert" in pages["/nantes/profil/"]


def test_agents_see_it_as_text(victim: Client, agent: User) -> None:
    desk = CommittingBrowser()
    assert desk.post(LOGIN, agent_facts(agent)).status_code == 302
    lists = ["accounts/client", "contracts/contract", "contracts/pledge"]
    row = f"/gestion/accounts/client/{victim.pk}/change/"
    pages = pages_of(desk, [*[f"/gestion/{one}/" for one in lists], row])
    assert [path for path, page in pages.items() if "<script>alert" in page] == []
    assert "&lt;script&gt;alert" in pages[row]


def test_a_search_looks_for_it_and_runs_nothing(victim: Client, agent: User) -> None:
    desk = CommittingBrowser()
    desk.post(LOGIN, agent_facts(agent))
    for place in ("accounts/client", "contracts/contract"):
        led = desk.post(f"/gestion/{place}/", {"q": SQL})
        found = desk.get(led.headers["Location"])
        assert found.status_code == 200
        assert found.context["cl"].result_count == 0
    inside = log_in(CommittingBrowser(), victim)
    assert "V-1" not in inside.get("/nantes/contrats/", {"q": SQL}).content.decode()
    assert Client.objects.filter(pk=victim.pk).exists()
