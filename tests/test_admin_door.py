"""The door of /gestion/: e-mail, password and code on one page, and nothing for who misses one of them."""

import pytest
from agents import LOGIN, agent_facts, code_of
from django.test import Client as Browser
from django.urls import reverse
from doors import another_code, enter, journal_kinds, type_password
from people import AGENT_PASSWORD, PASSWORD

from accounts.models import Authenticator, Client, User
from establishments.models import Establishment
from journal.models import Event


@pytest.fixture
def agent_browser(browser: Browser, agent: User) -> Browser:
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


def test_three_right_facts_open_it(browser: Browser, agent: User) -> None:
    answer = browser.post(LOGIN, agent_facts(agent) | {"next": "/gestion/contracts/contract/"})
    assert answer.headers["Location"] == "/gestion/contracts/contract/"
    assert browser.get("/gestion/").status_code == 200
    assert journal_kinds() == ["staff_created", "staff_login"]


def test_the_page_is_french_and_asks_for_three_facts(browser: Browser, db: None) -> None:
    page = browser.get(LOGIN).content.decode()
    for words in (
        "Gestion des espaces clients",
        "E-mail",
        "Mot de passe",
        "Code de votre application",
        "ME CONNECTER",
    ):
        assert words in page


@pytest.mark.parametrize(
    "wrong",
    [{"username": "autre@example.fr"}, {"password": "la-pluie-tombe-sur-la-terre"}, {"otp_token": "000000"}],
    ids=["e-mail", "password", "code"],
)
def test_one_wrong_fact_is_refused_with_the_same_words(browser: Browser, agent: User, wrong: dict[str, str]) -> None:
    answer = browser.post(LOGIN, agent_facts(agent, **wrong))
    assert answer.status_code == 422
    assert "L’e-mail, le mot de passe ou le code n’est pas le bon." in answer.content.decode()
    assert browser.get("/gestion/").headers["Location"].startswith(LOGIN)


@pytest.mark.parametrize("missing", ["username", "password", "otp_token"])
def test_a_missing_fact_is_named(browser: Browser, agent: User, missing: str) -> None:
    answer = browser.post(LOGIN, agent_facts(agent, **{missing: ""}))
    assert answer.status_code == 422
    assert f'href="#id_{missing}"' in answer.content.decode()


@pytest.mark.parametrize("spelling", ["{}\x00", "１{}", "0{}", "+{}"])
def test_a_code_has_one_spelling(browser: Browser, agent: User, spelling: str) -> None:
    token = spelling.format(code_of(agent))
    assert browser.post(LOGIN, agent_facts(agent, otp_token=token)).status_code == 422


def test_a_code_opens_once(browser: Browser, agent: User) -> None:
    facts = agent_facts(agent)
    assert browser.post(LOGIN, facts).status_code == 302
    assert type(browser)().post(LOGIN, facts).status_code == 422


def test_after_a_wrong_code_the_right_one_opens(browser: Browser, agent: User) -> None:
    """Our limits count the tries; what they do is in tests/accounts/test_staff_limits.py."""
    browser.post(LOGIN, agent_facts(agent, otp_token=another_code(code_of(agent))))
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302


def test_an_agent_without_an_authenticator_is_refused(browser: Browser, agent: User) -> None:
    facts = agent_facts(agent)
    Authenticator.objects.update(confirmed=False)
    assert browser.post(LOGIN, facts).status_code == 422


def test_a_client_is_refused(browser: Browser, helene: Client) -> None:
    facts = {"username": helene.user.username, "password": PASSWORD, "otp_token": "123456"}
    assert browser.post(LOGIN, facts).status_code == 422


def test_a_client_inside_the_area_is_a_stranger_here(browser: Browser, helene: Client) -> None:
    enter(browser, helene)
    assert browser.get("/gestion/").headers["Location"].startswith(LOGIN)
    assert browser.get(reverse("admin:accounts_client_changelist")).headers["Location"].startswith(LOGIN)


def test_an_agent_is_a_stranger_in_the_area(agent_browser: Browser, nantes: Establishment) -> None:
    assert agent_browser.get("/nantes/espace/").headers["Location"].startswith("/nantes/connexion/")


def test_an_agent_cannot_use_the_clients_door(browser: Browser, agent: User, helene: Client) -> None:
    facts = {"identifier": agent.username, "password": AGENT_PASSWORD}
    assert browser.post("/nantes/connexion/", facts).status_code == 422


def test_a_session_with_the_password_only_is_refused(browser: Browser, agent: User) -> None:
    browser.force_login(agent)
    assert browser.get("/gestion/").headers["Location"].startswith(LOGIN)


def test_an_agent_who_left_is_out_at_once(agent_browser: Browser, agent: User) -> None:
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert agent_browser.get("/gestion/").headers["Location"].startswith(LOGIN)


def test_the_session_changes_its_key(browser: Browser, agent: User, helene: Client) -> None:
    type_password(browser, helene)
    before = browser.cookies["sessionid"].value
    browser.post(LOGIN, agent_facts(agent))
    assert browser.cookies["sessionid"].value != before


def test_logging_out_closes_it(agent_browser: Browser, agent: User) -> None:
    assert agent_browser.get("/gestion/logout/").status_code == 405
    assert "staff_logout" not in journal_kinds()
    agent_browser.post("/gestion/logout/")
    assert agent_browser.get("/gestion/").headers["Location"].startswith(LOGIN)
    assert Event.objects.get(kind="staff_logout").actor == f"user:{agent.pk}"


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/"])
def test_coming_back_never_leads_elsewhere(browser: Browser, agent: User, elsewhere: str) -> None:
    answer = browser.post(LOGIN, agent_facts(agent) | {"next": elsewhere})
    assert "evil" not in answer.headers["Location"]
