"""A crowd: calls that start together, each in a thread and on a connection of its own.

SQLite writes one at a time: such races are run on PostgreSQL.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection

needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite writes one at a time: it has no such race"
)


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each call gave, or the database's refusal; none starts before all are there."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=20)
            return call()
        except IntegrityError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as crowd:
        return list(crowd.map(run, calls))
