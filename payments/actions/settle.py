"""Hear the bank: keep its word, judge it; once it says « paid », credit exactly what the client confirmed."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never, get_args
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import limits
from contracts.crediting import credit, snapshot, why_not_creditable, why_not_repaid
from contracts.interest import LineKind, Quote, QuoteLine
from contracts.models import Contract
from contracts.prolongation import DateStands, Prolongs, Redeems, Renewal, Settlement
from establishments.models import Establishment
from journal.actions import record
from payments.actions.anomalies import note_anomaly, note_flood
from payments.actions.moves import State, lock_payment, move
from payments.actions.notices import tell_outcome
from payments.actions.refunds import document_earlier_refunds, settle_refund
from payments.gateways import (
    Authorised,
    BadSignature,
    CancelledByClient,
    Mismatch,
    NoNews,
    RefundNotice,
    RefusedByBank,
    TechnicalFailure,
    UnderVerification,
    Verdict,
    judge,
    order_id_in,
)
from payments.models import Anomaly, Credit, GatewayMessage, MerchantAccount, PaymentAttempt, PaymentLine
from payments.receipts.issue import issue_receipt
from web.french import NBSP

logger = logging.getLogger(__name__)

KEPT_CHARACTERS: Final = 20_000  # a true message has 3,000; the door is public
KEPT_OF_UNKNOWN: Final = 500
WITHOUT_EFFECT: Final = " (sans effet)"


@dataclass(frozen=True, slots=True)
class Heard:
    """Understood and kept; the bank need not say it again."""


@dataclass(frozen=True, slots=True)
class Forged:
    """Not signed by the bank."""


@dataclass(frozen=True, slots=True)
class UnknownOrder:
    """No payment of this establishment has this reference."""


@transaction.atomic(durable=True)
def hear(*, establishment: Establishment, raw: str, by: str) -> Heard | Forged | UnknownOrder:
    """What was sent to the bank never changes: it is compared before any lock.

    Every word of the bank is kept; of what anybody may post, so many an hour as `limits` says.
    """
    now = timezone.now()
    merchant = MerchantAccount.objects.filter(establishment=establishment).first()
    attempt = _attempt_named_in(raw, establishment)
    outcome: Heard | Forged | UnknownOrder
    if merchant is None or attempt is None:
        outcome, verdict = UnknownOrder(), "référence inconnue"
    else:
        outcome, verdict = apply_verdict(attempt, judge(merchant, attempt, raw), now=now, by=by)
    if not isinstance(outcome, Heard) and limits.unsigned_bank_words(establishment.pk):
        logger.warning("bank of %s: an unsigned message, among many, is not kept: %s", establishment.slug, verdict)
        note_flood(establishment, now=now, by=by)
        return outcome
    GatewayMessage.objects.create(
        establishment=establishment,
        attempt=attempt,
        channel=GatewayMessage.Channel.NOTIFICATION,
        raw=raw.replace("\0", "")[: KEPT_CHARACTERS if attempt else KEPT_OF_UNKNOWN],
        verdict=verdict,
        received_at=now,
    )
    return outcome


def _attempt_named_in(raw: str, establishment: Establishment) -> PaymentAttempt | None:
    """A payment whose bank is asked, and signs nothing, is not settled by a signed message."""
    order_id = order_id_in(raw)
    attempts = PaymentAttempt.objects.exclude(gateway=MerchantAccount.Gateway.PAYFIP)
    return attempts.filter(establishment=establishment, order_id=order_id).first() if order_id else None


def apply_verdict(attempt: PaymentAttempt, verdict: Verdict, *, now: datetime, by: str) -> tuple[Heard | Forged, str]:
    """(outcome, verdict). Every word that is truly the bank's is answered « heard », whatever it says.

    In the transaction that keeps the word.
    """
    match verdict:
        case BadSignature():
            return Forged(), "signature fausse"
        case Mismatch(field):
            logger.error("payment %s: the bank's message differs from what was sent: %s", attempt, field)
            record("payment_mismatch", by=by, subject=attempt, field=field)
            note_anomaly(attempt, Anomaly.Kind.MISMATCH, now=now, by=by, detail=field)
            return Heard(), f"ne correspond pas{NBSP}: {field}"[:60]
        case RefundNotice():
            is_new = settle_refund(attempt.pk, verdict, now=now, by=by)
            return Heard(), "remboursement" if is_new else "remboursement" + WITHOUT_EFFECT
        case Authorised(bank_reference):
            return Heard(), _settle(attempt.pk, bank_reference, now=now, by=by)
        case UnderVerification():
            return Heard(), _move(attempt.pk, State.PENDING, now=now, by=by)
        case RefusedByBank():
            return Heard(), _move(attempt.pk, State.REFUSED, now=now, by=by)
        case CancelledByClient():
            return Heard(), _move(attempt.pk, State.CANCELLED, now=now, by=by)
        case TechnicalFailure():
            return Heard(), _move(attempt.pk, State.ERROR, now=now, by=by)
        case NoNews(code):
            return Heard(), f"pas encore de résultat{NBSP}: {code}"[:60]
        case _:
            assert_never(verdict)


def _move(attempt_pk: UUID, to: State, *, now: datetime, by: str) -> str:
    has_moved = move(lock_payment(attempt_pk), to, now=now, by=by)
    return to.label if has_moved else to.label + WITHOUT_EFFECT


def _settle(attempt_pk: UUID, bank_reference: str, *, now: datetime, by: str) -> str:
    payment = lock_payment(attempt_pk)
    attempt = payment.attempt
    if not move(payment, State.PAID, now=now, by=by, bank_reference=bank_reference):
        if bank_reference != attempt.bank_reference:
            logger.error("payment %s: paid a second time, under another reference", attempt)
            record("payment_paid_twice", by=by, subject=attempt, bank_reference=bank_reference)
            note_anomaly(attempt, Anomaly.Kind.PAID_TWICE, now=now, by=by, detail=bank_reference)
        return State.PAID.label + WITHOUT_EFFECT
    entries = [_credit(line, line.contract, now=now, by=by) for line in payment.lines]
    receipt = issue_receipt(attempt=attempt, entries=entries, now=now)
    tell_outcome(attempt, receipt, entries)
    document_earlier_refunds(attempt, now=now, by=by)
    if reasons := [entry.reason for entry in entries if not entry.is_applied]:
        # `tell_outcome` has written to the establishment.
        note_anomaly(attempt, Anomaly.Kind.NOT_APPLIED, now=now, by=by, detail=reasons[0], tells=False)
    return State.PAID.label


def _credit(line: PaymentLine, contract: Contract, *, now: datetime, by: str) -> Credit:
    before = snapshot(contract)
    reason = (
        why_not_creditable(contract, due_on=line.due_on, paid_from=line.paid_from)
        or _why_not_repaid(line)
        or _why_overtaken(line)
    )
    if reason:
        logger.error("payment %s: contract %s cannot be credited", line.attempt_id, contract.pk)
        record("contract_not_credited", by=by, subject=contract, reason=reason)
    else:
        credit(contract, quote=_quote(line), effect=_effect(line), now=now)
        record("contract_credited", by=by, subject=contract, amount=str(line.total))
    return Credit.objects.create(
        line=line, at=now, is_applied=not reason, reason=reason, before=before, after=snapshot(contract)
    )


def _why_not_repaid(line: PaymentLine) -> str:
    if line.principal is None or not line.capital:
        return ""
    return why_not_repaid(line.contract, principal=line.principal, fee=line.fee, redeems=line.redeems)


def _why_overtaken(line: PaymentLine) -> str:
    """A late charge or a fee may be settled without moving a date: dates alone do not tell that it was."""
    since = Credit.objects.filter(line__contract=line.contract, is_applied=True, at__gte=line.attempt.created_at)
    if since.exists():
        return "contrat déjà payé depuis le décompte"
    return "frais retirés depuis le décompte" if line.contract.fees < line.fee else ""


def _quote(line: PaymentLine) -> Quote:
    """The quote that the client confirmed, read back: nothing is computed again."""
    kinds: tuple[LineKind, ...] = get_args(LineKind)
    return Quote(line.paid_until, tuple(QuoteLine(kind, getattr(line, kind)) for kind in kinds))


def _effect(line: PaymentLine) -> Settlement:
    if line.redeems:
        return Redeems()
    if line.new_due_on is not None:
        return Prolongs(line.new_due_on)
    # Crediting asks only whether the date moves; when the window opens was said before the click.
    return Renewal() if line.opens_renewal else DateStands(window_opens_on=line.due_on)
