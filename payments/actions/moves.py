"""A payment under its locks, and the moves that its state may make: the one table of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from contracts.models import Contract
from journal.actions import record
from payments.models import LiveContract, PaymentAttempt, PaymentLine

State = PaymentAttempt.State

ANSWERS: Final = frozenset({State.PENDING, State.REFUSED, State.CANCELLED, State.ERROR, State.PAID})
# A second try on the bank's page, or a word that comes late: what looked ended may still be under way, or paid.
AFTER_ENDED: Final = frozenset({State.PENDING, State.PAID})
MOVES: Final[dict[str, frozenset[State]]] = {
    State.CREATED: ANSWERS | {State.REDIRECTED, State.EXPIRED},
    State.REDIRECTED: ANSWERS | {State.EXPIRED},
    State.PENDING: ANSWERS - {State.PENDING},
    State.REFUSED: AFTER_ENDED,
    State.CANCELLED: AFTER_ENDED,
    State.EXPIRED: AFTER_ENDED,
    State.ERROR: AFTER_ENDED,
    State.PAID: frozenset(),
}


@dataclass(frozen=True, slots=True)
class LockedPayment:
    """`lines` in the order of their contracts' pk, each with its locked contract."""

    attempt: PaymentAttempt
    lines: tuple[PaymentLine, ...]

    @property
    def contracts(self) -> list[Contract]:
        return [line.contract for line in self.lines]


def lock_payment(attempt_pk: UUID) -> LockedPayment:
    """Contracts by pk, then the attempt. Its lines never change: they are read first, unlocked."""
    lines = tuple(PaymentLine.objects.filter(attempt_id=attempt_pk).order_by("contract_id"))
    locked = Contract.objects.select_for_update(of=("self",)).order_by("pk")
    contracts = {contract.pk: contract for contract in locked.filter(pk__in=[line.contract_id for line in lines])}
    attempts = PaymentAttempt.objects.select_for_update(of=("self",))
    attempt = attempts.select_related("establishment", "client__agency", "client__user").get(pk=attempt_pk)
    for line in lines:  # whoever credits them asks the database for nothing more
        line.attempt, line.contract = attempt, contracts[line.contract_id]
        line.contract.establishment = attempt.establishment
    return LockedPayment(attempt, lines)


def move(payment: LockedPayment, to: State, *, now: datetime, by: str, bank_reference: str = "") -> bool:
    """Whether the state moved: a word that comes twice, or too late to matter, changes nothing."""
    attempt = payment.attempt
    if to not in MOVES[attempt.state]:
        return False
    attempt.state = to
    if to == State.PAID:
        attempt.settled_at, attempt.bank_reference = now, bank_reference
    attempt.save(update_fields=["state", "settled_at", "bank_reference"])
    if to in PaymentAttempt.LIVE:
        _hold_contracts(payment, now, is_pending=to == State.PENDING)
    else:
        _release_contracts(payment)
    record(f"payment_{to}", by=by, subject=attempt)
    return True


def _hold_contracts(payment: LockedPayment, now: datetime, *, is_pending: bool) -> None:
    """While the bank verifies the contracts wait, however long. One that another payment holds stays with it."""
    LiveContract.objects.bulk_create(
        [LiveContract(contract=contract, attempt=payment.attempt) for contract in payment.contracts],
        ignore_conflicts=True,
    )
    _mark_held(payment, started_at=payment.attempt.redirected_at or now, is_pending=is_pending)


def _release_contracts(payment: LockedPayment) -> None:
    _mark_held(payment, started_at=None, is_pending=False)
    payment.attempt.live_contracts.all().delete()


def _mark_held(payment: LockedPayment, *, started_at: datetime | None, is_pending: bool) -> None:
    held = Contract.objects.filter(live_payment__attempt=payment.attempt)
    held.update(payment_started_at=started_at, payment_is_pending=is_pending)
