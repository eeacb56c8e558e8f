"""/gestion/password_change/: an agent changes the own password, by our rules, and hears of it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser
from django.test import Client as Browser
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from doors import count_hashes, journal_kinds, newest_mail
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import AGENT_PASSWORD

from accounts import limits
from accounts.actions.staff_password import PasswordChanged, WrongPassword, change_staff_password
from accounts.models import Authenticator, Session, User
from journal.models import Event

PATH = "/gestion/password_change/"
NEW = "trois-poules-au-bord-de-l-eau"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """It stands still: how long a test takes gives no try back."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture
def agent_browser(browser: Browser, agent: User) -> Browser:
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


def facts(**changes: str) -> dict[str, str]:
    return {"current_password": AGENT_PASSWORD, "new_password1": NEW, "new_password2": NEW, **changes}


def test_the_password_changes_and_this_session_stays(agent_browser: Browser, agent: User) -> None:
    before = agent_browser.cookies["sessionid"].value
    answer = agent_browser.post(PATH, facts())
    assert answer.headers["Location"] == "/gestion/"
    assert agent_browser.cookies["sessionid"].value != before
    assert "Votre mot de passe est changé." in agent_browser.get("/gestion/").content.decode()
    agent.refresh_from_db()
    assert agent.check_password(NEW)


def test_twenty_changes_an_hour(agent_browser: Browser, agent: User) -> None:
    while limits.account_changes_of(agent.pk) == 0:
        pass
    assert agent_browser.post(PATH, facts()).status_code == 429
    agent.refresh_from_db()
    assert agent.check_password(AGENT_PASSWORD)


def test_other_sessions_are_closed(agent_browser: Browser, agent: User) -> None:
    Authenticator.objects.update(last_t=-1)
    elsewhere = CommittingBrowser()
    assert elsewhere.post(LOGIN, agent_facts(agent)).status_code == 302
    agent_browser.post(PATH, facts())
    assert elsewhere.get("/gestion/").headers["Location"].startswith(LOGIN)
    assert agent_browser.get("/gestion/").status_code == 200
    assert Session.objects.filter(user=agent).count() == 1


def test_the_agent_hears_of_it_and_the_journal_too(agent_browser: Browser, agent: User) -> None:
    agent_browser.post(PATH, facts())
    assert "Votre mot de passe a été changé." in newest_mail(agent.username).text
    event = Event.objects.get(kind="staff_password_changed")
    assert (event.actor, event.subject) == (f"user:{agent.pk}", f"user:{agent.pk}")
    assert event.data == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"current_password": "le-chat-dort-au-soleil"}, "Ce n’est pas votre mot de passe actuel."),
        ({"current_password": ""}, "Tapez votre mot de passe actuel."),
        ({"new_password1": "court", "new_password2": "court"}, "au moins 12 caractères"),
        ({"new_password2": "autre-chose-encore"}, "ne sont pas les mêmes"),
        ({"new_password1": "motdepasse1234", "new_password2": "motdepasse1234"}, "mot de passe"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(
    agent_browser: Browser, agent: User, changes: dict[str, str], words: str
) -> None:
    answer = agent_browser.post(PATH, facts(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert NEW not in page
    agent.refresh_from_db()
    assert agent.check_password(AGENT_PASSWORD)


def test_wrong_ones_are_in_the_journal_and_make_wait(agent_browser: Browser) -> None:
    for _ in range(3):
        assert agent_browser.post(PATH, facts(current_password="faux")).status_code == 422
    answer = agent_browser.post(PATH, facts())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert "Recommencez dans 30\u00a0secondes." in answer.content.decode()
    assert journal_kinds().count("staff_password_refused") == 3


@pytest.mark.usefixtures("real_hashing")
def test_a_right_one_costs_two_hashes(agent_browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    made = count_hashes(monkeypatch)
    assert agent_browser.post(PATH, facts()).status_code == 302
    assert sorted(made) == ["encode", "verify"]


def test_a_password_that_changed_meanwhile_stays(agent: User, monkeypatch: Any) -> None:
    """Two tabs: the second was checked against what the first has replaced."""
    seen = User.objects.get(pk=agent.pk)
    common = {"current": AGENT_PASSWORD, "session_key": "", "by": "user:1"}
    assert isinstance(change_staff_password(agent=agent, new=NEW, **common), PasswordChanged)
    assert isinstance(change_staff_password(agent=seen, new="encore-une-autre-phrase", **common), WrongPassword)
    agent.refresh_from_db()
    assert agent.check_password(NEW)


def test_the_page_is_for_agents_inside(browser: Browser, agent: User) -> None:
    assert browser.get(PATH).headers["Location"].startswith(LOGIN)
    assert browser.post(PATH, facts()).headers["Location"].startswith(LOGIN)
    browser.force_login(agent)
    assert browser.post(PATH, facts()).headers["Location"].startswith(LOGIN)


def test_a_form_without_its_token_is_refused(agent: User) -> None:
    strict = CommittingBrowser(enforce_csrf_checks=True)
    assert strict.post(LOGIN, agent_facts(agent)).status_code == 403


@pytest.mark.parametrize("name", ["password_change_done", "view_on_site"])
def test_djangos_other_pages_are_gone(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{name}")


@pytest.mark.parametrize("field", ["current_password", "new_password1", "new_password2"])
@given(typed=st.one_of(st.text(max_size=40), st.just("x" * 5000), st.just("\x00" * 14), st.just("\ud800" * 14)))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_takes_anything(agent_browser: Browser, field: str, typed: str) -> None:
    body = urlencode(facts(**{field: typed}), errors="surrogatepass")
    answer = agent_browser.post(PATH, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {422, 429}


def test_an_empty_form_is_refused(agent_browser: Browser) -> None:
    assert agent_browser.post(PATH).status_code == 422


def test_the_page_has_one_password_field_of_each_kind(agent_browser: Browser) -> None:
    page = agent_browser.get(PATH).content.decode()
    assert page.count('autocomplete="current-password"') == 1
    assert page.count('autocomplete="new-password"') == 2
