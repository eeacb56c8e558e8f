"""Every published case by the name of its place, then each sentence of the rules."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from interest_cases import JUNE_2, NANTES, half_year, single_rate, terms_of

from contracts.interest import (
    Bracket,
    DutyBasis,
    InterestBasis,
    LateBasis,
    LateStep,
    Quote,
    QuoteLine,
    Slice,
    Span,
    accrued_interest,
    duty_percent,
    elapsed,
    quote,
    rate_slices,
)

DEC_2 = date(2026, 12, 2)
MARGINAL = replace(
    NANTES,
    bracket_mode="marginal",
    brackets=(Bracket(Decimal(100), Decimal(0)), Bracket(Decimal(1000), Decimal(1)), Bracket(None, Decimal("0.5"))),
)


def amounts(result: Quote) -> dict[str, str]:
    return {line.kind: str(line.amount) for line in result.lines}


def after_days(days: int) -> date:
    return JUNE_2 + timedelta(days=days)


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("1000", {"interest": "49.20", "fixed_duty": "10.00"}),
        ("250", {"interest": "12.30", "fixed_duty": "2.50"}),
        ("8000", {"interest": "259.68", "fixed_duty": "80.00"}),
    ],
)
def test_nantes_six_months(principal: str, expected: dict[str, str]) -> None:
    result = quote(NANTES, half_year(principal), DEC_2)
    assert amounts(result) == expected
    assert result.total == sum(Decimal(amount) for amount in expected.values())


def test_lyon_and_clermont_twelve_months() -> None:
    terms = terms_of("1607", JUNE_2, date(2027, 6, 2), fees=Decimal("11.16"))
    result = quote(single_rate("0.57"), terms, date(2027, 6, 2))
    assert amounts(result) == {"interest": "109.92", "fee": "11.16"}
    assert result.total == Decimal("121.08")


@pytest.mark.parametrize(
    ("rate", "principal", "days", "expected"),
    [("7.80", "1000", 92, "19.66"), ("7.80", "1000", 365, "78.00"), ("8.45", "3000", 184, "127.79")],
)
def test_paris_by_day(rate: str, principal: str, days: int, expected: str) -> None:
    rules = single_rate(rate, count="day", rate_period="year")
    assert amounts(quote(rules, half_year(principal), after_days(days))) == {"interest": expected}


@pytest.mark.parametrize(
    ("principal", "kind", "expected"), [("1000", "interest", "48.60"), ("120", "fixed_duty", "1.20")]
)
def test_nice_six_months(principal: str, kind: str, expected: str) -> None:
    brackets = (Bracket(Decimal(125), Decimal(0), fixed_duty=Decimal(1)), Bracket(None, Decimal("0.81")))
    assert amounts(quote(single_rate("0", brackets=brackets), half_year(principal), DEC_2)) == {kind: expected}


@pytest.mark.parametrize(
    ("rate", "principal", "expected"), [("6.4", "1000", "64.00"), ("7.5", "200", "15.00")], ids=["toulouse", "limoges"]
)
def test_toulouse_and_limoges_by_semester(rate: str, principal: str, expected: str) -> None:
    rules = single_rate(rate, rate_period="semester")
    assert amounts(quote(rules, half_year(principal), DEC_2)) == {"interest": expected}


def test_brussels_yearly_rate_by_month() -> None:
    assert amounts(quote(single_rate("6.5", rate_period="year"), half_year("1000"), DEC_2)) == {"interest": "32.50"}


def test_vienna_ten_half_months() -> None:
    rules = single_rate("0.80", count="half_month", rate_period="half_month")
    assert amounts(quote(rules, half_year("700"), date(2026, 11, 2))) == {"interest": "56.00"}


# Time


def test_a_month_begun_is_paid_once() -> None:
    paid_early = half_year("1000", interest_paid_until=date(2026, 11, 23), duty_paid_for=DEC_2)
    assert quote(NANTES, paid_early, DEC_2).lines == ()
    assert amounts(quote(NANTES, paid_early, date(2026, 12, 3)))["interest"] == "8.20"


def test_actual_counts_each_day_in_its_own_year() -> None:
    rules = single_rate("10", count="day", rate_period="year", day_base="actual")
    terms = terms_of("1000", date(2027, 12, 1), date(2028, 6, 1))
    assert accrued_interest(rules, terms, date(2028, 1, 31)) == 100 * (Fraction(30, 365) + Fraction(31, 366))


def test_actual_leaves_out_the_day_that_it_starts_from() -> None:
    rules = single_rate("10", count="day", rate_period="year", day_base="actual")
    terms = terms_of("1000", date(2027, 12, 31), date(2028, 6, 1))
    assert accrued_interest(rules, terms, date(2028, 12, 31)) == 100


def test_a_year_of_360_days() -> None:
    rules = single_rate("7.2", count="day", rate_period="year", day_base="360")
    assert amounts(quote(rules, half_year("1000"), after_days(30))) == {"interest": "6.00"}


def test_started_changes_nothing_to_days() -> None:
    begun, whole = (single_rate("7.80", count="day", rate_period="year", started=started) for started in (True, False))
    assert quote(begun, half_year("1000"), after_days(92)) == quote(whole, half_year("1000"), after_days(92))


@pytest.mark.parametrize("count", ["day", "half_month", "month"])
def test_no_time_has_passed_on_the_first_day(count: str) -> None:
    assert elapsed(single_rate("1", count=count), half_year("1000"), JUNE_2) == ()


def test_nothing_runs_before_interest_was_paid_until() -> None:
    paid_ahead = half_year("1000", interest_paid_until=DEC_2, duty_paid_for=DEC_2)
    assert quote(NANTES, paid_ahead, date(2026, 11, 1)).lines == ()


# Rates and rounding


@pytest.mark.parametrize(("principal", "rate"), [("6000", "0.820"), ("6000.01", "0.541")])
def test_a_bracket_includes_its_limit(principal: str, rate: str) -> None:
    basis = quote(NANTES, half_year(principal), DEC_2).lines[0].basis
    assert isinstance(basis, InterestBasis)
    assert basis.slices == (Slice(Decimal(principal), Decimal(rate)),)


def test_each_marginal_slice_has_its_own_rate() -> None:
    line = quote(MARGINAL, half_year("1500"), date(2026, 7, 2)).lines[0]
    assert line.amount == Decimal("11.50")
    assert isinstance(line.basis, InterestBasis)
    assert line.basis.slices == (
        Slice(Decimal(100), Decimal(0)),
        Slice(Decimal(900), Decimal(1)),
        Slice(Decimal(500), Decimal("0.5")),
    )


def test_a_principal_below_a_marginal_limit_has_no_slice_above_it() -> None:
    assert rate_slices(MARGINAL, half_year("1000")) == (
        Slice(Decimal(100), Decimal(0)),
        Slice(Decimal(900), Decimal(1)),
    )


def test_in_marginal_mode_the_duty_is_the_tariffs() -> None:
    assert duty_percent(MARGINAL, Decimal(50)) == 1


def test_a_contracts_own_rate_replaces_those_of_the_brackets() -> None:
    with_own_duty = replace(NANTES, brackets=(Bracket(None, Decimal("0.820"), fixed_duty=Decimal(2)),))
    result = quote(with_own_duty, half_year("1000", rate=Decimal("0.5")), DEC_2)
    assert amounts(result) == {"interest": "30.00", "fixed_duty": "20.00"}


def test_a_contracts_own_rate_ignores_marginal_slices() -> None:
    assert amounts(quote(MARGINAL, half_year("1500", rate=Decimal(1)), date(2026, 7, 2)))["interest"] == "15.00"


@pytest.mark.parametrize(("principal", "expected"), [("0.50", "0.01"), ("0.49", None), ("1.50", "0.02")])
def test_half_a_cent_goes_up(principal: str, expected: str | None) -> None:
    result = quote(single_rate("1"), half_year(principal), date(2026, 7, 2))
    assert amounts(result).get("interest") == expected


@pytest.mark.parametrize(("principal", "expected"), [("100", "8.20"), ("1000", "8.20"), ("1001", "8.21")])
def test_the_minimum_replaces_a_smaller_interest(principal: str, expected: str) -> None:
    rules = replace(NANTES, minimum=Decimal("8.20"))
    line = quote(rules, half_year(principal), date(2026, 7, 2)).lines[0]
    assert str(line.amount) == expected
    assert isinstance(line.basis, InterestBasis)
    assert line.basis.is_raised_to_minimum is (principal == "100")


def test_the_minimum_does_not_replace_zero() -> None:
    assert quote(replace(NANTES, minimum=Decimal("5.00")), half_year("100"), JUNE_2).lines == ()
    free = single_rate("0", minimum=Decimal("5.00"))
    assert quote(free, half_year("100"), DEC_2).lines == ()


# Fixed duty


def test_the_duty_is_due_from_the_day_after_its_period_starts() -> None:
    assert "fixed_duty" not in amounts(quote(NANTES, half_year("1000"), JUNE_2))
    assert amounts(quote(NANTES, half_year("1000"), after_days(1)))["fixed_duty"] == "10.00"


def test_past_the_due_date_no_second_duty_is_added() -> None:
    assert amounts(quote(NANTES, half_year("1000"), date(2027, 12, 2)))["fixed_duty"] == "10.00"


def test_a_duty_paid_for_another_due_date_does_not_count() -> None:
    terms = half_year("1000", duty_paid_for=date(2026, 6, 1))
    assert amounts(quote(NANTES, terms, DEC_2))["fixed_duty"] == "10.00"


def test_no_duty_on_the_day_of_a_payment() -> None:
    prolonged_late = half_year(
        "1000", due_on=date(2027, 6, 2), period_started_on=DEC_2, interest_paid_until=date(2027, 1, 10)
    )
    assert quote(NANTES, prolonged_late, date(2027, 1, 10)).lines == ()
    assert amounts(quote(NANTES, prolonged_late, date(2027, 1, 11))) == {"fixed_duty": "10.00"}


# Late charge


@pytest.mark.parametrize(("days", "percent"), [(1, 2), (150, 2), (151, 3), (210, 3), (211, 4), (500, 4)])
def test_the_highest_late_step_reached(days: int, percent: int) -> None:
    result = quote(NANTES, half_year("1000"), DEC_2 + timedelta(days=days))
    expected = (result.amount("interest") * percent / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert result.amount("late") == expected


def test_no_late_charge_on_the_due_date() -> None:
    assert quote(NANTES, half_year("1000"), DEC_2).amount("late") == 0


def test_no_late_charge_before_the_first_step() -> None:
    rules = replace(NANTES, late=(LateStep(10, Decimal(2)),))
    assert quote(rules, half_year("1000"), DEC_2 + timedelta(days=9)).amount("late") == 0


def test_late_is_taken_on_the_interest_after_the_minimum() -> None:
    rules = replace(NANTES, minimum=Decimal(500))
    assert quote(rules, half_year("1000"), date(2026, 12, 3)).amount("late") == 10


def test_late_on_the_principal_less_what_was_taken() -> None:
    rules = replace(NANTES, late_on="principal")
    terms = half_year("1000", late_taken=Decimal("20.00"))
    assert quote(rules, terms, date(2026, 12, 3)).amount("late") == 0
    assert quote(rules, terms, DEC_2 + timedelta(days=151)).amount("late") == 10


def test_late_never_gives_money_back() -> None:
    terms = half_year("1000", late_taken=Decimal(100))
    assert quote(NANTES, terms, date(2026, 12, 3)).amount("late") == 0


# What each line says of itself


def test_lines_carry_what_explains_them() -> None:
    on = date(2026, 12, 3)
    interest, duty, late, fee = quote(NANTES, half_year("1000", fees=Decimal("4.50")), on).lines
    assert interest.basis == InterestBasis(
        slices=(Slice(Decimal(1000), Decimal("0.820")),),
        rate_period="month",
        unit="month",
        spans=(Span(7, 12),),
        minimum=Decimal(0),
    )
    assert duty.basis == DutyBasis(Decimal(1000), Decimal(1))
    assert late.basis == LateBasis("interest", Decimal("57.40"), 1, LateStep(1, Decimal(2)), Decimal(0))
    assert fee == QuoteLine("fee", Decimal("4.50"), None)


def test_days_across_a_leap_year_are_told_apart() -> None:
    rules = single_rate("10", count="day", rate_period="year", day_base="actual")
    basis = quote(rules, terms_of("1000", date(2027, 12, 1), date(2028, 6, 1)), date(2028, 1, 31)).lines[0].basis
    assert isinstance(basis, InterestBasis)
    assert basis.spans == (Span(30, 365), Span(31, 366))


def test_an_empty_quote_is_worth_zero() -> None:
    empty = Quote(JUNE_2, ())
    assert str(empty.total) == str(empty.amount("late")) == "0.00"
