"""The contract sheet: everything that article D514-9 of the Code monétaire et financier wants stated."""

from datetime import date
from typing import Final

from contracts.documents.parts import at_the_start_of, closing_of, lender_and_borrower
from contracts.legal_terms import facts_of
from contracts.models import Contract, Pledge
from contracts.tariff_rules import tariff_from_json
from establishments.letterheads import letterhead_of
from web.french import NBSP, euros, french_day, french_decimal
from web.printing.paper import Card, Paper, Section

IN_THE_PARTIES: Final = frozenset({"Prêteur", "Emprunteur"})
NO_PROOF: Final = (
    "Ce document dit ce que contient votre contrat ce jour-là. Il ne remplace ni le contrat signé à l’agence, ni la "
    "reconnaissance, le papier remis avec l’argent."
)


def sheet_of(contract: Contract, on: date) -> Paper:
    """`contract` comes with its establishment, tariff, agency, client and pledges."""
    return Paper(
        letterhead=letterhead_of(contract.establishment),
        title=f"Contrat n°{NBSP}{contract.number}",
        card=Card(
            "Montant prêté",
            euros(contract.principal),
            f"Engagé le {french_day(contract.pledged_on)}. Échéance{NBSP}: {french_day(contract.due_on)}.",
        ),
        parties=lender_and_borrower(contract),
        sections=[_objects(contract), _terms(contract)],
        closing=closing_of(contract, on, NO_PROOF),
        dated=at_the_start_of(on),
    )


def _objects(contract: Contract) -> Section:
    pledges = list(contract.pledges.all())
    total = contract.appraisal
    return Section(
        "Ce que vous avez déposé" if pledges else "Estimation",
        columns=("Objet", "Poids", "Estimation"),
        rows=[_object(pledge) for pledge in pledges],
        totals=("Estimation du contrat", "", euros(total)) if total is not None else (),
        sums=2,
    )


def _object(pledge: Pledge) -> tuple[str, str, str]:
    weight = f"{french_decimal(pledge.weight_g, 2)}{NBSP}g" if pledge.weight_g else "–"
    return pledge.description, weight, euros(pledge.appraisal) if pledge.appraisal is not None else "–"


def _terms(contract: Contract) -> Section:
    facts = facts_of(contract, tariff_from_json(contract.tariff.rules))
    return Section(
        "Les termes du contrat",
        columns=("Terme", "Ce que dit le contrat"),
        rows=[(term, f"{words[0].upper()}{words[1:]}") for term, words in facts if term not in IN_THE_PARTIES],
    )
