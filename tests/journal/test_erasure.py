"""The journal lets go of what its term is over for, and of nothing else: the database itself looks."""

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.event_words import NOT_SHOWN, WORDS
from establishments.models import Establishment
from journal import actions, retention
from journal.actions import erase_events, record
from journal.models import Event

REFUSED = "append-only|permission denied"  # by the trigger; the role that serves has no right to it, either
A_MINUTE = timedelta(minutes=1)  # the clocks are two: this one and the database's


def an_event(establishment: Establishment, left: timedelta, kind: str = "login") -> Event:
    now = timezone.now()
    facts = {"kind": kind, "actor": "system", "subject": "user:1", "establishment": establishment}
    return Event.objects.create(at=now - retention.A_YEAR, kept_until=now + left, **facts)


@pytest.mark.parametrize(
    ("kind", "days"), [("login", 365), ("code_refused", 365), ("phone_changed", 1827), ("new", 1827)]
)
def test_a_fact_knows_how_long_it_is_kept(nantes: Establishment, kind: str, days: int, time_machine: Any) -> None:
    time_machine.move_to("2028-02-29T12:00:00+00:00", tick=False)
    event = record(kind, by="system", subject=nantes)
    event.refresh_from_db()
    assert event.kept_until - event.at == timedelta(days=days)


def test_a_connection_is_a_kind_that_somebody_writes() -> None:
    """A slip of the pen would keep it five years."""
    sources = [path for room in ("accounts", "journal") for path in (Path(settings.BASE_DIR) / room).rglob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sources if path.name != "retention.py"]
    words = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert words >= retention.OF_CONNECTIONS
    assert {*WORDS, *NOT_SHOWN} >= retention.OF_CONNECTIONS


def test_what_is_over_goes_and_the_erasure_is_a_fact(nantes: Establishment) -> None:
    kept = an_event(nantes, A_MINUTE)
    for _ in range(3):
        an_event(nantes, -A_MINUTE)
    assert erase_events(by="system") == 3
    assert erase_events(by="system") == 0
    fact = Event.objects.exclude(pk=kept.pk).get()
    assert (fact.kind, fact.actor, fact.subject, fact.data) == ("events_erased", "system", "journal", {"count": 3})
    assert Event.objects.filter(pk=kept.pk).exists()


def test_a_batch_at_a_time_the_oldest_first(nantes: Establishment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "A_BATCH", 2)
    young, old, older = (an_event(nantes, -minutes * A_MINUTE) for minutes in (1, 2, 3))
    assert erase_events(by="system") == 2
    assert Event.objects.filter(kind="login").get() == young
    assert old.pk != older.pk


@pytest.mark.parametrize("left", [A_MINUTE, timedelta(days=400)])
def test_the_database_refuses_to_lose_what_is_not_over(nantes: Establishment, left: timedelta) -> None:
    event = an_event(nantes, left)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_event")
    assert Event.objects.get() == event


def test_what_is_over_is_not_changed_either(nantes: Establishment) -> None:
    event = an_event(nantes, -A_MINUTE)
    for change in ({"kept_until": timezone.now() + A_MINUTE}, {"actor": "nobody"}):
        with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
            Event.objects.filter(pk=event.pk).update(**change)


def test_no_young_fact_becomes_old(nantes: Establishment) -> None:
    """The term itself cannot be moved: that would be the way round."""
    event = an_event(nantes, A_MINUTE)
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(kept_until=timezone.now() - A_MINUTE)
