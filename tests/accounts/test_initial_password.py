"""An agent's first password, seen by somebody else, serves for 72 hours, to choose the own one and for nothing else."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from agents import LOGIN, agent_facts
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from doors import comparable
from people import AGENT_PASSWORD
from test_access import ROUTES

from accounts.actions.staff import create_staff, reset_staff
from accounts.models import Authenticator, Client, User
from demo.accounts import create_agent
from establishments.models import Establishment
from journal.models import Event

PATH = "/gestion/password_change/"
NEW = "trois-poules-au-bord-de-l-eau"
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
STAFF = [route for route in ROUTES if route.path.startswith("/gestion/") and not route.is_public]
OPEN = {"admin:password_change", "admin:logout"}
DURING, AFTER = timedelta(hours=72, seconds=-1), timedelta(hours=72)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def new_agent(nantes: Establishment) -> User:
    device = create_staff(
        email="nouvel@example.fr", establishments=[nantes], password=AGENT_PASSWORD, by="system", is_initial=True
    )
    return device.user


@pytest.fixture
def inside(browser: Browser, new_agent: User) -> Browser:
    assert browser.post(LOGIN, agent_facts(new_agent)).status_code == 302
    return browser


def facts(new: str = NEW) -> dict[str, str]:
    return {"current_password": AGENT_PASSWORD, "new_password1": new, "new_password2": new}


def test_nothing_of_gestion_opens_before_another_is_chosen(inside: Browser) -> None:
    closed = [route for route in STAFF if route.name not in OPEN]
    assert len(closed) > 70
    assert {"admin:passkeys", "admin:index", "admin:jsi18n"} <= {route.name for route in closed}
    for method in ("get", "post", "head"):
        led = {route.path: getattr(inside, method)(route.path).headers.get("Location") for route in closed}
        assert {path: where for path, where in led.items() if where != PATH} == {}


def test_the_page_says_why(inside: Browser) -> None:
    page = inside.get("/gestion/", follow=True).content.decode()
    assert "Votre mot de passe est provisoire." in page


def test_another_password_opens_the_rest(inside: Browser, new_agent: User) -> None:
    assert inside.post(PATH, facts()).headers["Location"] == "/gestion/"
    assert inside.get("/gestion/").status_code == 200
    assert "provisoire" not in inside.get(PATH).content.decode()
    new_agent.refresh_from_db()
    assert new_agent.initial_password_until is None


def test_the_same_again_is_refused(inside: Browser, new_agent: User) -> None:
    answer = inside.post(PATH, facts(AGENT_PASSWORD))
    assert answer.status_code == 422
    assert "C’est déjà votre mot de passe." in answer.content.decode()
    assert inside.get("/gestion/").headers["Location"] == PATH


def test_who_leaves_first_is_out_and_comes_back_to_the_same_page(inside: Browser, new_agent: User) -> None:
    inside.post("/gestion/logout/")
    assert inside.get("/gestion/").headers["Location"].startswith(LOGIN)
    Authenticator.objects.update(last_t=-1)
    inside.post(LOGIN, agent_facts(new_agent))
    assert inside.get("/gestion/").headers["Location"] == PATH


def test_it_opens_the_door_to_the_last_second(browser: Browser, new_agent: User, clock: time_machine.Traveller) -> None:
    clock.shift(DURING)
    assert browser.post(LOGIN, agent_facts(new_agent)).status_code == 302


def test_after_72_hours_it_answers_like_a_wrong_one(new_agent: User, clock: time_machine.Traveller) -> None:
    """To the byte and in as many queries; the journal alone knows why."""
    clock.shift(AFTER)

    def answer(password: str) -> tuple[Any, int]:
        with CaptureQueriesContext(connection) as captured:
            found = Browser().post(LOGIN, agent_facts(new_agent, password=password))
        return comparable(found), len(captured)

    expired, wrong = answer(AGENT_PASSWORD), answer("la-pluie-tombe-sur-la-terre")
    assert expired == wrong
    assert expired[0][0] == 422
    reasons = [event.data for event in Event.objects.filter(kind="staff_login_refused").order_by("id")]
    assert reasons == [{"reason": "initial_password_expired"}, {}]


def test_after_72_hours_no_passkey_is_asked_for_either(
    new_agent: User, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.actions.staff_login.confirmed_passkeys", lambda agent: True)
    facts = {"username": new_agent.username, "password": AGENT_PASSWORD, "passkey": "1"}
    clock.shift(DURING)
    assert Browser().post(LOGIN, facts).status_code == 302
    clock.shift(timedelta(seconds=1))
    assert Browser().post(LOGIN, facts).status_code == 422


@pytest.mark.parametrize("is_over", [False, True])
def test_ops_give_another_initial_one(
    browser: Browser, agent: User, clock: time_machine.Traveller, is_over: bool
) -> None:
    """To an agent who forgot the own password, and to one who came too late for the first."""
    reset_staff(email=agent.username, password="un-premier-mot-de-passe", by="system")
    clock.shift(AFTER if is_over else timedelta(0))
    reset_staff(email=agent.username, password=AGENT_PASSWORD, by="system")
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    assert browser.get("/gestion/").headers["Location"] == PATH


def test_an_authenticator_alone_replaced_leaves_the_own_password(browser: Browser, agent: User) -> None:
    reset_staff(email=agent.username, password=None, by="system")
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    assert browser.get("/gestion/").status_code == 200


@pytest.mark.parametrize(
    "command",
    [["create_staff", "nouvel@example.fr", "nantes"], ["reset_staff_factor", "agent@example.fr", "--password"]],
)
def test_what_a_terminal_shows_is_initial(agent: User, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    call_command(*command)
    printed = capsys.readouterr().out
    assert re.search(r"^Mot de passe : \S{20}$", printed, re.MULTILINE)
    assert "dans les 72 heures" in printed
    assert User.objects.get(username=command[1]).initial_password_until == NOON + AFTER


def test_the_demonstrations_agent_comes_in(nantes: Establishment) -> None:
    create_agent("demo@example.fr", ["nantes"])
    assert User.objects.get(username="demo@example.fr").initial_password_until is None


def test_a_client_has_none(helene: Client) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=helene.user_id).update(initial_password_until=NOON)
