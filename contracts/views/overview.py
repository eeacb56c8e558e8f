"""In one look: what is due, until when, what happens if I pay, what happens if I don’t."""

from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.factor_offer import should_offer_factor
from accounts.requests import AreaRequest
from contracts.cards import card_of
from contracts.consequences import consequence_of_waiting
from contracts.models import ClientRequest, Contract
from contracts.own import contracts_of, standings_of, waits_for
from contracts.request_offers import may_ask_time
from contracts.standing import Standing
from contracts.surplus import claim_until
from contracts.wording import effect_words

PRESSING: Final = frozenset({"due_soon", "overdue"})
SHOWN: Final = 6  # the others are a click away, in the list


@require_safe
def overview(request: AreaRequest, slug: str) -> HttpResponse:
    renewal = waits_for(ClientRequest.Kind.RENEWAL)
    everything = standings_of(contracts_of(request).annotate(has_open_renewal=renewal))  # type: ignore[no-redef]
    standings = [standing for standing in everything if not standing.is_ended]
    payable = [standing for standing in standings if standing.is_payable]
    pressing = [standing for standing in payable if standing.status in PRESSING]
    headline = min(standings, key=_urgency, default=None)
    return render(
        request,
        "contracts/overview.html",
        {
            "client": request.user.client,
            "headline": card_of(headline) if headline else None,
            "contract": headline.contract if headline else None,
            "effect": effect_words(headline.effect) if headline else None,
            "consequence": consequence_of_waiting(headline) if headline else None,
            "can_ask_time": headline is not None and may_ask_time(headline.contract, on=headline.on),
            "renewal_requested": headline is not None and headline.contract.has_open_renewal,
            "surpluses": [
                (standing.sale, claim_until(standing.sale))
                for standing in everything
                if standing.sale and standing.has_surplus_to_claim
            ],
            "current": [card_of(standing) for standing in sorted(standings, key=_urgency)[:SHOWN]],
            "current_count": len(standings),
            "total_due": sum(standing.total for standing in payable),
            "payable_count": len(payable),
            "pressing_due": sum(standing.total for standing in pressing),
            "pressing_count": len(pressing),
            "agency": headline.contract.agency if headline else None,
            "offers_factor": should_offer_factor(request),
        },
    )


def _urgency(standing: Standing) -> tuple[bool, date]:
    """What can still be lost comes first: the sale list, then the nearest due date."""
    is_settled = standing.contract.status == Contract.Status.REPAID
    is_listed = standing.contract.status == Contract.Status.ON_SALE_LIST
    return is_settled, date.min if is_listed else standing.contract.due_on
