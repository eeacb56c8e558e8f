"""Reports of one message at the same moment, on PostgreSQL: the last step stays, whichever is written last."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from people import an_establishment

from messaging import delivery_reports
from messaging.models import Message

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time: it has no such race"),
    pytest.mark.usefixtures("committed"),
]

SID = "SM" + "a" * 32
REPORTS = ["queued", "sending", "sent", "delivered"]


@pytest.fixture
def slow_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The earlier the step, the longer from reading to writing: without a lock the earliest writes last."""
    rank = delivery_reports._rank

    def slow(delivery: str) -> int:
        if delivery:
            time.sleep(0.05 * (5 - rank(delivery)))
        return rank(delivery)

    monkeypatch.setattr(delivery_reports, "_rank", slow)


def after_all_at_once() -> str:
    message = Message.objects.create(
        establishment=an_establishment(), channel="sms", kind="login_code", about="user:1", recipient="+33*****006",
        state="sent", provider_id=SID, created_at=timezone.now(),
    )  # fmt: skip
    gate = Barrier(len(REPORTS))

    def one(status: str) -> bool:
        try:
            gate.wait(timeout=10)
            return delivery_reports.note_delivery(provider_id=SID, status=status, error_code="")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(REPORTS)) as crowd:
        assert all(crowd.map(one, REPORTS))
    message.refresh_from_db()
    return message.delivery


@pytest.mark.usefixtures("slow_steps_back")
def test_the_last_step_stays() -> None:
    assert after_all_at_once() == Message.Delivery.DELIVERED


@pytest.mark.usefixtures("slow_steps_back")
def test_without_the_lock_an_earlier_one_would_win(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(rows: QuerySet[Any], **options: Any) -> QuerySet[Any]:
        return rows.all()

    monkeypatch.setattr(QuerySet, "select_for_update", unlocked)
    assert after_all_at_once() != Message.Delivery.DELIVERED
