"""A session ends after 15 minutes without activity and after 8 hours; an agent's after 10 minutes and 4 hours."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser, log_in
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from doors import door, type_password
from people import a_client

from accounts.models import Client, Session, User
from accounts.session_limits import CLIENTS, STAFF, TimeLeft, ago, in_words, time_left
from accounts.tokens import password_link
from establishments.models import Establishment
from web.french import NBSP

pytestmark = pytest.mark.django_db  # said here, since one test asks for its browser by name only
OVERVIEW, LOGIN_PAGE = "/nantes/espace/", "/nantes/connexion/"
START = datetime(2026, 5, 31, 10, tzinfo=UTC)
REFRESH = {"X-Requested-With": "refresh"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def inside(clock: time_machine.Traveller, helene: Client) -> Browser:
    return log_in(CommittingBrowser(), helene)


@pytest.fixture
def at_work(clock: time_machine.Traveller, agent: User) -> Browser:
    browser = CommittingBrowser()
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


def last_used() -> datetime:
    return Session.objects.get(user__isnull=False).last_used_at


class TestIdle:
    def test_a_client_has_15_minutes_to_the_second(self, inside: Browser, clock: time_machine.Traveller) -> None:
        clock.shift(15 * 60 - 1)
        assert inside.get(OVERVIEW).status_code == 200
        clock.shift(15 * 60)
        assert inside.get(OVERVIEW).headers["Location"] == f"{LOGIN_PAGE}?next=%2Fnantes%2Fespace%2F"

    def test_an_agent_has_10_minutes_to_the_second(self, at_work: Browser, clock: time_machine.Traveller) -> None:
        clock.shift(10 * 60 - 1)
        assert at_work.get("/gestion/").status_code == 200
        clock.shift(10 * 60)
        assert at_work.get("/gestion/").headers["Location"] == f"{LOGIN}?next=%2Fgestion%2F"

    @pytest.mark.parametrize("whose", ["own", "of another establishment"])
    def test_a_link_that_is_opened_later_brings_nobody_back(
        self, inside: Browser, clock: time_machine.Traveller, helene: Client, ousmane: Client, whose: str
    ) -> None:
        """A public door that saves the session is no activity of who left it open."""
        user = User.objects.get(pk=(helene if whose == "own" else ousmane).user_id)
        clock.shift(14 * 60)
        opened = inside.get(urlsplit(password_link(user)).path)
        assert opened.headers["Location"].endswith("/choisir/")
        assert inside.get(opened.headers["Location"]).status_code == 200
        clock.shift(60)
        assert inside.get(OVERVIEW).status_code == 302

    def test_nor_an_agent(self, at_work: Browser, clock: time_machine.Traveller, helene: Client) -> None:
        clock.shift(9 * 60)
        assert at_work.get(urlsplit(password_link(helene.user)).path).headers["Location"].endswith("/choisir/")
        clock.shift(60)
        assert at_work.get("/gestion/").status_code == 302

    def test_the_login_says_why_once(self, inside: Browser, clock: time_machine.Traveller) -> None:
        clock.shift(15 * 60)
        page = inside.get(OVERVIEW, follow=True).content.decode()
        assert f"Vous avez été déconnecté après 15{NBSP}minutes sans activité." in page
        assert "Rien n’a été perdu" in page
        assert "déconnecté" not in inside.get(LOGIN_PAGE).content.decode()

    def test_what_was_posted_is_said_to_be_lost(self, inside: Browser, clock: time_machine.Traveller) -> None:
        clock.shift(15 * 60)
        answer = inside.post("/nantes/payer/", {"contract": "V0001"}, follow=True)
        assert answer.redirect_chain[-1][0] == LOGIN_PAGE
        assert "n’a pas été enregistré" in answer.content.decode()

    def test_the_row_is_gone(self, inside: Browser, clock: time_machine.Traveller) -> None:
        clock.shift(15 * 60)
        inside.get(OVERVIEW)
        assert not Session.objects.exists()

    def test_one_comes_back_to_the_page(self, inside: Browser, helene: Client, clock: time_machine.Traveller) -> None:
        clock.shift(15 * 60)
        login = inside.get("/nantes/contrats/").headers["Location"]
        inside.post(login, {"identifier": helene.user.identifier, "password": "le-chat-dort-au-soleil"})
        assert log_in(inside, helene).get(OVERVIEW).status_code == 200

    def test_a_session_without_a_beginning_is_over(self, inside: Browser) -> None:
        Session.objects.update(started_at=None)
        assert inside.get(OVERVIEW).status_code == 302


class TestWhole:
    @pytest.mark.parametrize(("hours", "path"), [(8, OVERVIEW), (4, "/gestion/")])
    def test_activity_does_not_prolong_it(
        self, request: pytest.FixtureRequest, clock: time_machine.Traveller, hours: int, path: str
    ) -> None:
        browser = request.getfixturevalue("inside" if path == OVERVIEW else "at_work")
        for _ in range(hours * 10):
            assert browser.get(path).status_code == 200
            clock.shift(6 * 60)
        answer = browser.get(path, follow=True)
        assert answer.redirect_chain
        assert Session.objects.filter(user__isnull=False).count() == 0

    def test_the_login_says_why(self, inside: Browser, clock: time_machine.Traveller) -> None:
        Session.objects.update(started_at=START - timedelta(hours=8))
        assert f"une connexion dure 8{NBSP}heures au plus" in inside.get(OVERVIEW, follow=True).content.decode()

    def test_a_new_password_does_not_prolong_it(self, inside: Browser, helene: Client) -> None:
        facts = {"current_password": "le-chat-dort-au-soleil"}
        facts |= dict.fromkeys(("new_password1", "new_password2"), "une-barque-bleue-sur-le-lac")
        began = Session.objects.get(user__isnull=False).started_at
        assert inside.post(door("change_password", helene), facts).status_code == 302
        assert Session.objects.get(user__isnull=False).started_at == began


class TestActivity:
    def test_a_refresh_keeps_nothing_alive(self, inside: Browser, clock: time_machine.Traveller) -> None:
        for _ in range(29):
            clock.shift(30)
            assert inside.get(OVERVIEW, headers=REFRESH).status_code == 200
        assert last_used() == START
        clock.shift(30)
        assert inside.get(OVERVIEW, headers=REFRESH).status_code == 401
        assert "sans activité" in inside.get(OVERVIEW, follow=True).content.decode(), "the reason waits for a page"

    def test_a_refresh_that_saves_the_session_keeps_nothing_alive(
        self, inside: Browser, helene: Client, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("django.conf.settings.SESSION_SAVE_EVERY_REQUEST", True)
        clock.shift(60)
        inside.get(OVERVIEW, headers=REFRESH)
        assert last_used() == START
        inside.get(OVERVIEW)
        assert last_used() == START + timedelta(minutes=1)

    def test_it_is_written_every_30_seconds_at_most(self, inside: Browser, clock: time_machine.Traveller) -> None:
        clock.shift(29)
        assert statements(inside, "UPDATE") == 0
        assert last_used() == START
        clock.shift(1)
        assert statements(inside, "UPDATE") == 1
        assert last_used() == START + timedelta(seconds=30)

    def test_it_asks_the_database_nothing_more(self, inside: Browser) -> None:
        assert statements(inside, 'FROM "accounts_session"') == 1

    def test_a_public_page_is_none(self, inside: Browser, clock: time_machine.Traveller) -> None:
        clock.shift(60)
        assert statements(inside, "UPDATE", LOGIN_PAGE) == 0

    def test_a_login_in_progress_has_no_clock(
        self, browser: Browser, helene: Client, clock: time_machine.Traveller
    ) -> None:
        type_password(browser, helene)
        clock.shift(60)
        assert statements(browser, "UPDATE", door("code", helene)) == 0

    def test_another_establishment_is_none(
        self, inside: Browser, paris: Establishment, clock: time_machine.Traveller
    ) -> None:
        clock.shift(60)
        assert inside.get("/paris/espace/").status_code == 302
        assert last_used() == START

    def test_the_data_of_another_request_survive(self, inside: Browser, clock: time_machine.Traveller) -> None:
        """Only the column is written: what another request saved meanwhile stays."""
        store = inside.session
        clock.shift(60)
        store["kept"] = "yes"
        store.save()
        inside.get(OVERVIEW)
        assert inside.session["kept"] == "yes"

    def test_a_closed_session_is_not_made_again(self, inside: Browser, clock: time_machine.Traveller) -> None:
        store: Any = inside.session
        store.load()
        Session.objects.all().delete()
        clock.shift(60)
        store.note_activity(datetime.now(UTC))
        assert not Session.objects.exists()


class TestStayingConnected:
    def test_to_answer_is_an_activity(self, inside: Browser, helene: Client, clock: time_machine.Traveller) -> None:
        clock.shift(14 * 60)
        answer = inside.post(door("keep_alive", helene))
        assert (answer.status_code, answer.content) == (204, b"")
        clock.shift(14 * 60)
        assert inside.get(OVERVIEW).status_code == 200

    def test_the_page_may_ask_what_is_left(
        self, inside: Browser, helene: Client, clock: time_machine.Traveller
    ) -> None:
        clock.shift(60)
        assert inside.get(door("keep_alive", helene), headers=REFRESH).json() == {"idle": 840, "whole": 8 * 3600 - 60}
        assert inside.get(door("keep_alive", helene)).json() == {"idle": 900, "whole": 8 * 3600 - 60}

    def test_too_late(self, inside: Browser, helene: Client, clock: time_machine.Traveller) -> None:
        clock.shift(15 * 60)
        for headers in (REFRESH, {"X-Requested-With": "stay"}):
            answer = inside.post(door("keep_alive", helene), headers=headers)
            assert (answer.status_code, answer.content) == (401, b"")

    def test_the_pages_carry_the_seconds(self, inside: Browser, clock: time_machine.Traveller) -> None:
        clock.shift(20)
        page = inside.get(OVERVIEW).content.decode()
        assert 'data-idle="880"' in page
        assert f'data-whole="{8 * 3600 - 20}"' in page


def statements(browser: Browser, words: str, path: str = OVERVIEW) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200
    return sum(words in query["sql"] for query in captured)


@pytest.mark.parametrize(("limits", "idle", "whole"), [(CLIENTS, 900, 28800), (STAFF, 600, 14400)])
def test_the_seconds_left_are_rounded_up(limits: Any, idle: int, whole: int) -> None:
    soon = START + timedelta(milliseconds=1)
    left = time_left(limits, started_at=START, last_used_at=START, now=soon)
    assert left == TimeLeft(idle, whole)
    over = time_left(limits, started_at=START, last_used_at=START, now=START + limits.idle)
    assert over.is_over
    assert over.idle == 0


def test_how_long_ago() -> None:
    assert ago(START, START + timedelta(seconds=59)) == "à l’instant"
    assert ago(START, START + timedelta(seconds=60)) == f"il y a 1{NBSP}minute"
    assert ago(START, START + timedelta(minutes=14)) == f"il y a 14{NBSP}minutes"
    assert [in_words(s) for s in (1, 59, 61)] == [f"1{NBSP}seconde", f"59{NBSP}secondes", f"2{NBSP}minutes"]


def test_every_door_gives_a_session_its_beginning(nantes: Establishment) -> None:
    browser = Browser()
    browser.force_login(a_client(nantes).user)
    assert Session.objects.get().started_at == START
