"""Many at once, on PostgreSQL: a paper is decided once, and no more than ten wait. Each with its negative control."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from doors import forget_limits, journal_kinds
from papers_sent import a_document
from people import a_client, an_establishment
from test_login_races import all_at_once

from accounts.actions import documents as actions
from accounts.models import Client, Document
from accounts.paper_verdicts import Paper

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time: it has no such race"),
    pytest.mark.usefixtures("committed"),
]
A_MOMENT = 0.05  # seconds between reading and writing: what a lock must survive


@pytest.fixture
def client(committed: None) -> Client:
    return a_client(an_establishment())


@pytest.fixture(autouse=True)
def slow_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment passes between what an action reads and what it writes."""
    locked, waiting = actions._locked, actions.waiting_of

    def slowly_locked(document_pk: int) -> Document:
        document = locked(document_pk)
        time.sleep(A_MOMENT)
        return document

    def slowly_waiting(client: Client) -> int:
        count = waiting(client)
        time.sleep(A_MOMENT)
        return count

    monkeypatch.setattr(actions, "_locked", slowly_locked)
    monkeypatch.setattr(actions, "waiting_of", slowly_waiting)
    monkeypatch.setattr(actions, "check_apart", lambda data: Paper("application/pdf", data))


@pytest.fixture
def without_locks(slow_hands: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def unlocked(rows: QuerySet[Any], **options: Any) -> QuerySet[Any]:
        return rows.all()

    monkeypatch.setattr(QuerySet, "select_for_update", unlocked)
    yield
    monkeypatch.undo()


def decide(document: Document) -> Any:
    return lambda: actions.refuse_document(document_pk=document.pk, reason="Floue.", by="user:1")


def send_one_of_many(client: Client) -> Any:
    for _ in range(actions.MAX_WAITING - 1):
        a_document(client)
    forget_limits()
    return lambda: actions.send_document(user=client.user, kind="identity", data=b"x", by="user:1")


def test_a_paper_is_decided_once(client: Client) -> None:
    outcomes = all_at_once(decide(a_document(client)))
    assert outcomes["Decided"] == 1
    assert set(outcomes) == {"Decided", "AlreadyDecided"}
    assert journal_kinds().count("document_refused") == 1


@pytest.mark.usefixtures("without_locks")
def test_without_locks_a_paper_would_be_decided_more_than_once(client: Client) -> None:
    assert all_at_once(decide(a_document(client)))["Decided"] > 1


def test_no_more_than_ten_wait(client: Client) -> None:
    assert all_at_once(send_one_of_many(client))["DocumentSent"] == 1
    assert actions.waiting_of(client) == actions.MAX_WAITING


@pytest.mark.usefixtures("without_locks")
def test_without_locks_more_than_ten_would_wait(client: Client) -> None:
    assert all_at_once(send_one_of_many(client))["DocumentSent"] > 1
