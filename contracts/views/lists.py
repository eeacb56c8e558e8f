"""The client's contracts, current and ended."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import AreaRequest
from contracts.cards import card_of
from contracts.own import standings_of


@require_safe
def show_list(request: AreaRequest, slug: str) -> HttpResponse:
    standings = standings_of(request)
    current = [card_of(standing) for standing in standings if not standing.is_ended]
    ended = [card_of(standing) for standing in standings if standing.is_ended]
    return render(request, "contracts/list.html", {"current": current, "ended": ended})
