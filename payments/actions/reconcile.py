"""After the bank: who answers is asked, what stays without news expires, long verifications are shown to an agent."""

from dataclasses import dataclass

from payments.actions.anomalies import note_long_verifications
from payments.actions.ask import ask_due_payments
from payments.actions.expire import expire_stale_payments


@dataclass(frozen=True, slots=True)
class Reconciled:
    answers: int
    expired: int
    long_pending: int


def reconcile(*, by: str) -> Reconciled:
    """Each payment in its own transaction. An expired one may still become paid, by a late word of the bank."""
    answers = ask_due_payments(by=by)  # before anything expires
    return Reconciled(
        answers=answers, expired=expire_stale_payments(by=by), long_pending=note_long_verifications(by=by)
    )
