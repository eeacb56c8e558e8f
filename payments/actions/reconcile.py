"""After the bank: what stays without news expires, what stays under verification is shown to an agent."""

from dataclasses import dataclass

from payments.actions.anomalies import note_long_verifications
from payments.actions.expire import expire_stale_payments


@dataclass(frozen=True, slots=True)
class Reconciled:
    expired: int
    long_pending: int


def reconcile(*, by: str) -> Reconciled:
    """Each payment in its own transaction. An expired one may still become paid, by a late word of the bank."""
    return Reconciled(expired=expire_stale_payments(by=by), long_pending=note_long_verifications(by=by))
