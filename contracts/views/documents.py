"""The papers of one contract."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import limits
from accounts.requests import AreaRequest
from accounts.views.wait import too_many_files
from contracts.documents.notice import notice_of
from contracts.documents.sheet import sheet_of
from contracts.own import contracts_of
from contracts.standing import standing_of
from web.printing.paper import Paper, render


@require_safe
def sheet(request: AreaRequest, slug: str, number: str) -> HttpResponse:
    contract = get_object_or_404(contracts_of(request), number=number)
    return _file(request, sheet_of(contract, timezone.localdate()), f"contrat-{contract.number}")


@require_safe
def notice(request: AreaRequest, slug: str, number: str) -> HttpResponse:
    """Once nothing can be owed any more there is none."""
    contract = get_object_or_404(contracts_of(request), number=number)
    now = timezone.now()
    standing = standing_of(contract, on=timezone.localdate(now), now=now)
    if standing.quote is None:
        raise Http404
    return _file(request, notice_of(standing), f"avis-{contract.number}")


def _file(request: AreaRequest, paper: Paper, name: str) -> HttpResponse:
    """The name says nothing of what was deposited: it stays in a folder that others see."""
    if seconds := limits.pdf_made_for(request.user.pk):
        return too_many_files(request, seconds)
    disposition = f'attachment; filename="{name}.pdf"'
    return HttpResponse(render(paper), content_type="application/pdf", headers={"Content-Disposition": disposition})
