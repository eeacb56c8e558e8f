"""Receipts and the documents that cancel them, from what is stored to the PDF."""

from django.db.models import QuerySet

from payments.models import CreditNote, PaymentAttempt
from payments.receipts.content import ReceiptContent
from payments.receipts.pdf import Cancellation, render_credit_note, render_receipt


def credit_notes_of(attempt: PaymentAttempt) -> QuerySet[CreditNote]:
    return CreditNote.objects.filter(refund__attempt=attempt).select_related("refund").order_by("sequence")


def receipt_pdf(attempt: PaymentAttempt) -> bytes:
    """Of an attempt that has a receipt."""
    notes = [_cancellation(note) for note in credit_notes_of(attempt)]
    return render_receipt(ReceiptContent.from_json(attempt.receipt.content), notes)


def credit_note_pdf(attempt: PaymentAttempt, note: CreditNote) -> bytes:
    return render_credit_note(ReceiptContent.from_json(attempt.receipt.content), _cancellation(note))


def _cancellation(note: CreditNote) -> Cancellation:
    return Cancellation(note.number, note.refund.amount, note.issued_at)
