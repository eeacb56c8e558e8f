"""What usual loans would cost under a draft, beside the tariff in force."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from interest_cases import NANTES, single_rate

from contracts.interest import Bracket, LateStep, TariffRules
from contracts.tariff_preview import Cell, Preview, preview, signed

CHEAPER = replace(NANTES, brackets=(Bracket(Decimal(3000), Decimal("0.820")), Bracket(None, Decimal("0.541"))))


def seen(rules: TariffRules = NANTES, before: TariffRules | None = None, *, term_months: int = 6) -> Preview:
    return preview(rules, before, pledged_on=date(2026, 6, 2), term_months=term_months)


def cell(shown: Preview, principal: str, moment: str) -> Cell:
    row = next(row for row in shown.rows if row.principal == Decimal(principal))
    return next(cell for cell in row.cells if cell.moment.words == moment.replace("_", "\u00a0"))


@pytest.mark.parametrize(
    ("principal", "moment", "amount"),
    [
        ("1000", "6_mois", "59.20"),  # the three that Nantes publishes
        ("250", "6_mois", "14.80"),
        ("8000", "6_mois", "339.68"),
        ("1000", "1_mois", "18.20"),
        ("1000", "12_mois", "108.40"),  # a loan of 12 months: in time
        ("1000", "1_jour de retard", "68.55"),  # a seventh month begins: 57.40 + 10 + 2 % of 57.40
        ("1000", "151_jours de retard", "102.91"),  # eleven months: 90.20 + 10 + 3 % of 90.20
        ("6000.01", "6_mois", "254.76"),
    ],
)
def test_amounts(principal: str, moment: str, amount: str) -> None:
    assert cell(seen(), principal, moment).amount == Decimal(amount)


def test_the_moments_are_those_in_time_then_each_step_of_both() -> None:
    ladder = replace(NANTES, late=(LateStep(8, Decimal(1)), LateStep(5000, Decimal(2))))
    words = [moment.words.replace("\u00a0", " ") for moment in seen(ladder, NANTES).moments]
    assert words[:4] == ["1 mois", "3 mois", "6 mois", "12 mois"]
    assert words[4:] == ["1 jour de retard", "8 jours de retard", "151 jours de retard", "211 jours de retard"]


def test_the_sums_are_the_usual_ones_and_the_limits_of_both() -> None:
    rows = seen(CHEAPER, NANTES).rows
    assert [row.principal for row in rows] == [
        Decimal(text) for text in ["100", "250", "500", "1000", "1607", "3000", "3000.01", "6000", "6000.01", "8000"]
    ]
    assert [str(row.principal) for row in rows if row.is_limit] == ["3000", "3000.01", "6000", "6000.01"]


def test_the_differences() -> None:
    shown = seen(CHEAPER, NANTES)
    between = cell(shown, "3000.01", "6_mois")
    assert (between.before, between.amount) == (Decimal("177.60"), Decimal("127.38"))
    assert between.difference_words == "\N{MINUS SIGN}\u00a050,22\u00a0€"
    assert cell(shown, "1000", "6_mois").difference_words == "inchangé"
    assert (shown.rises, shown.falls, shown.steepest) == (0, 14, None)
    back = seen(NANTES, CHEAPER)
    assert (back.rises, back.falls, back.count) == (14, 0, 70)
    assert back.steepest is not None
    row, steepest = back.steepest
    assert steepest.difference == max(cell.difference for row in back.rows for cell in row.cells)
    assert row.principal == Decimal(6000)


def test_a_draft_alone_has_no_difference() -> None:
    shown = seen()
    assert {cell.before for row in shown.rows for cell in row.cells} == {None}
    assert (shown.rises, shown.falls) == (0, 0)


@pytest.mark.parametrize("term_months", [1, 24])
def test_a_payment_in_time_is_never_late(term_months: int) -> None:
    bare = single_rate("1", late=(LateStep(1, Decimal(100)),))
    assert cell(seen(bare, term_months=term_months), "1000", "12_mois").amount == Decimal("120.00")


def test_a_long_tariff_is_cut() -> None:
    brackets = (*(Bracket(Decimal(n), Decimal(1)) for n in range(1, 400)), Bracket(None, Decimal(1)))
    long = replace(NANTES, brackets=brackets, late=tuple(LateStep(n, Decimal(n) / 100) for n in range(1, 400)))
    shown = seen(long)
    assert (len(shown.rows), len(shown.moments)) == (32, 12)


@pytest.mark.parametrize(("sum_", "words"), [("1.2", "+_1,20_€"), ("-0.3", "\N{MINUS SIGN}_0,30_€"), ("0", "inchangé")])
def test_a_sign_is_a_word(sum_: str, words: str) -> None:
    assert signed(Decimal(sum_)) == words.replace("_", "\u00a0")
