"""Each line explained in words that a client can check with a pencil."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from interest_cases import NANTES, half_year, single_rate, terms_of
from people import a_contract

from accounts.models import Client
from contracts.interest import Bracket, TariffRules, Terms, quote
from contracts.prolongation import CallAgency, DateStands, Prolongs, Renewal
from contracts.standing import standing_of
from contracts.wording import effect_words, facts_of, forecast_days, formula_of, lines_of, reason_words, status_words

DUE_ON = date(2026, 12, 2)


def formulas(rules: TariffRules, terms: Terms, on: date) -> list[str]:
    return [formula_of(line).replace("\u00a0", " ") for line in quote(rules, terms, on).lines]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (single_rate("0.820"), "1 000 € × 0,820 % × 6 mois"),
        (single_rate("6.5", rate_period="year"), "1 000 € × 6,5 % × 6 mois ÷ 12"),
        (single_rate("6.4", rate_period="semester"), "1 000 € × 6,4 % × 6 mois ÷ 6"),
        (single_rate("7.80", rate_period="year", count="day"), "1 000 € × 7,80 % × 183 jours ÷ 365"),
        (single_rate("0.80", rate_period="half_month", count="half_month"), "1 000 € × 0,80 % × 12 quinzaines"),
        (single_rate("0.80", rate_period="half_month", count="month"), "1 000 € × 0,80 % × 6 mois × 2"),
        (single_rate("0.1", minimum=Decimal(9)), "minimum du tarif"),
    ],
)
def test_interest(rules: TariffRules, words: str) -> None:
    assert formulas(rules, half_year("1000"), DUE_ON) == [words]


def test_interest_across_years_of_two_lengths() -> None:
    rules = single_rate("8", rate_period="year", count="day", day_base="actual")
    terms = terms_of("1000", date(2027, 12, 22), date(2028, 6, 22))
    assert formulas(rules, terms, date(2028, 1, 20)) == ["1 000 € × 8 % × (9 jours ÷ 365 + 20 jours ÷ 366)"]


def test_interest_by_slices() -> None:
    brackets = (Bracket(Decimal(400), Decimal("0.5")), Bracket(None, Decimal("0.8")))
    rules = single_rate("1", bracket_mode="marginal", brackets=brackets)
    assert formulas(rules, half_year("1000"), DUE_ON) == ["400 € × 0,5 % × 6 mois + 600 € × 0,8 % × 6 mois"]


def test_duty_late_and_fees() -> None:
    terms = half_year("1000", fees=Decimal(3), late_taken=Decimal("0.50"))
    assert formulas(NANTES, terms, date(2026, 12, 14)) == [
        "1 000 € × 0,820 % × 7 mois",
        "1 % de 1 000 €",
        "2 % des intérêts, 12 jours de retard, moins 0,50 € déjà payés",
        "",
    ]
    on_principal = replace(NANTES, late_on="principal")
    late = formulas(on_principal, half_year("1000"), date(2026, 12, 3))[2]
    assert late == "2 % du montant prêté, 1 jour de retard"


def test_lines_have_labels_and_a_contract_without_a_quote_has_no_line() -> None:
    assert [line.label for line in lines_of(quote(NANTES, half_year("1000"), DUE_ON))] == ["Intérêts", "Droit fixe"]
    assert lines_of(None) == []


def test_effects() -> None:
    assert effect_words(None) is None
    worded = [
        effect_words(effect) for effect in (Prolongs(DUE_ON), DateStands(DUE_ON, at_cap=True), Renewal(), CallAgency())
    ]
    assert [effect.kind for effect in worded if effect] == ["prolongs", "date_stands", "renewal", "call_agency"]
    assert worded[0] is not None
    assert worded[0].new_due_on == DUE_ON
    assert worded[1] is not None
    assert (worded[1].window_opens_on, worded[1].at_cap) == (DUE_ON, True)


def test_the_forecast_names_each_day_once_in_order() -> None:
    today = date(2026, 12, 1)
    assert forecast_days(today, date(2026, 12, 2)) == [
        ("Demain", date(2026, 12, 2)),
        ("Le lendemain de l’échéance", date(2026, 12, 3)),
        ("Dans 30 jours", date(2026, 12, 31)),
    ]
    assert [label for label, _ in forecast_days(today, date(2026, 11, 2))] == ["Demain", "Dans 30 jours"]


def test_states_and_reasons(helene: Client) -> None:
    now = datetime(2026, 11, 23, 10, tzinfo=UTC)
    listed = standing_of(a_contract(helene, status="on_sale_list"), on=date(2026, 11, 23), now=now)
    assert status_words(listed) == ("Inscrit pour la vente", "bad")
    assert "Appelez vite l’agence" in reason_words(listed)
    repaid = standing_of(a_contract(helene, status="repaid"), on=date(2026, 11, 23), now=now)
    assert "retirer" in reason_words(repaid)
    payable = standing_of(a_contract(helene), on=date(2026, 11, 23), now=now)
    assert reason_words(payable) == ""


def test_the_contract_states_what_the_law_names(helene: Client) -> None:
    facts = dict(facts_of(a_contract(helene), NANTES))
    plain = {term: words.replace("\u00a0", " ") for term, words in facts.items()}
    assert plain["Taux"] == "0,820 % par mois, soit 9,840 % par an"
    assert plain["Intérêts comptés"] == "par mois commencé"
    assert plain["Droit fixe"] == "1 % du montant prêté, une fois par période"
    assert plain["Frais de retard"].startswith(
        "2 % des intérêts à partir du 1er jour, puis 3 % des intérêts à partir du"
    )
    assert plain["TAEG (coût total du crédit par an)"] == "10,27 %"
    assert plain["Reconnaissance (le papier remis avec l’argent)"] == "nominative"


def test_other_tariffs_are_stated_too(helene: Client) -> None:
    contract = a_contract(
        helene, ticket_kind="bearer", fees=Decimal("11.16"), apr=None, interest_paid_until=date(2026, 9, 2)
    )
    by_day = dict(facts_of(contract, single_rate("7.80", rate_period="year", count="day")))
    assert by_day["Intérêts comptés"] == "jour par jour"
    assert by_day["Droit fixe"] == by_day["Frais de retard"] == "aucun"
    assert by_day["Autres frais"] == "11,16\u00a0€"
    assert "TAEG (coût total du crédit par an)" not in by_day
    whole = dict(facts_of(contract, single_rate("0.8", count="half_month", rate_period="half_month", started=False)))
    assert whole["Intérêts comptés"] == "par quinzaine entière"
