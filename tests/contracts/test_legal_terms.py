"""The terms of a contract, as article D514-9 wants them stated."""

from datetime import date
from decimal import Decimal

import pytest
from interest_cases import NANTES, single_rate
from people import a_contract

from accounts.models import Client
from contracts.legal_terms import facts_of


def test_the_contract_states_what_the_law_names(helene: Client) -> None:
    facts = dict(facts_of(a_contract(helene), NANTES))
    plain = {term: words.replace("\u00a0", " ") for term, words in facts.items()}
    assert plain["Taux"] == "0,820 % par mois, soit 9,840 % par an"
    assert plain["Intérêts comptés"] == "par mois commencé"
    assert plain["Droit fixe"] == "1 % du montant prêté, une fois par période"
    assert plain["Frais de retard"].startswith(
        "2 % des intérêts à partir du 1er jour de retard, puis 3 % des intérêts à partir du 151e jour de retard"
    )
    assert plain["Intérêts payés jusqu’au"] == "aucun paiement"
    assert plain["Durée"] == "6 mois, 24 mois au plus avec les prolongations"
    assert plain["Total dû à l’échéance, prêt compris"] == "1 059,20 €"
    assert "publiques ; s’il" in plain["Sans paiement à l’échéance"]
    assert "publiques ; s’il" not in facts["Sans paiement à l’échéance"]
    assert plain["TAEG (coût total du crédit par an)"] == "10,27 %"
    assert plain["Reconnaissance (le papier remis avec l’argent)"] == "nominative"


def test_other_tariffs_are_stated_too(helene: Client) -> None:
    contract = a_contract(
        helene, ticket_kind="bearer", fees=Decimal("11.16"), apr=None, interest_paid_until=date(2026, 9, 2)
    )
    by_day = dict(facts_of(contract, single_rate("7.80", rate_period="year", count="day")))
    assert by_day["Taux"] == "7,80\u00a0% par an"
    assert by_day["Intérêts payés jusqu’au"] == "2\u00a0septembre\u00a02026"
    assert by_day["Intérêts comptés"] == "jour par jour"
    assert by_day["Droit fixe"] == by_day["Frais de retard"] == "aucun"
    assert by_day["Autres frais"] == "11,16\u00a0€"
    assert "TAEG (coût total du crédit par an)" not in by_day
    whole = dict(facts_of(contract, single_rate("0.8", count="half_month", rate_period="half_month", started=False)))
    assert whole["Intérêts comptés"] == "par quinzaine entière"


@pytest.mark.parametrize(
    ("due_on", "words"),
    [(date(2026, 12, 5), "6 mois et 3 jours"), (date(2026, 6, 17), "15 jours"), (date(2027, 6, 2), "12 mois")],
)
def test_a_duration_is_counted_in_months_then_days(helene: Client, due_on: date, words: str) -> None:
    facts = dict(facts_of(a_contract(helene, due_on=due_on), NANTES))
    assert facts["Durée"].replace("\u00a0", " ").startswith(f"{words}, ")


def test_nothing_is_due_at_term_once_nothing_can_be_owed(helene: Client) -> None:
    assert "Total dû à l’échéance, prêt compris" not in dict(facts_of(a_contract(helene, status="sold"), NANTES))
