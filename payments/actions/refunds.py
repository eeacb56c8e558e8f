"""Money back: an agent asks, makes it on the bank's site, and the bank's word makes it true. Contracts do not move."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from journal.actions import record
from messaging.outbox import queue_email
from payments.actions.anomalies import note_anomaly
from payments.actions.moves import LockedPayment, State, lock_payment
from payments.gateways import RefundNotice, tells_of_refunds
from payments.models import Anomaly, CreditNote, PaymentAttempt, Refund
from payments.receipts.issue import issue_credit_note

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class RefundAsked:
    refund_pk: int


@dataclass(frozen=True, slots=True)
class NotPaid:
    """Nothing was received: there is nothing to give back."""


@dataclass(frozen=True, slots=True)
class TooMuch:
    """`left`: what can still be given back of this payment."""

    left: Decimal


@dataclass(frozen=True, slots=True)
class RefundDropped:
    pass


@dataclass(frozen=True, slots=True)
class NotWaiting:
    """Done or dropped meanwhile."""


@dataclass(frozen=True, slots=True)
class RefundMade:
    pass


@dataclass(frozen=True, slots=True)
class BankTells:
    """An agent's word does not replace the bank's, where the bank gives it."""


@dataclass(frozen=True, slots=True)
class KnownReference:
    """Another refund of this payment was made under this reference."""


def left_of(attempt: PaymentAttempt) -> Decimal:
    """What is neither given back nor asked to be."""
    return max(NOTHING, _received(attempt) - _sum(attempt.refunds.exclude(state=Refund.State.DROPPED)))


def _surplus(attempt: PaymentAttempt) -> Decimal:
    """What the bank took besides the payment, each time under another reference."""
    twice = attempt.anomalies.filter(kind=Anomaly.Kind.PAID_TWICE).values("detail").distinct()
    return attempt.amount * twice.count()


def _received(attempt: PaymentAttempt) -> Decimal:
    return attempt.amount + _surplus(attempt)


def _is_of_surplus(attempt: PaymentAttempt, amount: Decimal) -> bool:
    """What came twice goes back first: the receipt stands."""
    gone = _sum(attempt.refunds.filter(state=Refund.State.DONE, is_surplus=True))
    return amount <= _surplus(attempt) - gone


def _sum(refunds: QuerySet[Refund]) -> Decimal:
    """Rounded: SQLite adds in floats."""
    total: Decimal | None = refunds.aggregate(total=Sum("amount"))["total"]
    return (total or NOTHING).quantize(NOTHING)


@transaction.atomic(durable=True)
def ask_refund(*, attempt_pk: UUID, amount: Decimal, reason: str, by: str) -> RefundAsked | NotPaid | TooMuch:
    """`amount` in euros, above zero."""
    now = timezone.now()
    attempt = _locked(attempt_pk)
    if attempt.state != State.PAID:
        return NotPaid()
    if amount > (left := left_of(attempt)):
        return TooMuch(left)
    refund = Refund.objects.create(
        attempt=attempt, amount=amount, state=Refund.State.ASKED, reason=reason, asked_at=now
    )
    record("refund_asked", by=by, subject=attempt, amount=f"{amount:.2f}")
    return RefundAsked(refund.pk)


@transaction.atomic(durable=True)
def drop_refund(*, refund_pk: int, by: str) -> RefundDropped | NotWaiting:
    attempt = _locked(Refund.objects.get(pk=refund_pk).attempt_id)
    refund = attempt.refunds.get(pk=refund_pk)
    if refund.state != Refund.State.ASKED:
        return NotWaiting()
    refund.state = Refund.State.DROPPED
    refund.save(update_fields=["state"])
    record("refund_dropped", by=by, subject=attempt, amount=f"{refund.amount:.2f}")
    return RefundDropped()


@transaction.atomic(durable=True)
def note_refund_made(
    *, refund_pk: int, reference: str, by: str
) -> RefundMade | NotWaiting | BankTells | KnownReference:
    """Where the bank tells of no refund, an agent does, with the accounting officer's reference: 1 to 64 characters."""
    now = timezone.now()
    attempt = lock_payment(Refund.objects.get(pk=refund_pk).attempt_id).attempt
    refund = attempt.refunds.get(pk=refund_pk)
    if tells_of_refunds(attempt.gateway):
        return BankTells()
    if refund.state != Refund.State.ASKED:
        return NotWaiting()
    is_new = settle_refund(attempt.pk, RefundNotice(refund.amount, reference), now=now, by=by)
    return RefundMade() if is_new else KnownReference()


def settle_refund(attempt_pk: UUID, notice: RefundNotice, *, now: datetime, by: str) -> bool:
    """In the transaction that heard of it; False when this refund is known. Who tells is believed."""
    payment = lock_payment(attempt_pk)
    attempt = payment.attempt
    if attempt.refunds.filter(state=Refund.State.DONE, bank_reference=notice.bank_reference).exists():
        return False
    asked = attempt.refunds.filter(state=Refund.State.ASKED, amount=notice.amount).first()
    refund = asked or Refund(attempt=attempt, amount=notice.amount)
    refund.is_surplus = _is_of_surplus(attempt, notice.amount)
    refund.state, refund.done_at, refund.bank_reference = Refund.State.DONE, now, notice.bank_reference
    refund.save()
    record("payment_refunded", by=by, subject=attempt, amount=f"{refund.amount:.2f}")
    _note_what_is_odd(attempt, now=now, by=by)
    if refund.is_surplus:
        _tell(refund, None)
    elif hasattr(attempt, "receipt"):
        _let_the_file_decide(payment)
        _tell(refund, issue_credit_note(refund=refund, now=now))
    return True


def _let_the_file_decide(payment: LockedPayment) -> None:
    """A loan repaid here is repaid whatever the files say, until its money goes back."""
    for line in payment.lines:
        if line.redeems:
            line.contract.credited_until = None
            line.contract.save(update_fields=["credited_until"])


def document_earlier_refunds(attempt: PaymentAttempt, *, now: datetime, by: str) -> None:
    """In the settling transaction: the bank may tell of a refund before it tells of the payment."""
    for refund in attempt.refunds.filter(state=Refund.State.DONE, credit_note__isnull=True):
        _note_what_is_odd(attempt, now=now, by=by)
        _tell(refund, issue_credit_note(refund=refund, now=now))


def _note_what_is_odd(attempt: PaymentAttempt, *, now: datetime, by: str) -> None:
    given_back = _sum(attempt.refunds.filter(state=Refund.State.DONE))
    if attempt.state != State.PAID:
        note_anomaly(attempt, Anomaly.Kind.REFUND_UNPAID, now=now, by=by)
    elif given_back > _received(attempt):
        note_anomaly(attempt, Anomaly.Kind.REFUND_TOO_HIGH, now=now, by=by, detail=f"{given_back:.2f} €")


def _tell(refund: Refund, note: CreditNote | None) -> None:
    """The client; and the establishment, whose back office decides what becomes of the contract.

    Without a note the payment stands: what was paid in excess went back.
    """
    attempt, establishment = refund.attempt, refund.attempt.establishment
    path = reverse("payments:status", args=[establishment.slug, attempt.pk])
    words = {
        "client": attempt.client,
        "attempt": attempt,
        "refund": refund,
        "note": note,
        "link": f"{settings.SITE_URL}{path}",
    }
    if attempt.client.email:
        user = attempt.client.user
        queue_email(
            "refund_made",
            to=attempt.client.email,
            about=attempt,
            establishment=establishment,
            context=words,
            addressee=user,
        )
    queue_email("refund_to_book", to=establishment.email, about=attempt, establishment=establishment, context=words)


def _locked(attempt_pk: UUID) -> PaymentAttempt:
    return PaymentAttempt.objects.select_for_update(of=("self",)).select_related("establishment").get(pk=attempt_pk)
