"""What is due, until when, what happens if I pay."""

from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.factor_offer import should_offer_factor
from accounts.requests import AreaRequest
from contracts.actions import prolong as actions
from contracts.actions.prolong import NotFree, Prolonged
from contracts.cards import card_of
from contracts.legal_terms import facts_of
from contracts.models import ClientRequest, Contract
from contracts.prolongation import cap_on
from contracts.standing import Obstacle, Standing, prolongation_rules, quote_of, standing_of
from contracts.surplus import surplus_of
from contracts.tariff_rules import tariff_from_json
from contracts.wording import ForecastStep, effect_words, forecast_days, lines_of
from journal.actions import name_of
from web.french import french_day

PRESSING: Final = frozenset({"due_soon", "overdue"})


@require_safe
def overview(request: AreaRequest, slug: str) -> HttpResponse:
    everything = _standings(request)
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
            "headline_effect": effect_words(headline.effect) if headline else None,
            "renewal_requested": headline is not None and _has_open_renewal(headline.contract),
            "surpluses": [standing.sale for standing in everything if standing.has_surplus_to_claim],
            "current": [card_of(standing) for standing in standings],
            "total_due": sum(standing.total for standing in payable),
            "payable_count": len(payable),
            "pressing_due": sum(standing.total for standing in pressing),
            "pressing_count": len(pressing),
            "agency": headline.contract.agency if headline else None,
            "offers_factor": should_offer_factor(request),
        },
    )


@require_safe
def show_list(request: AreaRequest, slug: str) -> HttpResponse:
    standings = _standings(request)
    current = [card_of(standing) for standing in standings if not standing.is_ended]
    ended = [card_of(standing) for standing in standings if standing.is_ended]
    return render(request, "contracts/list.html", {"current": current, "ended": ended})


@require_safe
def detail(request: AreaRequest, slug: str, number: str) -> HttpResponse:
    contract = get_object_or_404(contracts_of(request), number=number)
    today = timezone.localdate()
    standing = standing_of(contract, on=today, now=timezone.now())
    return render(
        request,
        "contracts/detail.html",
        {
            "contract": contract,
            "card": card_of(standing),
            "lines": lines_of(standing.quote),
            "total": standing.total,
            "forecast": _forecast(standing),
            "effect": effect_words(standing.effect),
            "pledges": contract.pledges.all(),
            "facts": facts_of(contract, tariff_from_json(contract.tariff.rules)),
            "sale": standing.sale,
            "surplus": surplus_of(standing.sale, today) if standing.sale else None,
            "agency": contract.agency,
            "timeline": None if standing.is_ended else _timeline(contract, today),
            "renewal_requested": _has_open_renewal(contract),
            "can_prolong_free": standing.prolongs_for_free,
        },
    )


@require_POST
def prolong(request: AreaRequest, slug: str, number: str) -> HttpResponse:
    contract = get_object_or_404(contracts_of(request), number=number)
    outcome = actions.prolong(contract_pk=contract.pk, by=name_of(request.user))
    match outcome:
        case Prolonged(new_due_on):
            messages.success(request, f"Votre contrat est prolongé jusqu’au {french_day(new_due_on)}.")
        case NotFree():
            messages.error(request, "Ce contrat ne peut pas être prolongé sans paiement. Voici ce qui est dû.")
        case _:
            assert_never(outcome)
    return redirect("contracts:detail", slug, number)


@dataclass(frozen=True, slots=True)
class Timeline:
    """From the deposit to the last due date that the contract may ever have; percents of that span, 0 to 100."""

    start: date
    today: date
    due: date
    end: date
    today_percent: int
    due_percent: int


def contracts_of(request: AreaRequest) -> QuerySet[Contract]:
    """The client's contracts, with all that a card needs."""
    return (
        Contract.objects.filter(client=request.user.client)
        .select_related("establishment", "tariff", "agency", "client", "sale")
        .prefetch_related("pledges")
    )


def _standings(request: AreaRequest) -> list[Standing]:
    now = timezone.now()
    today = timezone.localdate(now)
    return [standing_of(contract, on=today, now=now) for contract in contracts_of(request)]


def _urgency(standing: Standing) -> tuple[bool, date]:
    """What can still be lost comes first: the sale list, then the nearest due date."""
    is_settled = standing.contract.status == Contract.Status.REPAID
    is_listed = standing.contract.status == Contract.Status.ON_SALE_LIST
    return is_settled, date.min if is_listed else standing.contract.due_on


def _forecast(standing: Standing) -> list[ForecastStep]:
    """None for what is about to be sold: the days to come are no longer the client's to choose."""
    if standing.quote is None or standing.obstacle is Obstacle.ON_SALE_LIST:
        return []
    days = forecast_days(standing.on, standing.contract.due_on)
    return [ForecastStep(label, day, quote_of(standing.contract, day).total) for label, day in days]


def _timeline(contract: Contract, today: date) -> Timeline:
    end = max(cap_on(prolongation_rules(contract.establishment), contract.pledged_on), contract.due_on)
    span = (max(end, today) - contract.pledged_on).days
    today_percent, due_percent = (
        min(100, max(0, 100 * (day - contract.pledged_on).days // span)) for day in (today, contract.due_on)
    )
    return Timeline(contract.pledged_on, today, contract.due_on, end, today_percent, due_percent)


def _has_open_renewal(contract: Contract) -> bool:
    return contract.requests.filter(kind=ClientRequest.Kind.RENEWAL, state=ClientRequest.State.OPEN).exists()
