"""Tables that only grow: the database itself refuses to change or to lose a row."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from establishments.models import Establishment
from journal.actions import record
from journal.append_only import creation, removal
from journal.models import Event

CHANGES: list[Callable[[QuerySet[Event]], object]] = [
    lambda events: events.update(actor="nobody"),
    lambda events: events.delete(),
    lambda events: events.get().delete(),
]


@pytest.fixture
def event(nantes: Establishment) -> Event:
    return record("seen", by="system", subject=nantes)


@pytest.mark.parametrize("change", CHANGES, ids=["update", "delete", "delete one"])
def test_a_written_fact_stays(event: Event, change: Callable[[QuerySet[Event]], object]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(Event.objects.filter(pk=event.pk))
    event.refresh_from_db()
    assert event.actor == "system"


@pytest.mark.parametrize("statement", ["UPDATE journal_event SET actor = 'nobody'", "DELETE FROM journal_event"])
def test_plain_sql_is_refused_too(event: Event, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.filter(pk=event.pk).exists()


def test_an_unsaved_change_to_a_fact_is_refused(event: Event) -> None:
    event.actor = "nobody"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.save()


def test_the_protection_can_be_lifted_and_put_back(event: Event) -> None:
    """As the named path of a lawful erasure does."""
    vendor = connection.vendor
    with connection.cursor() as cursor:
        for statement in removal("journal_event", vendor):
            cursor.execute(statement)
        Event.objects.update(actor="somebody")
        for statement in creation("journal_event", vendor):
            cursor.execute(statement)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.update(actor="nobody")
    event.refresh_from_db()
    assert event.actor == "somebody"
