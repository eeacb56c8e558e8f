"""Give a settled payment its receipt: the next number of its establishment, and words that never change again."""

from collections.abc import Sequence
from datetime import datetime

from establishments.models import Establishment
from payments.models import Credit, CreditNote, PaymentAttempt, Receipt, ReceiptCounter, Refund
from payments.receipts.content import ReceiptContent, ReceiptLine


def issue_receipt(*, attempt: PaymentAttempt, entries: Sequence[Credit], now: datetime) -> Receipt:
    """In the settling transaction: the counter stays locked until it commits, so that no number is skipped."""
    sequence = _next_sequence(attempt)
    number = f"{attempt.establishment.slug.upper()}-{sequence:06d}"
    content = _content(attempt, number, entries, now)
    return Receipt.objects.create(
        establishment=attempt.establishment,
        attempt=attempt,
        sequence=sequence,
        number=number,
        content=content.to_json(),
        issued_at=now,
    )


def issue_credit_note(*, refund: Refund, now: datetime) -> CreditNote:
    """In the transaction of the refund, as a receipt is. Its words are those of the receipt, which are frozen."""
    establishment = refund.attempt.establishment
    counter = _counter(establishment)
    counter.last_credit_note += 1
    counter.save(update_fields=["last_credit_note"])
    return CreditNote.objects.create(
        establishment=establishment,
        refund=refund,
        sequence=counter.last_credit_note,
        number=f"{establishment.slug.upper()}-A{counter.last_credit_note:06d}",
        issued_at=now,
    )


def _next_sequence(attempt: PaymentAttempt) -> int:
    counter = _counter(attempt.establishment)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _counter(establishment: Establishment) -> ReceiptCounter:
    counter, _ = ReceiptCounter.objects.select_for_update().get_or_create(establishment=establishment)
    return counter


def _content(attempt: PaymentAttempt, number: str, entries: Sequence[Credit], now: datetime) -> ReceiptContent:
    establishment, client = attempt.establishment, attempt.client
    return ReceiptContent(
        number=number,
        establishment=establishment.name,
        city=establishment.city,
        address=client.agency.address if client.agency else "",
        phone=establishment.phone,
        email=establishment.email,
        accent_color=establishment.accent_color,
        logo_svg=establishment.logo_svg,
        client_name=client.full_name,
        client_number=client.client_number,
        paid_at=now,
        amount=attempt.amount,
        reference=attempt.order_id,
        bank_reference=attempt.bank_reference,
        lines=tuple(_line(entry) for entry in entries),
    )


def _line(entry: Credit) -> ReceiptLine:
    line = entry.line
    return ReceiptLine(
        contract_number=line.contract.number,
        interest=line.interest,
        fixed_duty=line.fixed_duty,
        late=line.late,
        fee=line.fee,
        capital=line.capital,
        total=line.total,
        interest_paid_until=line.paid_until if entry.is_applied else None,
        new_due_on=line.new_due_on if entry.is_applied else None,
        redeems=line.redeems and entry.is_applied,
    )
