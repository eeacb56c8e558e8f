"""One contract: its amount explained, its dates, its objects, its sale."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import AreaRequest
from contracts.actions import prolong as actions
from contracts.actions.prolong import NotFree, Prolonged
from contracts.capital import may_repay_part, may_repay_whole
from contracts.cards import card_of
from contracts.consequences import consequence_of_waiting
from contracts.growth_chart import chart_of
from contracts.legal_terms import facts_of
from contracts.models import ClientRequest, Contract
from contracts.own import contracts_of, waits_for
from contracts.prolongation import cap_on
from contracts.request_offers import rows_of
from contracts.standing import Obstacle, Standing, prolongation_rules, quote_of, standing_of
from contracts.surplus import claim_until, surplus_of
from contracts.surplus_statement import statement_of
from contracts.tariff_rules import tariff_from_json
from contracts.wording import ForecastStep, effect_words, forecast_days, lines_of
from journal.actions import name_of
from web.french import french_day


@require_safe
def detail(request: AreaRequest, slug: str, number: str) -> HttpResponse:
    mine = contracts_of(request).annotate(has_open_request=waits_for())  # type: ignore[no-redef]
    contract = get_object_or_404(mine, number=number)
    today = timezone.localdate()
    standing = standing_of(contract, on=today, now=timezone.now())
    waiting = _waiting(contract) if contract.has_open_request else []
    offers = rows_of(contract, on=today)
    return render(
        request,
        "contracts/detail.html",
        {
            "contract": contract,
            "card": card_of(standing),
            "lines": lines_of(standing.quote),
            "total": standing.total,
            "forecast": _forecast(standing),
            "chart": chart_of(contract, today) if standing.quote else None,
            "effect": effect_words(standing.effect),
            "consequence": consequence_of_waiting(standing),
            "can_ask_time": any(offer.kind == "more_time" for offer in offers),
            "may_repay_whole": may_repay_whole(standing),
            "may_repay_part": may_repay_part(standing),
            "pledges": contract.pledges.select_related("picture"),
            "facts": facts_of(contract, tariff_from_json(contract.tariff.rules)),
            "sale": standing.sale,
            "surplus": surplus_of(standing.sale, today) if standing.sale else None,
            "claim_until": claim_until(standing.sale) if standing.sale else None,
            "statement": statement_of(contract, standing.sale) if standing.sale else None,
            "agency": contract.agency,
            "timeline": None if standing.is_ended else _timeline(contract, today),
            "requests": waiting,
            "offers": offers,
            "renewal_requested": any(asked.kind == ClientRequest.Kind.RENEWAL for asked in waiting),
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


def _waiting(contract: Contract) -> list[ClientRequest]:
    return list(contract.requests.filter(state=ClientRequest.State.OPEN))


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
