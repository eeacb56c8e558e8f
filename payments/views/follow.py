"""What became of a payment: its page, the list of all, the receipt."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import limits
from accounts.requests import AreaRequest
from accounts.views.wait import too_many_files
from payments.actions.expire import retry_on, state_now
from payments.actions.moves import State
from payments.models import PaymentAttempt, PaymentLine
from payments.receipts.printed import credit_note_pdf, credit_notes_of, receipt_pdf

RETRYABLE = frozenset({State.REFUSED, State.CANCELLED, State.EXPIRED, State.ERROR})
REFRESH_SECONDS = {State.CREATED: 5, State.REDIRECTED: 5, State.PENDING: 60}


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """`state` is the one to show: a payment of which nothing is heard has expired. `receipt_url` is empty before."""

    pk: UUID
    reference: str
    amount: Decimal
    created_at: datetime
    settled_at: datetime | None
    state: str
    state_label: str
    url: str
    receipt_number: str
    receipt_url: str
    contract_numbers: list[str]


@dataclass(frozen=True, slots=True)
class LineRow:
    """`applied` is None while the payment is not settled."""

    contract_number: str
    total: Decimal
    due_on: date
    new_due_on: date | None
    opens_renewal: bool
    applied: bool | None


@require_safe
def status(request: AreaRequest, slug: str, pk: UUID) -> HttpResponse:
    attempt = get_object_or_404(_payments_with_lines(request), pk=pk)
    payment = _row(attempt, slug, timezone.now())
    context = {
        "payment": payment,
        "state": payment.state,
        "lines": [_line_row(line) for line in attempt.lines.all()],
        "receipt_number": payment.receipt_number or None,
        "receipt_url": payment.receipt_url or None,
        "refresh_seconds": REFRESH_SECONDS.get(State(payment.state)),
        "retry_on": retry_on(attempt) if payment.state in (State.CREATED, State.REDIRECTED) else None,
        "may_retry": payment.state in RETRYABLE,
        "credit_notes": credit_notes_of(attempt) if payment.state == State.PAID else [],
    }
    return render(request, "payments/status.html", context)


@require_safe
def show_list(request: AreaRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    rows = [_row(attempt, slug, now) for attempt in _payments_with_lines(request)]
    return render(request, "payments/list.html", {"payments": rows})


@require_safe
def receipt(request: AreaRequest, slug: str, pk: UUID) -> HttpResponse:
    attempt = get_object_or_404(_payments(request), pk=pk)
    if not hasattr(attempt, "receipt"):
        raise Http404
    if seconds := limits.pdf_made_for(request.user.pk):
        return too_many_files(request, seconds)
    return _attachment(receipt_pdf(attempt), f"recu-{attempt.receipt.number}")


@require_safe
def credit_note(request: AreaRequest, slug: str, pk: UUID, sequence: int) -> HttpResponse:
    attempt = get_object_or_404(_payments(request), pk=pk)
    note = get_object_or_404(credit_notes_of(attempt), sequence=sequence)
    if seconds := limits.pdf_made_for(request.user.pk):
        return too_many_files(request, seconds)
    return _attachment(credit_note_pdf(attempt, note), f"avoir-{note.number}")


def _attachment(pdf: bytes, name: str) -> HttpResponse:
    """The name says nothing of what was paid: it stays in a folder that others see."""
    disposition = f'attachment; filename="{name}.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": disposition})


def _payments(request: AreaRequest) -> QuerySet[PaymentAttempt]:
    return request.user.client.payments.select_related("receipt")


def _payments_with_lines(request: AreaRequest) -> QuerySet[PaymentAttempt]:
    lines = PaymentLine.objects.select_related("contract", "credit")
    return _payments(request).prefetch_related(Prefetch("lines", lines))


def _row(attempt: PaymentAttempt, slug: str, now: datetime) -> PaymentRow:
    state = state_now(attempt, now)
    has_receipt = hasattr(attempt, "receipt")
    return PaymentRow(
        pk=attempt.pk,
        reference=attempt.order_id,
        amount=attempt.amount,
        created_at=attempt.created_at,
        settled_at=attempt.settled_at,
        state=state,
        state_label=State(state).label,
        url=reverse("payments:status", args=[slug, attempt.pk]),
        receipt_number=attempt.receipt.number if has_receipt else "",
        receipt_url=reverse("payments:receipt", args=[slug, attempt.pk]) if has_receipt else "",
        contract_numbers=[line.contract.number for line in attempt.lines.all()],
    )


def _line_row(line: PaymentLine) -> LineRow:
    return LineRow(
        contract_number=line.contract.number,
        total=line.total,
        due_on=line.due_on,
        new_due_on=line.new_due_on,
        opens_renewal=line.opens_renewal,
        applied=line.credit.is_applied if hasattr(line, "credit") else None,
    )
