"""A relative pays: the client's page that makes the link, and the pages of whoever holds it."""

from typing import Final, assert_never
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import limits
from accounts.requests import AreaRequest
from accounts.views.wait import wait_page
from establishments.requests import EstablishmentRequest
from journal.actions import name_of
from payments.actions import links as actions
from payments.actions.expire import state_now
from payments.actions.links import LinkMade, NothingToPay, TooManyLinks, link_of, payable_by
from payments.actions.start import EarlierUnknown, Started, start_payment
from payments.gateways.payfip import AmountOutOfBounds
from payments.models import PaymentAttempt, RelativeLink
from payments.offers import seal
from payments.views.pay import numbers_in
from payments.views.to_bank import to_bank_page

RELATIVE = "relative"
REFUSALS: Final[dict[type, str]] = {
    EarlierUnknown: (
        "Quelqu’un a déjà commencé à payer cette somme, et la banque ne dit pas encore si c’est fait. "
        "Pour ne pas payer deux fois, revenez dans quelques minutes."
    ),
    AmountOutOfBounds: "Rien n’est payé. La banque ne prend pas cette somme en ligne.",
}
ANOTHER_REFUSAL: Final = "Rien n’est payé. La somme a changé, ou la banque ne répond pas. Relisez, puis recommencez."
ASKING = "Pouvez-vous payer cette somme pour moi ? Tout est sur cette page, valable 7 jours : "


@require_POST
def make(request: AreaRequest, slug: str) -> HttpResponse:
    outcome = actions.make_link(client=request.user.client, numbers=numbers_in(request.POST), by=name_of(request.user))
    match outcome:
        case LinkMade(link, token):
            address = f"{settings.SITE_URL}{reverse('payments:relative', args=[slug, token])}"
            context = {"link": link, "address": address, "words": quote(ASKING + address)}
            return render(request, "payments/relative_made.html", context)
        case NothingToPay():
            messages.error(request, "Ce choix ne peut pas être payé aujourd’hui. Choisissez de nouveau.")
            return redirect("payments:choose", slug)
        case TooManyLinks(seconds):
            return wait_page(request, seconds)
        case _:
            assert_never(outcome)


@require_POST
def revoke(request: AreaRequest, slug: str, pk: int) -> HttpResponse:
    if not actions.revoke_link(client=request.user.client, link_pk=pk, by=name_of(request.user)):
        raise Http404
    messages.success(request, "Ce lien n’ouvre plus rien.")
    return redirect("payments:list", slug)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: EstablishmentRequest, slug: str, token: str) -> HttpResponse:
    """For whoever holds the link: a sum, a reference, the establishment, and nothing else of anybody."""
    link = link_of(token, establishment_pk=request.establishment.pk, now=timezone.now())
    if link is None:
        return render(request, "payments/relative_over.html", status=404)
    if request.method != "POST":
        return _page(request, link)
    if seconds := limits.relative_payments_of(link.pk):
        return wait_page(request, seconds)
    numbers = [standing.contract.number for standing in payable_by(link, timezone.now())]
    outcome = start_payment(
        client=link.client, numbers=numbers, seal=request.POST.get("seal", ""), by=RELATIVE, link=link
    )
    if isinstance(outcome, Started):
        return to_bank_page(request, outcome, "payments/relative_frame.html")
    return _page(request, link, REFUSALS.get(type(outcome), ANOTHER_REFUSAL))


@login_not_required
@require_safe
def outcome(request: EstablishmentRequest, slug: str, pk: UUID) -> HttpResponse:
    """Where the bank sends the relative back to. The number of a payment is no secret: no sum, no reference."""
    attempts = PaymentAttempt.objects.filter(establishment=request.establishment, link__isnull=False)
    state = state_now(get_object_or_404(attempts, pk=pk), timezone.now())
    context = {"state": state, "is_live": state in PaymentAttempt.LIVE}
    return render(request, "payments/relative_outcome.html", context)


def _page(request: EstablishmentRequest, link: RelativeLink, refusal: str = "") -> HttpResponse:
    """With a refusal, 422."""
    now = timezone.now()
    standings = payable_by(link, now)
    context = {
        "link": link,
        "total": sum(standing.total for standing in standings),
        "on": timezone.localdate(now),
        "seal": seal(link.client, standings),
        "refusal": refusal,
    }
    return render(request, "payments/relative.html", context, status=422 if refusal else 200)
