"""The client's contracts, a page at a time; those that ended stand apart."""

from collections.abc import Iterable

from django.db.models import Case, Q, When
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import AreaRequest
from contracts.cards import ContractCard, card_of
from contracts.listing import A_PAGE, ORDERS, STATES, ListChoice, choice_of, chosen
from contracts.models import Contract
from contracts.own import contracts_of, standings_of
from contracts.standing import ENDED
from establishments.models import Agency

FEW_ENDED = 3  # below the current ones, before « voir tous »
ENDED_FIRST = Case(When(status__in=ENDED, then=0), default=1)


@require_safe
def show_list(request: AreaRequest, slug: str) -> HttpResponse:
    """One row more than a page tells whether another follows: nothing is counted that nobody reads."""
    choice = choice_of(request.GET)
    is_whole = choice.page == 1 and not choice.is_narrowed and not choice.is_ended
    rows, ended = _with_ended(request, choice) if is_whole else (_page(request, choice), [])
    context = {
        "choice": choice,
        "cards": rows[:A_PAGE],
        "previous": choice.query(page=str(choice.page - 1)) if choice.page > 1 else None,
        "following": choice.query(page=str(choice.page + 1)) if len(rows) > A_PAGE else None,
        "ended": ended[:FEW_ENDED],
        "has_more_ended": len(ended) > FEW_ENDED,
        # One or two contracts need no tools to find them.
        "has_filters": choice.is_narrowed or choice.page > 1 or len(rows) > 5,
        "states": STATES.items(),
        "orders": [(name, words) for name, (words, _) in ORDERS.items()],
        "agencies": _agencies(request, rows, are_all=is_whole and len(rows) <= A_PAGE),
    }
    return render(request, "contracts/list.html", context)


def _page(request: AreaRequest, choice: ListChoice) -> list[ContractCard]:
    start = (choice.page - 1) * A_PAGE
    today, window_days = timezone.localdate(), request.establishment.window_days
    found = chosen(contracts_of(request), choice, on=today, window_days=window_days)
    return _cards(found[start : start + A_PAGE + 1])


def _with_ended(request: AreaRequest, choice: ListChoice) -> tuple[list[ContractCard], list[ContractCard]]:
    """(the first page, the few that ended last): both in one query, the latter first."""
    ended = Q(status__in=ENDED)
    last = request.user.client.contracts.filter(ended).order_by("-due_on", "number", "pk").values("pk")[: FEW_ENDED + 1]
    both = contracts_of(request).filter(~ended | Q(pk__in=last)).order_by(ENDED_FIRST, *ORDERS[choice.order][1], "pk")
    contracts = list(both[: FEW_ENDED + 1 + A_PAGE + 1])
    over = [contract for contract in contracts if contract.status in ENDED]
    over.sort(key=lambda contract: contract.due_on, reverse=True)
    return _cards([contract for contract in contracts if contract.status not in ENDED][: A_PAGE + 1]), _cards(over)


def _agencies(request: AreaRequest, cards: list[ContractCard], *, are_all: bool) -> list[Agency]:
    """What the filter offers. When all contracts are in sight, their agencies: nothing is asked."""
    own = {card.agency for card in cards if card.agency}
    return sorted(own if are_all else request.establishment.agencies.all(), key=lambda agency: agency.name)


def _cards(contracts: Iterable[Contract]) -> list[ContractCard]:
    return [card_of(standing) for standing in standings_of(contracts)]
