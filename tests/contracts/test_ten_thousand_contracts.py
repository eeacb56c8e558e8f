"""10,000 random contracts: every amount equals the second, independent and slower reading of the rules.

`test_interest_properties` looks for odd cases with hypothesis; here the cases are the same in every run.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from random_contracts import Case, random_cases
from slow_interest import slow_quote

from contracts import interest
from contracts.interest import Bracket, QuoteLine, TariffRules, Terms, quote

SEED = 20261123
NUMBER = 10_000
ENOUGH_TO_NOTICE = 2_000


@cache
def slow_amounts(number: int) -> list[tuple[Case, dict[str, Decimal]]]:
    return [(case, slow_quote(case.rules, case.terms, case.on)) for case in random_cases(SEED, number)]


def first_difference(among: int) -> str:
    """The first contract of which the two readings differ, as one can paste it; empty if they agree on all."""
    for number, (case, expected) in enumerate(slow_amounts(among), start=1):
        result = quote(case.rules, case.terms, case.on)
        found = {line.kind: line.amount for line in result.lines}
        if found != expected or result.total != sum(expected.values()):
            return (
                f"contract {number} of seed {SEED}\n{case!r}\nquote: {found}, total {result.total}\nslow:  {expected}"
            )
    return ""


def test_ten_thousand_contracts_owe_what_the_slow_reading_finds() -> None:
    difference = first_difference(NUMBER)
    assert not difference, difference
    met = Counter(name for case, amounts in slow_amounts(NUMBER) for name in features(case, amounts))
    assert {name: met[name] for name in FEATURES if met[name] < 100} == {}, "the contracts must meet every rule often"


def test_they_are_the_same_in_every_run() -> None:
    assert list(random_cases(SEED, 50)) == list(random_cases(SEED, 60))[:50]
    assert list(random_cases(SEED, 50)) != list(random_cases(SEED + 1, 50))


FEATURES = (
    *(f"{count} {mode}" for count in ("day", "half_month", "month") for mode in ("whole", "marginal")),
    *("year", "semester", "month", "half_month", "360", "365", "actual", "started", "whole units"),
    *("interest", "fixed_duty", "late", "fee", "late on interest", "late on principal", "nothing due"),
    *("own rate", "part paid", "minimum reached", "limit of a bracket", "duty of a bracket", "ladder of 4"),
)


def features(case: Case, amounts: dict[str, Decimal]) -> set[str]:
    rules, terms = case.rules, case.terms
    found = {f"{rules.count} {rules.bracket_mode}", rules.rate_period, *amounts}
    found |= {rules.day_base} if rules.count == "day" else {"started" if rules.started else "whole units"}
    found |= {f"late on {rules.late_on}"} if "late" in amounts else set()
    own_duty = any(bracket.fixed_duty is not None for bracket in rules.brackets)
    holds = {
        "nothing due": not amounts,
        "own rate": terms.rate is not None and "interest" in amounts,
        "part paid": terms.interest_paid_until not in {None, terms.pledged_on} and "interest" in amounts,
        "minimum reached": bool(rules.minimum) and amounts.get("interest") == rules.minimum,
        "limit of a bracket": any(terms.principal == bracket.up_to for bracket in rules.brackets),
        "duty of a bracket": own_duty and "fixed_duty" in amounts,
        "ladder of 4": len(rules.late) == 4,
    }
    return found | {name for name, is_met in holds.items() if is_met}


# Rules that are wrong in one thing each: the comparison has to notice every one.
def half_even(amount: Fraction) -> Decimal:
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)


def limit_left_out(rules: TariffRules, principal: Decimal) -> Bracket:
    return next(bracket for bracket in rules.brackets if bracket.up_to is None or principal < bracket.up_to)


def months_by_days(anchor: date, until: date, *, started: bool) -> int:
    days = (until - anchor).days
    return -(-days // 30) if started else days // 30


def duty_of_the_tariff(rules: TariffRules, principal: Decimal) -> Decimal:
    return rules.fixed_duty


def first_day_counted_too(after: date, until: date) -> dict[int, int]:
    return {365: (until - after).days + 1}


right_late_line = interest._late_line
right_quote_lines = interest._interest_line


def late_a_day_late(rules: TariffRules, terms: Terms, on: date, amount: Decimal) -> QuoteLine | None:
    later = replace(rules, late=tuple(replace(step, from_day=step.from_day + 1) for step in rules.late))
    return right_late_line(later, terms, on, amount)


def late_taken_forgotten(rules: TariffRules, terms: Terms, on: date, amount: Decimal) -> QuoteLine | None:
    return right_late_line(rules, replace(terms, late_taken=Decimal(0)), on, amount)


def no_minimum(rules: TariffRules, terms: Terms, on: date) -> QuoteLine:
    return right_quote_lines(replace(rules, minimum=Decimal(0)), terms, on)


def own_rate_forgotten(rules: TariffRules, terms: Terms, on: date) -> QuoteLine:
    return right_quote_lines(rules, replace(terms, rate=None), on)


def marginal_taken_as_whole(rules: TariffRules, terms: Terms, on: date) -> QuoteLine:
    return right_quote_lines(replace(rules, bracket_mode="whole"), terms, on)


def paid_until_forgotten(rules: TariffRules, terms: Terms, on: date) -> QuoteLine:
    return right_quote_lines(rules, replace(terms, interest_paid_until=None), on)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("_to_cents", half_even),
        ("_bracket_of", limit_left_out),
        ("months_between", months_by_days),
        ("half_months_between", months_by_days),
        ("days_by_year_length", first_day_counted_too),
        ("duty_percent", duty_of_the_tariff),
        ("_late_line", late_a_day_late),
        ("_late_line", late_taken_forgotten),
        ("_interest_line", no_minimum),
        ("_interest_line", own_rate_forgotten),
        ("_interest_line", marginal_taken_as_whole),
        ("_interest_line", paid_until_forgotten),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_wrong_rule_is_noticed(monkeypatch: pytest.MonkeyPatch, name: str, wrong: Callable[..., Any]) -> None:
    monkeypatch.setattr(interest, name, wrong)
    assert first_difference(ENOUGH_TO_NOTICE)
