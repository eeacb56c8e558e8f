"""Two counters, or one click too many, on PostgreSQL: one telephone, told once; with its negative control."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from doors import journal_kinds
from people import a_client, an_establishment

from accounts.actions import rebind as actions
from accounts.actions.rebind import IdentityPaper
from accounts.models import Client, SMSDevice
from messaging.models import Message

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time: it has no such race"),
    pytest.mark.usefixtures("committed"),
]

CROWD = 8
NEW = "+33639980777"


@pytest.fixture
def client(committed: None) -> Client:
    return a_client(an_establishment())


@pytest.fixture
def slow_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment passes between what the action reads and what it writes."""
    replace = actions._replace_device

    def slowly(*facts: Any) -> None:
        time.sleep(0.05)
        replace(*facts)

    monkeypatch.setattr(actions, "_replace_device", slowly)


@pytest.fixture
def without_locks(slow_hands: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows.all())


def all_at_once(act: Callable[[], Any]) -> Counter[str]:
    """How often each outcome came, by the name of its type; what the database refused is « error »."""
    gate = Barrier(CROWD)

    def one(_: int) -> str:
        try:
            gate.wait(timeout=10)
            return type(act()).__name__
        except DatabaseError:
            return "error"
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as crowd:
        return Counter(crowd.map(one, range(CROWD)))


def rebind(client: Client, phone: str = NEW) -> Any:
    return actions.rebind_mobile(
        client_pk=client.pk, phone=phone, document_kind=IdentityPaper.CARD, document_end="12AB", by="user:1"
    )


@pytest.mark.usefixtures("slow_hands")
def test_one_number_many_clicks(client: Client) -> None:
    assert all_at_once(lambda: rebind(client)) == {"Rebound": 1, "SameNumber": CROWD - 1}
    assert journal_kinds().count("phone_rebound") == 1
    assert Message.objects.filter(channel="sms").count() == 2


@pytest.mark.usefixtures("without_locks")
def test_without_locks_many_clicks_would_collide(client: Client) -> None:
    outcomes = all_at_once(lambda: rebind(client))
    assert outcomes["Rebound"] > 1 or outcomes["error"] > 0


@pytest.mark.usefixtures("slow_hands")
def test_two_counters_two_numbers_file_and_device_agree(client: Client) -> None:
    endings = count(100)
    assert all_at_once(lambda: rebind(client, f"+33639980{next(endings)}")) == {"Rebound": CROWD}
    client.refresh_from_db()
    assert SMSDevice.objects.get(user=client.user).phone == client.phone
    assert journal_kinds().count("phone_rebound") == CROWD
