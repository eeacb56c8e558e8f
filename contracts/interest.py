"""What a contract owes on a given day: interest, fixed duty, late charge, fees.

Pure functions of a tariff, the terms of a contract and a day. Sums are euros, rates and duties percents. Interest
stays an exact fraction until its line is rounded, half-up, once; a total is the sum of rounded lines.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from contracts.calendar_units import days_by_year_length, half_months_between, months_between

Count = Literal["day", "half_month", "month"]
RatePeriod = Literal["year", "semester", "month", "half_month"]
DayBase = Literal["360", "365", "actual"]
BracketMode = Literal["whole", "marginal"]
LateOn = Literal["interest", "principal"]
LineKind = Literal["interest", "fixed_duty", "late", "fee", "capital"]

PERIODS_PER_YEAR: Final[dict[RatePeriod, int]] = {"year": 1, "semester": 2, "month": 12, "half_month": 24}


@dataclass(frozen=True, slots=True)
class Bracket:
    """Principals up to `up_to`, included (None: no limit). Its own `fixed_duty`, if any, replaces the tariff's."""

    up_to: Decimal | None
    rate: Decimal
    fixed_duty: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LateStep:
    """From the `from_day`-th day after the due date (1 is the day after it)."""

    from_day: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class TariffRules:
    """A tariff as `tariff_rules.parse_tariff` gives it: brackets and late steps ascend, the last bracket is open."""

    count: Count
    started: bool
    rate_period: RatePeriod
    day_base: DayBase
    bracket_mode: BracketMode
    brackets: tuple[Bracket, ...]
    fixed_duty: Decimal
    minimum: Decimal
    late_on: LateOn
    late: tuple[LateStep, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """A contract as the rules see it. `rate`: its own, in the tariff's period, or None for the brackets' rates.

    `duty_paid_for`: the due date that ends the period whose duty is paid.
    `late_taken`: what earlier payments took as late charge for the present `due_on`.
    """

    principal: Decimal
    rate: Decimal | None
    pledged_on: date
    due_on: date
    interest_paid_until: date | None
    period_started_on: date
    duty_paid_for: date | None
    late_taken: Decimal
    fees: Decimal

    @property
    def interest_runs_from(self) -> date:
        return self.interest_paid_until or self.pledged_on


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the principal (all of it outside marginal brackets) and its rate for one `rate_period`."""

    base: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Span:
    """So many units of time, of which a year has `per_year`: 6 months of 12, 184 days of 365."""

    units: int
    per_year: int


@dataclass(frozen=True, slots=True)
class InterestBasis:
    """Interest explained. `spans` has two entries only for an `actual` day base across years of 365 and 366 days.

    `minimum` is the tariff's; whether it took the place of the interest, `is_raised_to_minimum` says.
    """

    slices: tuple[Slice, ...]
    rate_period: RatePeriod
    unit: Count
    spans: tuple[Span, ...]
    minimum: Decimal

    @property
    def accrued(self) -> Fraction:
        """Exact euros: neither rounded nor raised to the minimum."""
        periods = PERIODS_PER_YEAR[self.rate_period]
        return sum(
            (
                _percent_of(part.base, part.rate) * Fraction(periods * span.units, span.per_year)
                for part in self.slices
                for span in self.spans
            ),
            Fraction(0),
        )

    @property
    def is_raised_to_minimum(self) -> bool:
        return bool(self.minimum) and 0 < self.accrued < self.minimum


@dataclass(frozen=True, slots=True)
class DutyBasis:
    base: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class LateBasis:
    """`step.percent` of `base`, less `already_taken`. `days`: since the due date."""

    late_on: LateOn
    base: Decimal
    days: int
    step: LateStep
    already_taken: Decimal


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """`basis` says where the amount comes from; fees have none, nor capital, nor a line read back from a payment."""

    kind: LineKind
    amount: Decimal
    basis: InterestBasis | DutyBasis | LateBasis | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """The amount due on one day, good for that day only. Lines of zero are left out."""

    on: date
    lines: tuple[QuoteLine, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    def amount(self, kind: LineKind) -> Decimal:
        return sum((line.amount for line in self.lines if line.kind == kind), Decimal("0.00"))


def quote(rules: TariffRules, terms: Terms, on: date) -> Quote:
    interest = _interest_line(rules, terms, on)
    lines = (
        interest,
        _fixed_duty_line(rules, terms, on),
        _late_line(rules, terms, on, interest.amount),
        QuoteLine("fee", terms.fees),
    )
    return Quote(on, tuple(line for line in lines if line is not None and line.amount))


def interest_basis(rules: TariffRules, terms: Terms, on: date) -> InterestBasis:
    slices, spans = rate_slices(rules, terms), elapsed(rules, terms, on)
    return InterestBasis(slices, rules.rate_period, rules.count, spans, rules.minimum)


def accrued_interest(rules: TariffRules, terms: Terms, on: date) -> Fraction:
    """Interest to that day in exact euros: neither rounded nor raised to the minimum."""
    return interest_basis(rules, terms, on).accrued


def elapsed(rules: TariffRules, terms: Terms, on: date) -> tuple[Span, ...]:
    """The time for which interest is due on that day, in the tariff's units; empty if there is none."""
    start, anchor = terms.interest_runs_from, terms.pledged_on
    if on <= start:
        return ()
    if rules.count == "day":
        if rules.day_base == "actual":
            return tuple(Span(days, length) for length, days in days_by_year_length(start, on).items())
        return (Span((on - start).days, int(rules.day_base)),)
    between = months_between if rules.count == "month" else half_months_between
    units = between(anchor, on, started=rules.started) - between(anchor, start, started=rules.started)
    return (Span(units, PERIODS_PER_YEAR[rules.count]),) if units else ()


def rate_slices(rules: TariffRules, terms: Terms) -> tuple[Slice, ...]:
    """Which part of the principal bears which rate; only marginal brackets make more than one."""
    if terms.rate is not None:
        return (Slice(terms.principal, terms.rate),)
    if rules.bracket_mode == "whole":
        return (Slice(terms.principal, _bracket_of(rules, terms.principal).rate),)
    slices: list[Slice] = []
    reached = Decimal(0)
    for bracket in rules.brackets:
        top = terms.principal if bracket.up_to is None else min(terms.principal, bracket.up_to)
        if top > reached:
            slices.append(Slice(top - reached, bracket.rate))
            reached = top
    return tuple(slices)


def duty_percent(rules: TariffRules, principal: Decimal) -> Decimal:
    """The fixed duty of one period, in percent of the principal."""
    if rules.bracket_mode == "marginal":
        return rules.fixed_duty
    own = _bracket_of(rules, principal).fixed_duty
    return rules.fixed_duty if own is None else own


def _interest_line(rules: TariffRules, terms: Terms, on: date) -> QuoteLine:
    basis = interest_basis(rules, terms, on)
    return QuoteLine("interest", basis.minimum if basis.is_raised_to_minimum else _to_cents(basis.accrued), basis)


def _fixed_duty_line(rules: TariffRules, terms: Terms, on: date) -> QuoteLine | None:
    is_settled = terms.duty_paid_for == terms.due_on
    # Nothing is due right after a payment: a duty that it opened waits for the next day.
    if is_settled or on <= max(terms.period_started_on, terms.interest_runs_from):
        return None
    percent = duty_percent(rules, terms.principal)
    amount = _to_cents(_percent_of(terms.principal, percent))
    return QuoteLine("fixed_duty", amount, DutyBasis(terms.principal, percent))


def _late_line(rules: TariffRules, terms: Terms, on: date, interest: Decimal) -> QuoteLine | None:
    days = (on - terms.due_on).days
    reached = [step for step in rules.late if step.from_day <= days]
    if not reached:
        return None
    step = reached[-1]
    base = interest if rules.late_on == "interest" else terms.principal
    amount = max(_to_cents(_percent_of(base, step.percent)) - terms.late_taken, Decimal("0.00"))
    return QuoteLine("late", amount, LateBasis(rules.late_on, base, days, step, terms.late_taken))


def _bracket_of(rules: TariffRules, principal: Decimal) -> Bracket:
    return next(bracket for bracket in rules.brackets if bracket.up_to is None or principal <= bracket.up_to)


def _percent_of(base: Decimal, percent: Decimal) -> Fraction:
    return Fraction((base * percent).scaleb(-2))  # exact: both have fewer than the 28 digits that Decimal keeps


def _to_cents(amount: Fraction) -> Decimal:
    """Half-up, for amounts that are never negative."""
    cents = (200 * amount.numerator + amount.denominator) // (2 * amount.denominator)
    return Decimal(cents).scaleb(-2)
