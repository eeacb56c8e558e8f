"""What became of a payment: its page, the list of all, the receipt."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import limits
from accounts.requests import AreaRequest
from accounts.views.wait import too_many_files
from journal.actions import name_of
from payments.actions.abandon import abandon_payment, may_abandon
from payments.actions.expire import retry_on, state_now
from payments.actions.links import open_links
from payments.actions.moves import State
from payments.actions.settle import WITHOUT_EFFECT
from payments.models import PaymentAttempt, PaymentLine, Refund
from payments.receipts.printed import credit_note_pdf, credit_notes_of, receipt_pdf
from payments.refusals import words_for
from payments.waiting import next_look, steps_of

RETRYABLE = frozenset({State.REFUSED, State.CANCELLED, State.EXPIRED, State.ERROR})
REFUSALS = (State.REFUSED.label, State.REFUSED.label + WITHOUT_EFFECT)


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
    is_by_relative: bool


@dataclass(frozen=True, slots=True)
class LineRow:
    """`applied` is None while the payment is not settled."""

    contract_number: str
    total: Decimal
    due_on: date
    new_due_on: date | None
    opens_renewal: bool
    capital: Decimal
    redeems: bool
    applied: bool | None


@require_safe
def status(request: AreaRequest, slug: str, pk: UUID) -> HttpResponse:
    now = timezone.now()
    attempt = get_object_or_404(_payments_with_lines(request), pk=pk)
    payment = _row(attempt, slug, now)
    state = payment.state
    lines = [_line_row(line) for line in attempt.lines.all()]
    since = _since(attempt, slug, now) if state in RETRYABLE else None
    context = {
        "payment": payment,
        "state": state,
        "lines": lines,
        "steps": steps_of(state, contracts=len(lines), all_moved=all(line.applied for line in lines)),
        "receipt_number": payment.receipt_number or None,
        "receipt_url": payment.receipt_url or None,
        "next_look": next_look(state, request.GET.get("vu", "")),
        "retry_on": retry_on(attempt) if state in (State.CREATED, State.REDIRECTED) else None,
        "since": since,
        "may_abandon": may_abandon(attempt, now) and state in PaymentAttempt.LIVE,
        "may_retry": state in RETRYABLE and since is None,
        "refusal": _refusal(attempt) if state == State.REFUSED else "",
        "refunds": _refunds(attempt) if state == State.PAID else [],
    }
    return render(request, "payments/status.html", context)


@require_POST
def abandon(request: AreaRequest, slug: str, pk: UUID) -> HttpResponse:
    get_object_or_404(_payments(request), pk=pk)
    if abandon_payment(client=request.user.client, attempt_pk=pk, by=name_of(request.user)):
        messages.success(request, "Ce paiement est abandonné. Vous pouvez recommencer.")
    else:
        messages.warning(request, "Ce paiement ne peut pas être abandonné maintenant. Voici où il en est.")
    return redirect("payments:status", slug, pk)


@require_safe
def show_list(request: AreaRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    rows = [_row(attempt, slug, now) for attempt in _payments_with_lines(request)]
    links = open_links(now).filter(client=request.user.client)
    under_way = next((row for row in rows if row.state in PaymentAttempt.LIVE), None)
    return render(request, "payments/list.html", {"payments": rows, "under_way": under_way, "relative_links": links})


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
        is_by_relative=attempt.link_id is not None,
    )


def _since(attempt: PaymentAttempt, slug: str, now: datetime) -> PaymentRow | None:
    """Another payment of one of the contracts that was received since, or is under way: this one is not tried again."""
    contracts = [line.contract_id for line in attempt.lines.all()]
    same = PaymentAttempt.objects.filter(client=attempt.client_id, lines__contract__in=contracts).distinct()
    goes_on = Q(state__in=PaymentAttempt.LIVE) | Q(state=State.PAID, settled_at__gte=attempt.created_at)
    others = same.filter(goes_on).exclude(pk=attempt.pk).select_related("receipt")
    rows = [_row(other, slug, now) for other in others.prefetch_related("lines__contract")]
    return next((row for row in rows if row.state != State.EXPIRED), None)


def _refunds(attempt: PaymentAttempt) -> QuerySet[Refund]:
    """What went back, with the document that cancels the receipt where it was the payment's."""
    return attempt.refunds.filter(state=Refund.State.DONE).select_related("credit_note")


def _refusal(attempt: PaymentAttempt) -> str:
    """The bank's last true word of it; what it says to who pays."""
    message = attempt.messages.filter(verdict__in=REFUSALS).first()
    return words_for(message.raw if message else "")


def _line_row(line: PaymentLine) -> LineRow:
    return LineRow(
        contract_number=line.contract.number,
        total=line.total,
        due_on=line.due_on,
        new_due_on=line.new_due_on,
        opens_renewal=line.opens_renewal,
        capital=line.capital,
        redeems=line.redeems,
        applied=line.credit.is_applied if hasattr(line, "credit") else None,
    )
