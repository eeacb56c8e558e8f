"""What holds for every contract, and equality with a second, slower reading of the rules."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st
from slow_interest import slow_accrued, slow_half_months, slow_months, slow_quote

from contracts.calendar_units import add_months, first_day_reaching_past, half_months_between, months_between
from contracts.interest import (
    Bracket,
    BracketMode,
    Count,
    DayBase,
    LateOn,
    LateStep,
    RatePeriod,
    TariffRules,
    Terms,
    accrued_interest,
    quote,
)
from contracts.prolongation import (
    CallAgency,
    CountedFrom,
    PayableUntil,
    ProlongationRules,
    Prolongs,
    cap_on,
    effect_of_paying,
    terms_after_paying,
    window_opens_on,
)
from contracts.tariff_rules import tariff_from_json, tariff_to_json

DAY = timedelta(days=1)
many = settings(max_examples=150, deadline=None)

days = st.dates(date(2019, 1, 1), date(2030, 12, 31))
percents = st.decimals(0, 20, places=3)
euros = st.decimals("0.01", 12000, places=2)
optional_percents = st.none() | percents


@st.composite
def bracket_lists(draw: st.DrawFn, mode: BracketMode) -> tuple[Bracket, ...]:
    limits = sorted(draw(st.sets(euros, max_size=4)))
    duties = optional_percents if mode == "whole" else st.none()
    return tuple(Bracket(limit, draw(percents), draw(duties)) for limit in [*limits, None])


@st.composite
def tariffs(draw: st.DrawFn) -> TariffRules:
    mode: BracketMode = draw(st.sampled_from(get_args(BracketMode)))
    from_days = sorted(draw(st.sets(st.integers(1, 400), max_size=4)))
    late_percents = sorted(draw(st.lists(percents, min_size=len(from_days), max_size=len(from_days))))
    return TariffRules(
        count=draw(st.sampled_from(get_args(Count))),
        started=draw(st.booleans()),
        rate_period=draw(st.sampled_from(get_args(RatePeriod))),
        day_base=draw(st.sampled_from(get_args(DayBase))),
        bracket_mode=mode,
        brackets=draw(bracket_lists(mode)),
        fixed_duty=draw(percents),
        minimum=draw(st.sampled_from([Decimal(0), Decimal("5.00"), Decimal("40.00")])),
        late_on=draw(st.sampled_from(get_args(LateOn))),
        late=tuple(LateStep(*step) for step in zip(from_days, late_percents, strict=True)),
    )


@st.composite
def contracts(draw: st.DrawFn) -> Terms:
    pledged_on = draw(days)
    due_on = pledged_on + draw(st.integers(1, 800)) * DAY
    days_paid = draw(st.none() | st.integers(0, 900))
    return Terms(
        principal=draw(euros),
        rate=draw(optional_percents),
        pledged_on=pledged_on,
        due_on=due_on,
        interest_paid_until=None if days_paid is None else pledged_on + days_paid * DAY,
        period_started_on=draw(st.dates(pledged_on, due_on)),
        duty_paid_for=draw(st.sampled_from([None, due_on, due_on - DAY])),
        late_taken=draw(st.sampled_from([Decimal(0), Decimal("3.10")])),
        fees=draw(st.sampled_from([Decimal(0), Decimal("11.16")])),
    )


@st.composite
def prolongations(draw: st.DrawFn) -> ProlongationRules:
    return ProlongationRules(
        months=draw(st.integers(1, 12)),
        cap_months=draw(st.integers(12, 24)),
        window_days=draw(st.integers(0, 400)),
        counted_from=draw(st.sampled_from(get_args(CountedFrom))),
        payable_until=draw(st.sampled_from(get_args(PayableUntil))),
    )


def days_after_pledge(terms: Terms, number: int) -> date:
    return terms.pledged_on + number * DAY


quote_days = st.integers(-5, 1200)


@settings(max_examples=400, deadline=None)
@given(tariffs(), contracts(), quote_days)
def test_the_slow_reading_finds_the_same_quote(rules: TariffRules, terms: Terms, number: int) -> None:
    on = days_after_pledge(terms, number)
    assert accrued_interest(rules, terms, on) == slow_accrued(rules, terms, on)
    result = quote(rules, terms, on)
    assert {line.kind: line.amount for line in result.lines} == slow_quote(rules, terms, on)
    assert result.total == sum(slow_quote(rules, terms, on).values())


@many
@given(tariffs(), contracts(), quote_days, quote_days)
def test_more_days_never_cost_less(rules: TariffRules, terms: Terms, one: int, other: int) -> None:
    sooner, later = (quote(rules, terms, days_after_pledge(terms, number)) for number in sorted((one, other)))
    assert sooner.amount("interest") <= later.amount("interest")
    assert sooner.total <= later.total


@many
@given(tariffs(), contracts(), st.lists(st.integers(0, 1200), min_size=1, max_size=5))
def test_paying_on_the_way_changes_nothing_to_the_interest(rules: TariffRules, terms: Terms, stops: list[int]) -> None:
    """From a to c is from a to b and from b to c; so a month begun is paid once, whatever the days of payment."""
    unpaid = replace(terms, interest_paid_until=None)
    in_parts, paid = accrued_interest(rules, unpaid, unpaid.pledged_on), unpaid
    for number in sorted(stops):
        on = days_after_pledge(terms, number)
        in_parts += accrued_interest(rules, paid, on)
        paid = replace(paid, interest_paid_until=on)
    assert in_parts == accrued_interest(rules, unpaid, days_after_pledge(terms, max(stops)))


@many
@given(tariffs(), contracts())
def test_zero_days_cost_zero(rules: TariffRules, terms: Terms) -> None:
    result = quote(rules, terms, terms.interest_runs_from)
    assert result.amount("interest") == 0
    assert result.amount("fixed_duty") == 0


@many
@given(tariffs(), contracts(), prolongations(), st.integers(0, 1200))
def test_nothing_is_due_right_after_a_payment(
    rules: TariffRules, terms: Terms, prolongation: ProlongationRules, number: int
) -> None:
    on = max(days_after_pledge(terms, number), terms.interest_runs_from)
    effect = effect_of_paying(prolongation, pledged_on=terms.pledged_on, due_on=terms.due_on, on=on)
    if not isinstance(effect, CallAgency):
        after = terms_after_paying(terms, quote(rules, terms, on), effect, counted_from=prolongation.counted_from)
        assert quote(rules, after, on).lines == ()


@many
@given(contracts(), prolongations(), st.integers(0, 1200))
def test_a_prolongation_moves_the_date_past_today_within_the_cap(
    terms: Terms, prolongation: ProlongationRules, number: int
) -> None:
    on = days_after_pledge(terms, number)
    effect = effect_of_paying(prolongation, pledged_on=terms.pledged_on, due_on=terms.due_on, on=on)
    if isinstance(effect, Prolongs):
        assert window_opens_on(prolongation, terms.due_on) <= on
        assert max(on, terms.due_on) < effect.new_due_on <= cap_on(prolongation, terms.pledged_on)


@many
@given(days, st.integers(0, 400))
def test_counted_months_reach_their_clamped_day(anchor: date, months: int) -> None:
    reached = add_months(anchor, months)
    assert (reached + DAY).day == 1 or reached.day == anchor.day
    assert reached.day <= anchor.day
    for started in (True, False):
        assert months_between(anchor, reached, started=started) == months
        assert half_months_between(anchor, reached, started=started) == 2 * months


@many
@given(days, st.integers(0, 1200))
def test_half_months_lie_between_whole_months_and_months_begun(anchor: date, number: int) -> None:
    until = anchor + number * DAY
    whole, begun = (half_months_between(anchor, until, started=started) for started in (False, True))
    assert (
        2 * slow_months(anchor, until, started=False) <= whole <= begun <= 2 * slow_months(anchor, until, started=True)
    )
    assert begun - whole <= 1
    assert (whole, begun) == tuple(slow_half_months(anchor, until, started=started) for started in (False, True))


@many
@given(days, st.integers(1, 24))
def test_the_first_day_that_reaches_past_another(day: date, months: int) -> None:
    first = first_day_reaching_past(day, months)
    assert add_months(first - DAY, months) <= day < add_months(first, months)


@many
@given(tariffs())
def test_json_gives_every_tariff_back(rules: TariffRules) -> None:
    assert tariff_from_json(json.loads(json.dumps(tariff_to_json(rules)))) == rules
