"""Open sessions, seen and closed by their owner; never a session key in a page."""

from typing import Any

import pytest
from browsers import CommittingBrowser, log_in
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from doors import age_proof, door, is_inside, journal_kinds
from people import a_client

from accounts.actions import sessions as actions
from accounts.models import Client, Session
from accounts.sessions import reference_of
from accounts.user_agents import describe
from journal.models import Event

PHONE = "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0"


@pytest.fixture
def phone(helene: Client) -> Browser:
    """Hélène's other browser."""
    return log_in(CommittingBrowser(headers={"User-Agent": PHONE}), helene)


def close_of(browser: Browser, client: Client) -> str:
    reference = reference_of(str(browser.session.session_key))
    return reverse("accounts:close_session", args=[client.establishment.slug, reference])


def page_of(browser: Browser, client: Client) -> str:
    return str(browser.get(door("security", client)).content.decode())


def test_each_is_named_by_its_browser(helene_browser: Browser, phone: Browser, helene: Client) -> None:
    page = page_of(helene_browser, helene)
    assert "<strong>Firefox sur Android</strong>" in page
    assert '<strong>Navigateur inconnu</strong> <span class="tag calm">Cette session</span>' in page
    assert page.count("à l’instant") >= 2


def test_no_key_stands_in_a_page(helene_browser: Browser, phone: Browser, helene: Client) -> None:
    page = page_of(helene_browser, helene)
    keys = Session.objects.values_list("session_key", flat=True)
    assert len(keys) == 2
    assert not any(key in page for key in keys)
    assert close_of(phone, helene) in page
    assert close_of(helene_browser, helene) not in page, "this one is left by « Se déconnecter »"


def test_a_closed_session_is_out_at_its_next_request(helene_browser: Browser, phone: Browser, helene: Client) -> None:
    assert is_inside(phone, helene)
    answer = helene_browser.post(close_of(phone, helene), follow=True)
    assert "«\N{NO-BREAK SPACE}Firefox sur Android\N{NO-BREAK SPACE}» est fermée" in answer.content.decode()
    assert not is_inside(phone, helene)
    assert is_inside(helene_browser, helene)
    event = Event.objects.get(kind="session_closed")
    assert (event.subject, event.data) == (f"user:{helene.user_id}", {"browser": "Firefox sur Android"})


def test_a_request_in_progress_does_not_open_it_again(phone: Browser, helene_browser: Browser, helene: Client) -> None:
    store: Any = phone.session
    store["late"] = "yes"
    helene_browser.post(close_of(phone, helene))
    with pytest.raises(UpdateError):
        store.save()
    assert not is_inside(phone, helene)


def test_the_others_are_closed(helene_browser: Browser, phone: Browser, helene: Client) -> None:
    answer = helene_browser.post(door("close_sessions", helene), follow=True)
    assert "1\N{NO-BREAK SPACE}session fermée" in answer.content.decode()
    assert not is_inside(phone, helene)
    assert is_inside(helene_browser, helene)
    assert Event.objects.get(kind="sessions_closed").data == {"count": 1}
    answer = helene_browser.post(door("close_sessions", helene), follow=True)
    assert "Aucune autre session n’était ouverte." in answer.content.decode()
    assert journal_kinds().count("sessions_closed") == 1


def test_closing_asks_for_a_fresh_proof(helene_browser: Browser, phone: Browser, helene: Client) -> None:
    """Or whoever finds a telephone unlocked would throw its owner out everywhere else."""
    age_proof(helene_browser)
    for path in (door("close_sessions", helene), close_of(phone, helene)):
        assert "/securite/confirmer/" in helene_browser.post(path).headers["Location"]
    assert is_inside(phone, helene)


def test_another_clients_session_does_not_exist(
    helene_browser: Browser, ousmane_browser: Browser, helene: Client, ousmane: Client
) -> None:
    assert helene_browser.post(close_of(ousmane_browser, helene)).status_code == 404
    helene_browser.post(door("close_sessions", helene))
    assert is_inside(ousmane_browser, ousmane)
    assert "session_closed" not in journal_kinds()


def test_another_establishments_session_does_not_exist(helene_browser: Browser, helene: Client, anh: Client) -> None:
    elsewhere = log_in(CommittingBrowser(), anh)
    assert helene_browser.post(close_of(elsewhere, helene)).status_code == 404
    assert is_inside(elsewhere, anh)


@pytest.mark.parametrize("reference", ["x", "0" * 32, "-_" * 100])
def test_an_invented_reference_does_not_exist(helene_browser: Browser, reference: str) -> None:
    address = reverse("accounts:close_session", args=["nantes", reference])
    assert helene_browser.post(address).status_code == 404


def test_the_key_is_no_reference(helene_browser: Browser, phone: Browser) -> None:
    address = reverse("accounts:close_session", args=["nantes", phone.session.session_key])
    assert helene_browser.post(address).status_code == 404


def test_looking_closes_nothing(helene_browser: Browser, phone: Browser, helene: Client) -> None:
    assert helene_browser.get(close_of(phone, helene)).status_code == 405
    assert helene_browser.get(door("close_sessions", helene)).status_code == 405
    assert is_inside(phone, helene)


def test_a_form_of_another_site_closes_nothing(helene: Client) -> None:
    browser = log_in(CommittingBrowser(), helene)
    browser.handler.enforce_csrf_checks = True
    assert browser.post(door("close_sessions", helene)).status_code == 403
    assert browser.post(door("keep_alive", helene)).status_code == 403


@pytest.mark.parametrize("past", ["last_used_at", "started_at", "expire_date"])
def test_an_expired_one_is_not_shown(helene_browser: Browser, phone: Browser, helene: Client, past: str) -> None:
    Session.objects.filter(pk=phone.session.session_key).update(**{past: "2026-01-01T00:00Z"})
    assert "Firefox sur Android" not in page_of(helene_browser, helene)
    assert helene_browser.post(close_of(phone, helene)).status_code == 404


def test_a_login_in_progress_is_not_shown(helene_browser: Browser, helene: Client) -> None:
    CommittingBrowser().post(door("login", helene), {"identifier": helene.user.identifier, "password": "x"})
    assert page_of(helene_browser, helene).count('<li class="session"') == 1


@pytest.mark.parametrize("others", [0, 4])
def test_as_many_queries_for_five_as_for_one(helene_browser: Browser, helene: Client, others: int) -> None:
    for _ in range(others):
        log_in(CommittingBrowser(), helene)
    with CaptureQueriesContext(connection) as captured:
        helene_browser.get(door("security", helene))
    assert len(captured) == 4


def test_closing_needs_the_outcome(nantes: Any) -> None:
    user = a_client(nantes).user
    assert actions.close_session(user=user, reference="é", by="visitor") == actions.NoSuchSession()
    assert actions.close_other_sessions(user=user, kept="x", by="visitor") == 0


IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
SAFARI = "Version/17.5 Mobile/15E148 Safari/604.1"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (PHONE, "Firefox sur Android"),
        (f"{IPHONE} {SAFARI}", "Safari sur iPhone"),
        (f"{IPHONE} CriOS/120.0.0.0 Mobile/15E148 Safari/604.1", "Chrome sur iPhone"),
        (f"{IPHONE} FxiOS/127.0 Mobile/15E148 Safari/605.1.15", "Firefox sur iPhone"),
        (f"{IPHONE.replace('iPhone;', 'iPad;')} {SAFARI}", "Safari sur iPad"),
        (f"{WINDOWS} Safari/537.36 Edg/126.0.0.0", "Edge sur Windows"),
        (f"{WINDOWS} Safari/537.36", "Chrome sur Windows"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/126.0.0.0", "Chrome sur Chromebook"),
        ("Mozilla/5.0 (Windows NT 10.0)", "Navigateur inconnu sur Windows"),
        ("curl/8.0", "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
        ("<script>alert(1)</script>\x00\ud800", "Navigateur inconnu"),
    ],
)
def test_a_browser_is_named_as_its_owner_would(said: str, words: str) -> None:
    assert describe(said) == words
