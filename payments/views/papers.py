"""« Mes papiers »: every document of the client in one place, each alone or all at once."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import limits
from accounts.requests import AreaRequest
from accounts.views.wait import too_many_files
from contracts.models import Contract
from contracts.own import contracts_of
from contracts.standing import ENDED, OWING
from payments.archive import files_of, zipped
from payments.models import CreditNote, Receipt
from payments.statements import statement_of, year_of, years_of
from web.printing.paper import render as render_paper


@dataclass(frozen=True, slots=True)
class ContractPapers:
    """`has_notice`: something may still be owed."""

    number: str
    title: str
    has_notice: bool


@dataclass(frozen=True, slots=True)
class PaymentPaper:
    """A receipt, or what cancels it (`kind`: « Reçu », « Avoir »)."""

    kind: str
    number: str
    at: datetime
    amount: Decimal
    url: str


@require_safe
def show_papers(request: AreaRequest, slug: str) -> HttpResponse:
    contracts = list(contracts_of(request))
    return render(
        request,
        "payments/papers.html",
        {
            "current": [_papers(contract) for contract in contracts if contract.status not in ENDED],
            "ended": [_papers(contract) for contract in contracts if contract.status in ENDED],
            "payment_papers": _payment_papers(request, slug),
            "years": years_of(request.user.client),
        },
    )


@require_safe
def statement(request: AreaRequest, slug: str, year: int) -> HttpResponse:
    client = request.user.client
    paid = year_of(client, year)
    if paid is None:
        raise Http404
    if seconds := limits.pdf_made_for(request.user.pk):
        return too_many_files(request, seconds)
    pdf = render_paper(statement_of(client, year, paid, timezone.localdate()))
    disposition = f'attachment; filename="releve-{year}.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": disposition})


@require_safe
def everything(request: AreaRequest, slug: str) -> HttpResponseBase:
    if seconds := limits.archives_of(request.user.pk):
        return too_many_files(request, seconds)
    now = timezone.now()
    disposition = f'attachment; filename="papiers-{timezone.localdate(now)}.zip"'
    parts = zipped(files_of(request.user.client, now), now)
    return StreamingHttpResponse(parts, content_type="application/zip", headers={"Content-Disposition": disposition})


def _papers(contract: Contract) -> ContractPapers:
    title = contract.first_object or ""
    return ContractPapers(contract.number, title, contract.status in OWING)


def _payment_papers(request: AreaRequest, slug: str) -> list[PaymentPaper]:
    """The newest first."""
    receipts = Receipt.objects.filter(attempt__client=request.user.client).select_related("attempt")
    notes = CreditNote.objects.filter(refund__attempt__client=request.user.client).select_related("refund")
    papers = [_receipt(receipt, slug) for receipt in receipts] + [_credit_note(note, slug) for note in notes]
    return sorted(papers, key=lambda paper: paper.at, reverse=True)


def _receipt(receipt: Receipt, slug: str) -> PaymentPaper:
    url = reverse("payments:receipt", args=[slug, receipt.attempt_id])
    return PaymentPaper("Reçu", receipt.number, receipt.issued_at, receipt.attempt.amount, url)


def _credit_note(note: CreditNote, slug: str) -> PaymentPaper:
    url = reverse("payments:credit_note", args=[slug, note.refund.attempt_id, note.sequence])
    return PaymentPaper("Avoir", note.number, note.issued_at, note.refund.amount, url)
