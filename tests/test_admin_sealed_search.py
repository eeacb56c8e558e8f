"""A name that an agent looks for stands in no address: the lists' form posts it, and the answer seals it."""

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser
from django.contrib import admin
from django.db.models import Model
from django.test import Client as Browser
from django.urls import reverse
from people import AGENT_PASSWORD, a_client

from accounts.actions.staff import create_staff
from accounts.models import Client, User
from establishments.models import Establishment
from establishments.sealed_search import MOST, SealedSearch, seal

CLIENTS = "/gestion/accounts/client/"
NAME = "Quintard"
SEARCHED = [model for model, page in admin.site._registry.items() if page.search_fields]


@pytest.fixture
def agent_browser(browser: Browser, agent: User) -> Browser:
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


@pytest.fixture
def quintard(nantes: Establishment, helene: Client) -> Client:
    return a_client(nantes, client_number="C-77", last_name=NAME)


def look_for(browser: Browser, words: str, path: str = CLIENTS, **filters: str) -> str:
    """What is typed in the list's form; where its answer leads."""
    answer = browser.post(path, {"q": words, **filters})
    assert answer.status_code == 303
    return answer.headers["Location"]


def rows(answer: Any) -> list[Any]:
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def addresses(page: str) -> str:
    """All that the page leads or posts to, as the browser reads it."""
    return html.unescape(" ".join(re.findall(r'(?:href|action|src)="([^"]*)"', page)))


def path_of(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("model", SEARCHED, ids=lambda model: model._meta.model_name)
def test_no_list_puts_a_name_into_an_address(agent_browser: Browser, quintard: Client, model: type[Model]) -> None:
    assert isinstance(admin.site._registry[model], SealedSearch)
    path = path_of(model)
    assert 'id="changelist-search" method="post" action="?"' in agent_browser.get(path).content.decode()
    where = look_for(agent_browser, NAME, path)
    page = agent_browser.get(where).content.decode()
    assert f'value="{NAME}"' in page, "the box shows what was typed"
    assert NAME.casefold() not in (where + addresses(page)).casefold()


def test_it_finds_and_the_way_back_from_a_row_keeps_it(agent_browser: Browser, quintard: Client) -> None:
    answer = agent_browser.get(look_for(agent_browser, NAME))
    assert rows(answer) == [quintard]
    row = re.search(rf'href="({CLIENTS}{quintard.pk}/change/\?_changelist_filters=[^"]+)"', answer.content.decode())
    assert row is not None
    back = re.search(rf'href="({CLIENTS}\?q=[^"]+)"', agent_browser.get(html.unescape(row[1])).content.decode())
    assert back is not None
    assert rows(agent_browser.get(html.unescape(back[1]))) == [quintard]


def test_filters_stay_and_carry_it_on(agent_browser: Browser, quintard: Client, nantes: Establishment) -> None:
    where = look_for(agent_browser, NAME, etablissement="nantes", csrfmiddlewaretoken="x" * 64)
    asked = parse_qs(urlsplit(where).query)
    assert set(asked) == {"q", "etablissement"}, "no token of the form"
    page = agent_browser.get(where).content.decode()
    links = [html.unescape(link) for link in re.findall(r'href="(\?[^"]*q=[^"]*)"', page)]
    assert links
    for link in links:
        assert agent_browser.get(CLIENTS + link).context["cl"].query == NAME
    assert 'name="etablissement" value="nantes"' in page


def test_nothing_typed_is_the_whole_list(agent_browser: Browser, quintard: Client) -> None:
    assert look_for(agent_browser, "") == CLIENTS
    assert look_for(agent_browser, "", etablissement="nantes") == f"{CLIENTS}?etablissement=nantes"


def test_words_typed_into_the_address_are_answered_and_sealed_in_every_link(
    agent_browser: Browser, quintard: Client
) -> None:
    answer = agent_browser.get(CLIENTS, {"q": NAME, "etablissement": "nantes"})
    assert rows(answer) == [quintard]
    page = answer.content.decode()
    assert f'value="{NAME}"' in page
    assert NAME not in addresses(page)


def test_it_is_for_the_agent_who_typed_it(agent_browser: Browser, quintard: Client, nantes: Establishment) -> None:
    where = look_for(agent_browser, NAME)
    create_staff(email="autre@example.fr", establishments=[nantes], password=AGENT_PASSWORD, by="system")
    other = CommittingBrowser()
    other.post(LOGIN, agent_facts(User.objects.get(username="autre@example.fr")))
    answer = other.get(where)
    assert NAME not in answer.content.decode().replace(f">{NAME}<", "")
    assert "Cette recherche n’est plus valable." in answer.content.decode()


@pytest.mark.parametrize("altered", ["~", "~x", "~é", "~gAAAAABm", "~" + "A" * 3000])
def test_what_was_not_sealed_here_is_refused_in_words(agent_browser: Browser, quintard: Client, altered: str) -> None:
    answer = agent_browser.get(CLIENTS, {"q": altered})
    assert answer.status_code == 200
    assert "Cette recherche n’est plus valable." in answer.content.decode()


def test_another_key_opens_nothing(agent_browser: Browser, agent: User, settings: Any) -> None:
    settings.SECRET_KEY, own = "x" * 60, settings.SECRET_KEY
    foreign = seal(NAME, agent_pk=agent.pk)
    settings.SECRET_KEY = own
    assert "n’est plus valable" in agent_browser.get(CLIENTS, {"q": foreign}).content.decode()


@pytest.mark.parametrize(("typed", "words"), [("x" * (MOST + 1), "trop longue"), ("a\x00b", "caractère nul")])
def test_what_no_list_could_look_for_is_said(agent_browser: Browser, helene: Client, typed: str, words: str) -> None:
    assert look_for(agent_browser, typed) == CLIENTS
    assert words in agent_browser.get(CLIENTS).content.decode()
    assert words in agent_browser.get(CLIENTS, {"q": typed}).content.decode()


@pytest.mark.parametrize("typed", ["~Quintard", "é'\"<b>&=%", "x" * MOST, "日本"])
def test_anything_else_stands_in_the_box_again(agent_browser: Browser, helene: Client, typed: str) -> None:
    answer = agent_browser.get(look_for(agent_browser, typed))
    assert rows(answer) == []
    assert f'value="{html.escape(typed)}"' in answer.content.decode()


def test_a_form_without_its_token_is_refused(agent: User, agent_browser: Browser) -> None:
    strict = CommittingBrowser(enforce_csrf_checks=True)
    strict.cookies = agent_browser.cookies
    assert strict.post(CLIENTS, {"q": NAME}).status_code == 403


def test_who_is_not_an_agent_is_led_away(browser: Browser, helene_browser: Browser) -> None:
    for visitor in (browser, helene_browser):
        assert visitor.post(CLIENTS, {"q": NAME}).headers["Location"].startswith(LOGIN)
