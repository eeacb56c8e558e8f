"""The due-date notice: what is due today, what paying it does, and what it will be later."""

from datetime import date
from typing import assert_never

from contracts.documents.parts import at_the_start_of, closing_of, lender_and_borrower, phone_of
from contracts.models import Contract
from contracts.prolongation import CallAgency, DateStands, Prolongs, Redeems, Renewal
from contracts.standing import Obstacle, Standing, quote_of
from contracts.wording import forecast_days, lines_of, reason_words
from establishments.letterheads import letterhead_of
from web.french import NBSP, euros, french_day
from web.printing.paper import Card, Paper, Section


def notice_of(standing: Standing) -> Paper:
    """Of a contract that may owe something: `standing.quote` is there."""
    contract, on = standing.contract, standing.on
    return Paper(
        letterhead=letterhead_of(contract.establishment),
        title=f"Avis d’échéance, contrat n°{NBSP}{contract.number}",
        card=Card(
            f"Dû le {french_day(on)}",
            euros(standing.total),
            f"Échéance{NBSP}: {french_day(contract.due_on)}.",
        ),
        parties=lender_and_borrower(contract),
        sections=[*_due(standing), _what_to_do(standing), *_later(standing)],
        closing=closing_of(contract, on, "Ces sommes sont celles de ce jour. Un autre jour, demandez un nouvel avis."),
        dated=at_the_start_of(on),
    )


def _due(standing: Standing) -> list[Section]:
    lines = lines_of(standing.quote)
    if not lines:
        return []
    rows = [(line.label, line.formula or "–", euros(line.amount)) for line in lines]
    columns, totals = ("Ligne", "Calcul", "Montant"), ("Total", "", euros(standing.total))
    return [Section("D’où vient ce montant", columns=columns, rows=rows, totals=totals, sums=1)]


def _what_to_do(standing: Standing) -> Section:
    words = [reason_words(standing)] if standing.obstacle else [_effect(standing)]
    called = f"Une question, une difficulté{NBSP}? Appelez l’agence au {phone_of(standing.contract)}."
    return Section("Que faire", paragraphs=[*filter(None, words), called])


def _effect(standing: Standing) -> str:
    due_on = french_day(standing.contract.due_on)
    match standing.effect:
        case Prolongs(new_due_on):
            return f"Si vous payez ce jour-là, votre contrat est prolongé jusqu’au {french_day(new_due_on)}."
        case DateStands(window_opens_on, at_cap):
            then = "ouvre une demande de renouvellement" if at_cap else "prolonge votre contrat"
            return (
                f"Si vous payez ce jour-là, l’échéance ne change pas{NBSP}: elle reste le {due_on}. "
                f"À partir du {french_day(window_opens_on)}, payer {then}."
            )
        case Renewal():
            return (
                f"Ce contrat atteint sa durée maximale. Payer ne change pas l’échéance{NBSP}: elle reste le {due_on}. "
                "L’agence estime de nouveau ce que vous avez déposé et vous propose un nouveau contrat."
            )
        case Redeems() | CallAgency() | None:
            return ""
        case _:
            assert_never(standing.effect)


def _later(standing: Standing) -> list[Section]:
    """None for what is about to be sold: the days to come are no longer the client's to choose."""
    if standing.obstacle is Obstacle.ON_SALE_LIST:
        return []
    rows = [_day(standing.contract, label, day) for label, day in forecast_days(standing.on, standing.contract.due_on)]
    return [Section("Si vous payez plus tard", columns=("Quand", "Jour", "Montant"), rows=rows, sums=1)]


def _day(contract: Contract, label: str, day: date) -> tuple[str, str, str]:
    return label, french_day(day), euros(quote_of(contract, day).total)
