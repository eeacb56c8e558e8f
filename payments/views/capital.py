"""Repay the loan of one contract, whole or in part, where the establishment allows it."""

from decimal import Decimal

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.requests import AreaRequest
from contracts.capital import largest_part, may_repay_part, may_repay_whole, repaying
from contracts.cards import card_of
from contracts.own import contracts_of
from contracts.standing import OWING, Standing, standing_of
from contracts.wording import reason_words
from payments.forms import CapitalForm
from payments.views.confirm import confirm_page

AT_THE_AGENCY = "Ce prêt se rembourse à l’agence."


@require_http_methods(["GET", "HEAD", "POST"])
def repay(request: AreaRequest, slug: str, number: str) -> HttpResponse:
    contract = get_object_or_404(contracts_of(request).filter(status__in=OWING), number=number)
    now = timezone.now()
    standing = standing_of(contract, on=timezone.localdate(now), now=now)
    if request.method != "POST":
        return _page(request, standing, CapitalForm())
    form = CapitalForm(request.POST)
    if not form.is_valid():
        return _page(request, standing, form)
    repaid = repaying(standing, form.cleaned_data["capital"])
    if repaid is None:
        form.add_error("capital", _why_not(standing))
        return _page(request, standing, form)
    return confirm_page(request, [repaid], capital=form.cleaned_data["capital"])


def capital_in(query: QueryDict) -> Decimal | None:
    """What the confirm page sent back; 404 for what it never holds."""
    if "capital" not in query:
        return None
    form = CapitalForm(query)
    if not form.is_valid():
        raise Http404
    capital: Decimal = form.cleaned_data["capital"]
    return capital


def _page(request: AreaRequest, standing: Standing, form: CapitalForm) -> HttpResponse:
    may_whole, may_part = may_repay_whole(standing), may_repay_part(standing)
    context = {
        "contract": standing.contract,
        "card": card_of(standing),
        "due": standing.total,
        "whole": standing.contract.principal + standing.total if may_whole else None,
        "largest_part": largest_part(standing.contract) if may_part else None,
        "reason": "" if may_whole or may_part else reason_words(standing) or AT_THE_AGENCY,
        "form": form,
    }
    return render(request, "payments/repay.html", context, status=422 if form.errors else 200)


def _why_not(standing: Standing) -> str:
    if not may_repay_part(standing):
        return "Cette somme ne peut pas être remboursée en ligne. Appelez l’agence."
    return (
        "Cette somme est trop grande pour un remboursement partiel en ligne. Choisissez-en une plus petite, "
        "ou appelez l’agence."
    )
