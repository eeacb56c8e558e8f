"""Choose contracts, read what paying them does, leave for the bank."""

import re
from collections.abc import Sequence
from typing import assert_never

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import AreaRequest
from contracts.cards import card_of
from contracts.numbers import ContractNumberConverter
from contracts.own import contracts_of
from contracts.prolongation import DateStands
from contracts.standing import Standing, standing_of
from contracts.wording import effect_words, lines_of, reason_words
from journal.actions import name_of
from payments.actions import start as actions
from payments.actions.start import BankSilent, EarlierUnknown, NoBank, OfferChanged, Started, UnknownContract
from payments.budget import Payable, Proposal, proposal_for
from payments.forms import BudgetForm
from payments.gateways.payfip import AmountOutOfBounds, EmailNeeded
from payments.views.capital import capital_in
from payments.views.confirm import confirm_page
from payments.views.to_bank import to_bank_page
from web.french import NBSP, euros, french_phone

REPAYING_CHANGED = "Le montant ou une date a changé. Rien n’est payé. Relisez cette page, puis choisissez de nouveau."
NONE_CHOSEN = "Cochez au moins un contrat à payer."

Standings = dict[str, Standing]


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: AreaRequest, slug: str) -> HttpResponse:
    standings = _standings(request)
    if request.method == "POST":
        return _quote_page(request, standings, _asked(request.POST, standings))
    if "budget" in request.GET:
        return _budget_page(request, standings)
    payable = [number for number, standing in standings.items() if standing.is_payable]
    ticked = _asked(request.GET, standings) or (payable if len(payable) == 1 else [])
    return _choice_page(request, standings, ticked)


@require_POST
def start(request: AreaRequest, slug: str) -> HttpResponse:
    numbers, capital = numbers_in(request.POST), capital_in(request.POST)
    if capital is not None and len(numbers) != 1:
        raise Http404
    outcome = actions.start_payment(
        client=request.user.client,
        numbers=numbers,
        capital=capital,
        seal=request.POST.get("seal", ""),
        by=name_of(request.user),
    )
    match outcome:
        case Started():
            return to_bank_page(request, outcome)
        case OfferChanged() if capital is not None:
            messages.error(request, REPAYING_CHANGED)
            return redirect("payments:repay", slug, numbers[0])
        case OfferChanged():
            standings = _standings(request)
            return _quote_page(request, standings, _asked(request.POST, standings), changed=True)
        case NoBank() | BankSilent() | EarlierUnknown() | EmailNeeded() | AmountOutOfBounds():
            return _choice_page(request, _standings(request), numbers, errors=[_why_not_started(request, outcome)])
        case UnknownContract():
            raise Http404
        case _:
            assert_never(outcome)


def _standings(request: AreaRequest) -> Standings:
    """By contract number, the nearest due date first."""
    now = timezone.now()
    today = timezone.localdate(now)
    return {contract.number: standing_of(contract, on=today, now=now) for contract in contracts_of(request)}


def numbers_in(query: QueryDict) -> list[str]:
    """The numbers asked for, each once; 404 for what cannot be one."""
    numbers = list(dict.fromkeys(query.getlist("contract")))
    if not all(re.fullmatch(ContractNumberConverter.regex, number) for number in numbers):
        raise Http404
    return numbers


def _asked(query: QueryDict, standings: Standings) -> list[str]:
    """404 if one of the numbers is not a contract of this client."""
    numbers = numbers_in(query)
    if not standings.keys() >= set(numbers):
        raise Http404
    return numbers


def _budget_page(request: AreaRequest, standings: Standings) -> HttpResponse:
    """« J’ai N € »: what that sum settles in full is ticked; the client may tick otherwise."""
    form = BudgetForm(request.GET)
    if not form.is_valid():
        return _choice_page(request, standings, [], list(map(str, form.errors["budget"])), budget_form=form)
    payable = [
        Payable(number, standing.total, standing.contract.due_on, not isinstance(standing.effect, DateStands))
        for number, standing in standings.items()
        if standing.is_payable
    ]
    proposal = proposal_for(form.cleaned_data["budget"], payable)
    return _choice_page(request, standings, list(proposal.numbers), budget_form=form, proposal=proposal)


def _choice_page(
    request: AreaRequest,
    standings: Standings,
    ticked: list[str],
    errors: Sequence[str] = (),
    *,
    budget_form: BudgetForm | None = None,
    proposal: Proposal | None = None,
) -> HttpResponse:
    """The ticked ones first: among many they are what the client came for."""
    choices = [
        {
            "card": card_of(standing),
            "effect": effect_words(standing.effect),
            "checked": number in ticked,
            "lines": lines_of(standing.quote),
        }
        for number, standing in standings.items()
        if standing.is_payable
    ]
    chosen = [choice for choice in choices if choice["checked"]]
    stopped = [card_of(standing) for standing in standings.values() if not standing.is_ended and reason_words(standing)]
    context = {
        "choices": chosen or choices,
        "further_choices": [choice for choice in choices if not choice["checked"]] if chosen else [],
        "under_way": [card for card in stopped if card.under_way],
        "unpayable": [card for card in stopped if not card.under_way],
        "form_errors": errors,
        "budget_form": (budget_form or BudgetForm()) if len(choices) > 1 else None,
        "proposal": proposal,
    }
    return render(request, "payments/choose.html", context, status=422 if errors else 200)


def _quote_page(
    request: AreaRequest, standings: Standings, numbers: list[str], *, changed: bool = False
) -> HttpResponse:
    """What the client is about to confirm, or the choice again with what stands in the way."""
    chosen = [standings[number] for number in numbers]
    errors = [_refusal(standing) for standing in chosen if not standing.is_payable] if chosen else [NONE_CHOSEN]
    if errors:
        return _choice_page(request, standings, numbers, errors)
    return confirm_page(request, chosen, changed=changed)


def _refusal(standing: Standing) -> str:
    reason = reason_words(standing) or "Rien n’est à payer aujourd’hui."
    return f"Contrat n°{NBSP}{standing.contract.number}{NBSP}: {reason}"


def _why_not_started(
    request: AreaRequest, outcome: NoBank | BankSilent | EarlierUnknown | EmailNeeded | AmountOutOfBounds
) -> str:
    counter = f"Payez à l’agence, ou appelez-nous au {french_phone(request.establishment.phone)}."
    match outcome:
        case NoBank():
            return f"Le paiement en ligne n’est pas disponible pour le moment. {counter}"
        case BankSilent():
            return (
                "La banque n’a pas pu ouvrir ce paiement, et rien n’est payé. Réessayez dans quelques minutes. "
                f"Sinon{NBSP}: {counter}"
            )
        case EarlierUnknown():
            return (
                "Vous avez déjà commencé à payer, et la banque ne nous dit pas encore si c’est fait. "
                f"Pour ne pas payer deux fois, réessayez dans quelques minutes. Sinon{NBSP}: {counter}"
            )
        case EmailNeeded():
            return (
                "Pour payer, la banque demande votre adresse e-mail. Elle manque, ou ne convient pas à la banque (80 "
                f"caractères au plus, sans accent). Donnez-la à la page «{NBSP}Mon dossier{NBSP}», puis revenez payer."
            )
        case AmountOutOfBounds(least, most):
            return f"La banque accepte de {euros(least)} à {euros(most)} par paiement. {counter}"
        case _:
            assert_never(outcome)
