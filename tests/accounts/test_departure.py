"""Who leaves leaves nothing in the browser, in any tab: the header of what ends a session, and tabs in Chromium."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser, log_in
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone
from doors import age_proof, door
from people import AGENT_PASSWORD, a_client, an_establishment
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from accounts.actions.staff import create_staff
from accounts.browsers import COOKIE
from accounts.models import Client, Session, User

EMPTIED = '"cache", "storage"'  # not the cookies: the browser stays known


def be_away(user: User) -> None:
    Session.objects.filter(user=user).update(last_used_at=timezone.now() - timedelta(hours=1))


def test_a_client_who_leaves_leaves_the_browser_known_and_empty(helene_browser: Browser, helene: Client) -> None:
    answer = helene_browser.post(door("logout", helene))
    assert answer.headers["Clear-Site-Data"] == EMPTIED
    assert COOKIE not in answer.cookies
    assert helene_browser.cookies[COOKIE].value


def test_so_does_a_client_who_was_away(helene_browser: Browser, helene: Client) -> None:
    be_away(helene.user)
    assert helene_browser.get(door("security", helene)).headers["Clear-Site-Data"] == EMPTIED


def test_so_does_an_agent(browser: Browser, agent: User) -> None:
    browser.post(LOGIN, agent_facts(agent))
    assert "Clear-Site-Data" not in browser.get("/gestion/logout/").headers, "which ends nothing"
    assert browser.post("/gestion/logout/").headers["Clear-Site-Data"] == EMPTIED


def test_so_does_an_agent_who_has_to_come_in_again(browser: Browser, agent: User) -> None:
    browser.post(LOGIN, agent_facts(agent))
    age_proof(browser)
    assert browser.get("/gestion/cles/").headers["Clear-Site-Data"] == EMPTIED


@pytest.fixture
def context(site: str, chromium: Chromium) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="fr-FR")
    yield context
    context.close()


@pytest.fixture
def client(site: str) -> Client:
    return a_client(an_establishment())


def take_cookies(context: BrowserContext, browser: Browser, site: str) -> None:
    for name, cookie in browser.cookies.items():
        context.add_cookies([{"name": name, "value": cookie.value, "url": site}])


def two_tabs(context: BrowserContext, *addresses: str) -> tuple[Page, Page]:
    tabs = context.new_page(), context.new_page()
    for tab, address in zip(tabs, addresses, strict=True):
        tab.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        tab.goto(address)
    return tabs


def test_a_clients_other_tabs_leave_at_once(context: BrowserContext, client: Client, site: str) -> None:
    take_cookies(context, log_in(CommittingBrowser(), client), site)
    first, other = two_tabs(context, f"{site}/nantes/espace/", f"{site}/nantes/profil/")
    assert first.evaluate("Object.keys(localStorage)") == ["session-ends-at"], "which names nobody and no establishment"
    first.get_by_role("button", name="Se déconnecter").click()
    other.wait_for_url(f"{site}/nantes/connexion/")
    first.wait_for_url(f"{site}/nantes/connexion/")
    assert first.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    kept = {cookie["name"] for cookie in context.cookies()}
    assert COOKIE in kept
    assert settings.SESSION_COOKIE_NAME not in kept
    other.go_back()
    expect(other.get_by_text(client.email)).to_have_count(0)


@pytest.fixture
def agents_context(context: BrowserContext, site: str) -> BrowserContext:
    device = create_staff(
        email="agent@example.fr", establishments=[an_establishment()], password=AGENT_PASSWORD, by="system"
    )
    browser = CommittingBrowser()
    browser.post(LOGIN, agent_facts(device.user))
    take_cookies(context, browser, site)
    return context


def test_an_agents_other_tabs_leave_at_once(agents_context: BrowserContext, site: str) -> None:
    first, other = two_tabs(agents_context, f"{site}/gestion/", f"{site}/gestion/accounts/client/")
    first.get_by_role("button", name="Déconnexion").click()
    expect(other.locator("#content")).to_have_count(0)
    other.wait_for_url(f"{site}/gestion/login/")
    first.wait_for_url(f"{site}/gestion/logout/")
    assert first.evaluate("Object.keys(localStorage)") in ([], ["theme"]), "Django's own choice of colours"


def test_an_agents_page_does_not_outlive_the_session(agents_context: BrowserContext, site: str) -> None:
    page = agents_context.new_page()
    page.clock.install()
    page.goto(f"{site}/gestion/accounts/client/")
    page.clock.fast_forward(9 * 60_000)
    expect(page).to_have_url(f"{site}/gestion/accounts/client/")
    be_away(User.objects.get(username="agent@example.fr"))
    page.clock.fast_forward(61_000)
    page.clock.run_for(2000)
    page.wait_for_url(f"{site}/gestion/login/?next=*")
