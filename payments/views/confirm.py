"""What the client is about to confirm: each contract with its sum and what paying it does, and the seal of it all."""

from collections.abc import Sequence
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import AreaRequest
from contracts.cards import card_of
from contracts.standing import Standing
from contracts.wording import effect_words, lines_of
from payments.offers import seal


def confirm_page(
    request: AreaRequest, chosen: Sequence[Standing], *, capital: Decimal | None = None, changed: bool = False
) -> HttpResponse:
    """`chosen` are payable; `capital`: what is repaid of the loan of the only one."""
    context = {
        "lines": [
            {
                "card": card_of(standing),
                "quote_lines": lines_of(standing.quote),
                "total": standing.total,
                "effect": effect_words(standing.effect),
            }
            for standing in chosen
        ],
        "total": sum(standing.total for standing in chosen),
        "capital": capital,
        "quote_on": chosen[0].on,
        "seal": seal(request.user.client, chosen),
        "changed": changed,
    }
    return render(request, "payments/confirm.html", context, status=422 if changed else 200)
