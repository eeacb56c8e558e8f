"""What does not match is kept, told to the establishment once, and closed by an agent with a note."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from establishments.models import Establishment
from journal.actions import record
from messaging.outbox import queue_email
from payments.models import Anomaly, PaymentAttempt

LONG: Final = timedelta(days=1)

Kind = Anomaly.Kind


@dataclass(frozen=True, slots=True)
class AnomalyClosed:
    pass


@dataclass(frozen=True, slots=True)
class AlreadyClosed:
    """By somebody else, meanwhile."""


def note_anomaly(
    attempt: PaymentAttempt, kind: Kind, *, now: datetime, by: str, detail: str = "", tells: bool = True
) -> None:
    """In the transaction of its cause. One that is open already is not told again."""
    _note(attempt.establishment, attempt, kind, now=now, by=by, detail=detail, tells=tells)


def note_flood(establishment: Establishment, *, now: datetime, by: str) -> None:
    """More unsigned words came to its bank's door than are kept: somebody imitates the bank, or our key is wrong."""
    _note(establishment, None, Kind.FLOOD, now=now, by=by, detail="", tells=True)


def _note(
    establishment: Establishment,
    attempt: PaymentAttempt | None,
    kind: Kind,
    *,
    now: datetime,
    by: str,
    detail: str,
    tells: bool,
) -> None:
    facts = {"detail": detail[:200], "found_at": now}
    anomaly, is_new = Anomaly.objects.get_or_create(
        establishment=establishment, attempt=attempt, kind=kind, closed_at=None, defaults=facts
    )
    if not is_new:
        return
    subject = attempt or establishment
    record("anomaly_found", by=by, subject=subject, anomaly=str(kind), detail=anomaly.detail)
    if tells:
        words = {"attempt": attempt, "anomaly": anomaly}
        queue_email("anomaly", to=establishment.email, about=subject, establishment=establishment, context=words)


@transaction.atomic(durable=True)
def close_anomaly(*, anomaly_pk: int, note: str, by: str) -> AnomalyClosed | AlreadyClosed:
    """`note` says what was done: 1 to 300 characters."""
    anomaly = (
        Anomaly.objects.select_for_update(of=("self",)).select_related("attempt", "establishment").get(pk=anomaly_pk)
    )
    if anomaly.closed_at is not None:
        return AlreadyClosed()
    anomaly.closed_at, anomaly.closed_by, anomaly.note = timezone.now(), by, note
    anomaly.save(update_fields=["closed_at", "closed_by", "note"])
    record("anomaly_closed", by=by, subject=anomaly.attempt or anomaly.establishment, anomaly=anomaly.kind)
    return AnomalyClosed()


def note_long_verifications(*, by: str) -> int:
    """Payments that the bank has verified for more than a day, each told once; how many are new."""
    left_before = timezone.now() - LONG
    waiting = PaymentAttempt.objects.filter(state=PaymentAttempt.State.PENDING, redirected_at__lt=left_before)
    unseen = waiting.exclude(anomalies__kind=Kind.PENDING_LONG).values_list("pk", flat=True)
    return sum(_note_long_verification(attempt_pk=pk, by=by) for pk in list(unseen))


@transaction.atomic(durable=True)
def _note_long_verification(*, attempt_pk: UUID, by: str) -> bool:
    """False when the bank was heard meanwhile."""
    now = timezone.now()
    attempt = PaymentAttempt.objects.select_for_update(of=("self",)).select_related("establishment").get(pk=attempt_pk)
    if attempt.state != PaymentAttempt.State.PENDING:
        return False
    note_anomaly(attempt, Kind.PENDING_LONG, now=now, by=by)
    return True
