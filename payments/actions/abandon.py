"""The client left the bank's page without paying, and says so: no need to wait for the payment to expire."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Client
from payments.actions.ask import Silent, ask_bank
from payments.actions.expire import UNHEARD
from payments.actions.moves import State, lock_payment, move
from payments.models import PaymentAttempt

# A payment that was made is heard of within seconds, nearly always: who is still waiting then has hardly paid.
AFTER: Final = timedelta(minutes=2)


def may_abandon(attempt: PaymentAttempt, now: datetime) -> bool:
    """Never a relative's: who is on the bank's page then is somebody else."""
    return (
        attempt.link_id is None
        and attempt.state in UNHEARD
        and now >= (attempt.redirected_at or attempt.created_at) + AFTER
    )


def abandon_payment(*, client: Client, attempt_pk: UUID, by: str) -> bool:
    """False: not the client's, too early, or the bank has spoken. A bank that can be asked is asked first.

    It expires before its time, since nobody knows what the bank took. Its contracts may be paid again at once; should
    the bank still say « paid », that counts as for any ended payment.
    """
    attempt = PaymentAttempt.objects.filter(client=client, pk=attempt_pk).first()
    if attempt is None or not may_abandon(attempt, timezone.now()):
        return False
    if attempt.bank_session and isinstance(ask_bank(attempt=attempt, by=by), Silent):
        return False
    return _abandon(attempt_pk=attempt_pk, by=by)


@transaction.atomic(durable=True)
def _abandon(*, attempt_pk: UUID, by: str) -> bool:
    now = timezone.now()
    payment = lock_payment(attempt_pk)
    return may_abandon(payment.attempt, now) and move(payment, State.EXPIRED, now=now, by=by)
