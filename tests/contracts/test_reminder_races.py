"""Two runs at once, on PostgreSQL: each warning once. Without locks they collide, and the constraint refuses."""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from at_once import at_once, needs_postgresql
from django.db import IntegrityError
from django.db.models import QuerySet
from people import a_client, a_contract, an_establishment

from contracts.actions import remind
from contracts.actions.remind import Reminded, send_reminders
from contracts.models import Reminder
from messaging.models import Message

pytestmark = [needs_postgresql, pytest.mark.usefixtures("committed")]


@pytest.fixture
def two_runs(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Any]]:
    write = remind._write

    def slow(*args: Any, **options: Any) -> Any:
        time.sleep(0.1)
        return write(*args, **options)

    monkeypatch.setattr(remind, "_write", slow)
    a_contract(a_client(an_establishment()))
    call = lambda: send_reminders(on=date(2026, 12, 2), by="system")  # noqa: E731
    return lambda: at_once([call, call])


def test_each_warning_once(two_runs: Callable[[], list[Any]]) -> None:
    outcomes = two_runs()
    assert sorted(outcome.warnings for outcome in outcomes) == [0, 1]
    assert Reminder.objects.count() == 1
    assert Message.objects.count() == 2, "an e-mail and an SMS"


def test_without_locks_the_runs_collide(two_runs: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows.all())
    outcomes = two_runs()
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Reminded) for outcome in outcomes) == 1
