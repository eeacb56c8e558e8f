"""A payment that left for the bank and of which nothing is heard: its contracts may be paid again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from contracts.standing import PAYMENT_LIVES
from payments.actions.moves import State, lock_payment, move
from payments.models import PaymentAttempt

UNHEARD = (State.CREATED, State.REDIRECTED)  # never `pending`: the bank has said that it will answer


def is_stale(attempt: PaymentAttempt, now: datetime) -> bool:
    return attempt.state in UNHEARD and now >= retry_on(attempt)


def retry_on(attempt: PaymentAttempt) -> datetime:
    """From when the contracts of an unheard payment may be paid again."""
    return (attempt.redirected_at or attempt.created_at) + PAYMENT_LIVES


def state_now(attempt: PaymentAttempt, now: datetime) -> str:
    """The state that a page shows: a stale payment has expired, even before the sweep has passed."""
    return State.EXPIRED if is_stale(attempt, now) else attempt.state


def stale_payments(now: datetime) -> QuerySet[PaymentAttempt]:
    left_at = Coalesce("redirected_at", "created_at")
    return PaymentAttempt.objects.alias(left_at=left_at).filter(state__in=UNHEARD, left_at__lte=now - PAYMENT_LIVES)


@transaction.atomic(durable=True)
def expire_payment(*, attempt_pk: UUID, by: str) -> bool:
    """False when the bank was heard meanwhile."""
    now = timezone.now()
    payment = lock_payment(attempt_pk)
    return is_stale(payment.attempt, now) and move(payment, State.EXPIRED, now=now, by=by)


def expire_stale_payments(*, by: str) -> int:
    """Each in its own transaction; how many."""
    waiting = stale_payments(timezone.now()).order_by("created_at").values_list("pk", flat=True)
    return sum(expire_payment(attempt_pk=pk, by=by) for pk in list(waiting))
