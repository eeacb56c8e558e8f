"""An agent's own open sessions: seen and closed on the page of passkeys, after a fresh proof of both factors."""

from typing import Any

import pytest
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser
from django.test import Client as Browser
from doors import age_proof, forget_limits, journal_kinds
from people import AGENT_PASSWORD

from accounts.actions.staff import create_staff
from accounts.models import Client, Session, User
from accounts.sessions import reference_of
from establishments.models import Establishment
from journal.models import Event

OWN = "/gestion/cles/"
OTHERS = "/gestion/cles/sessions/fermer/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


def enter(agent: User, **headers: str) -> CommittingBrowser:
    forget_limits()
    agent.totpdevice_set.update(last_t=-1)  # the same code again, in the same half minute
    browser = CommittingBrowser(headers=headers)
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


@pytest.fixture
def here(agent: User) -> Browser:
    return enter(agent)


@pytest.fixture
def elsewhere(agent: User) -> Browser:
    return enter(agent, user_agent=FIREFOX)


def close_of(browser: Browser) -> str:
    return f"/gestion/cles/sessions/{reference_of(str(browser.session.session_key))}/fermer/"


def page_of(browser: Browser) -> str:
    return str(browser.get(OWN).content.decode())


def is_inside(browser: Browser) -> bool:
    return bool(browser.get("/gestion/").status_code == 200)


def test_each_is_named_by_its_browser(here: Browser, elsewhere: Browser) -> None:
    page = page_of(here)
    assert "<strong>Navigateur inconnu</strong> (cette session)" in page
    assert "<strong>Firefox sur Windows</strong>, utilisée à l’instant" in page
    assert close_of(elsewhere) in page
    assert close_of(here) not in page, "this one is left by « Déconnexion »"
    assert not any(key in page for key in Session.objects.values_list("session_key", flat=True))


def test_a_closed_one_is_out_at_its_next_request(here: Browser, elsewhere: Browser, agent: User) -> None:
    answer = here.post(close_of(elsewhere), follow=True)
    assert "«\N{NO-BREAK SPACE}Firefox sur Windows\N{NO-BREAK SPACE}» est fermée" in answer.content.decode()
    assert not is_inside(elsewhere)
    assert is_inside(here)
    event = Event.objects.get(kind="session_closed")
    assert (event.actor, event.subject) == (f"user:{agent.pk}", f"user:{agent.pk}")


def test_the_others_are_closed(here: Browser, elsewhere: Browser) -> None:
    assert f'action="{OTHERS}"' in page_of(here)
    assert "1\N{NO-BREAK SPACE}session fermée" in here.post(OTHERS, follow=True).content.decode()
    assert not is_inside(elsewhere)
    assert is_inside(here)
    assert f'action="{OTHERS}"' not in page_of(here), "there is nothing left to close"
    assert "Aucune autre session n’était ouverte." in here.post(OTHERS, follow=True).content.decode()
    assert journal_kinds().count("sessions_closed") == 1


def test_after_ten_minutes_the_agent_comes_in_again_first(here: Browser, elsewhere: Browser) -> None:
    for path in (OTHERS, close_of(elsewhere)):
        age_proof(here)
        assert here.post(path).headers["Location"].startswith(LOGIN)
        assert is_inside(elsewhere)


@pytest.mark.parametrize("name", ["agent", "client", "invented"])
def test_anothers_does_not_exist(
    here: Browser, helene_browser: Browser, helene: Client, nantes: Establishment, name: str
) -> None:
    device = create_staff(email="voisin@example.fr", establishments=[nantes], password=AGENT_PASSWORD, by="system")
    neighbour = enter(device.user)
    paths: dict[str, Any] = {
        "agent": close_of(neighbour),
        "client": close_of(helene_browser),
        "invented": f"/gestion/cles/sessions/{'0' * 32}/fermer/",
    }
    assert here.post(paths[name]).status_code == 404
    here.post(OTHERS)
    assert is_inside(neighbour)
    assert Session.objects.filter(user=helene.user).exists()


def test_looking_or_a_form_of_another_site_closes_nothing(here: Browser, elsewhere: Browser) -> None:
    for path in (OTHERS, close_of(elsewhere)):
        assert here.get(path).status_code == 405
    here.handler.enforce_csrf_checks = True
    for path in (OTHERS, close_of(elsewhere)):
        assert here.post(path).status_code == 403
    assert is_inside(elsewhere)
