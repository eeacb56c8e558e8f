"""Many at once, on PostgreSQL: one change of password wins, a session is closed once. Without the locks, not."""

import time
from typing import Any

import pytest
from browsers import log_in
from django.db import connection
from django.db.models import QuerySet
from django.test import Client as Browser
from doors import journal_kinds
from people import PASSWORD, a_client, an_establishment
from test_login_races import CROWD, all_at_once

from accounts import limits, sessions
from accounts.actions import passwords
from accounts.actions import sessions as actions
from accounts.models import Client, Session

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time: it has no such race"),
    pytest.mark.usefixtures("committed"),
]
A_MOMENT = 0.05


@pytest.fixture
def client(committed: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Logged in; a moment passes between what is read and what is written."""
    client = a_client(an_establishment())
    log_in(Browser(), client)
    slow(monkeypatch, passwords, "end_sessions")
    slow(monkeypatch, actions, "is_reference_of")
    monkeypatch.setattr(limits, "password_of", lambda user_pk: 0)
    return client


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows.all())


def slow(monkeypatch: pytest.MonkeyPatch, place: Any, name: str) -> None:
    real = getattr(place, name)

    def after_a_moment(*args: Any, **kwargs: Any) -> Any:
        time.sleep(A_MOMENT)
        return real(*args, **kwargs)

    monkeypatch.setattr(place, name, after_a_moment)


def change(client: Client) -> Any:
    new = "une-barque-bleue-sur-le-lac"
    return passwords.change_password(user=client.user, current=PASSWORD, new=new, session_key="x", by="user:1")


@pytest.fixture
def reference(client: Client) -> str:
    return sessions.reference_of(Session.objects.get(user=client.user).session_key)


def close(client: Client, reference: str) -> Any:
    return actions.close_session(user=client.user, reference=reference, by="user:1")


def test_one_change_of_password_wins(client: Client) -> None:
    assert all_at_once(lambda: change(client)) == {"PasswordChanged": 1, "WrongPassword": CROWD - 1}
    assert journal_kinds().count("password_changed") == 1


@pytest.mark.usefixtures("without_locks")
def test_without_locks_several_would(client: Client) -> None:
    assert all_at_once(lambda: change(client))["PasswordChanged"] > 1


def test_a_session_is_closed_once(client: Client, reference: str) -> None:
    assert all_at_once(lambda: close(client, reference)) == {"SessionClosed": 1, "NoSuchSession": CROWD - 1}
    assert journal_kinds().count("session_closed") == 1


@pytest.mark.usefixtures("without_locks")
def test_without_locks_it_would_be_closed_twice(client: Client, reference: str) -> None:
    assert all_at_once(lambda: close(client, reference))["SessionClosed"] > 1
