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
from contracts.wording import effect_words, forecast_days, formula_of, lines_of, reason_words, status_words

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
    assert "Appelez vite l’agence\u00a0: elle" in reason_words(listed)
    repaid = standing_of(a_contract(helene, status="repaid"), on=date(2026, 11, 23), now=now)
    assert "retirer" in reason_words(repaid)
    payable = standing_of(a_contract(helene), on=date(2026, 11, 23), now=now)
    assert reason_words(payable) == ""


@pytest.mark.parametrize(
    ("is_pending", "outlook"),
    [
        (False, "Sans réponse de la banque, vous pourrez recommencer à 11 h 05."),
        (True, "La banque vérifie ce paiement."),
    ],
)
def test_a_payment_under_way_says_what_comes_next(helene: Client, is_pending: bool, outlook: str) -> None:
    started_at = datetime(2026, 11, 23, 9, 45, tzinfo=UTC)
    contract = a_contract(helene, payment_started_at=started_at, payment_is_pending=is_pending)
    standing = standing_of(contract, on=date(2026, 11, 23), now=datetime(2026, 11, 23, 10, tzinfo=UTC))
    assert reason_words(standing).replace("\u00a0", " ") == f"Un paiement est en cours pour ce contrat. {outlook}"
