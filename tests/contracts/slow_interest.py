"""A second reading of DOMAIN.md for the tests: it walks day by day and shares no code with `contracts.interest`."""

from calendar import isleap
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from contracts.interest import Bracket, TariffRules, Terms

DAY = timedelta(days=1)
HALF_MONTH = timedelta(days=15)
EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def slow_quote(rules: TariffRules, terms: Terms, on: date) -> dict[str, Decimal]:
    """Kind of line: amount, lines of zero left out."""
    exact = slow_accrued(rules, terms, on)
    interest = round_half_up(max(exact, Fraction(rules.minimum)) if exact > 0 else exact)
    late_base = interest if rules.late_on == "interest" else terms.principal
    late = round_half_up(Fraction(late_base * slow_late_percent(rules, terms, on) / 100)) - terms.late_taken
    amounts = {
        "interest": interest,
        "fixed_duty": slow_duty(rules, terms, on),
        "late": late if late > 0 else Decimal(0),
        "fee": terms.fees,
    }
    return {kind: amount for kind, amount in amounts.items() if amount != 0}


def slow_accrued(rules: TariffRules, terms: Terms, on: date) -> Fraction:
    start = terms.pledged_on if terms.interest_paid_until is None else terms.interest_paid_until
    annual = slow_yearly_interest(rules, terms)
    if rules.count == "day":
        return sum((annual / length_of_year(rules, day) for day in days_after(start, on)), Fraction(0))
    units = {"month": slow_months, "half_month": slow_half_months}[rules.count]
    elapsed = units(terms.pledged_on, on, started=rules.started) - units(terms.pledged_on, start, started=rules.started)
    return annual * max(elapsed, 0) / {"month": 12, "half_month": 24}[rules.count]


def slow_yearly_interest(rules: TariffRules, terms: Terms) -> Fraction:
    per_year = {"year": 1, "semester": 2, "month": 12, "half_month": 24}[rules.rate_period]
    principal = Fraction(terms.principal)
    if terms.rate is not None:
        per_period = principal * Fraction(terms.rate)
    elif rules.bracket_mode == "whole":
        per_period = principal * Fraction(slow_bracket(rules, terms.principal).rate)
    else:
        # The first rate on everything, then what each next bracket adds or takes on what exceeds the one before.
        per_period = principal * Fraction(rules.brackets[0].rate)
        for lower, upper in zip(rules.brackets, rules.brackets[1:], strict=False):
            assert lower.up_to is not None
            excess = max(principal - Fraction(lower.up_to), Fraction(0))
            per_period += excess * (Fraction(upper.rate) - Fraction(lower.rate))
    return per_period * per_year / 100


def slow_bracket(rules: TariffRules, principal: Decimal) -> Bracket:
    chosen = rules.brackets[-1]
    for bracket in reversed(rules.brackets[:-1]):
        assert bracket.up_to is not None
        if principal <= bracket.up_to:
            chosen = bracket
    return chosen


def slow_duty(rules: TariffRules, terms: Terms, on: date) -> Decimal:
    is_begun = terms.period_started_on < on
    is_paid = terms.duty_paid_for is not None and terms.duty_paid_for == terms.due_on
    is_right_after_payment = terms.interest_paid_until is not None and on <= terms.interest_paid_until
    if not is_begun or is_paid or is_right_after_payment:
        return Decimal(0)
    percent = rules.fixed_duty
    if rules.bracket_mode == "whole":
        own = slow_bracket(rules, terms.principal).fixed_duty
        percent = percent if own is None else own
    return round_half_up(Fraction(terms.principal) * Fraction(percent) / 100)


def slow_late_percent(rules: TariffRules, terms: Terms, on: date) -> Decimal:
    percent = Decimal(0)
    for number, _day in enumerate(days_after(terms.due_on, on), start=1):
        for step in rules.late:
            if step.from_day == number:
                percent = step.percent
    return percent


def slow_months(anchor: date, until: date, *, started: bool) -> int:
    if started:
        return sum(begins < until for begins in monthly_days(anchor, until))
    return sum(anchor < ends <= until for ends in monthly_days(anchor, until))


def slow_half_months(anchor: date, until: date, *, started: bool) -> int:
    middles = [begins + HALF_MONTH for begins in monthly_days(anchor, until)]
    if started:
        return slow_months(anchor, until, started=True) + sum(middle < until for middle in middles)
    return slow_months(anchor, until, started=False) + sum(middle <= until for middle in middles)


def monthly_days(anchor: date, until: date) -> Iterator[date]:
    """The anchor, then its day in each next month (the last day of a shorter one), up to `until` included."""
    day = anchor
    while day <= until:
        is_last_of_month = (day + DAY).day == 1
        if day.day == anchor.day or (is_last_of_month and day.day < anchor.day):
            yield day
        day += DAY


def days_after(start: date, until: date) -> Iterator[date]:
    day = start + DAY
    while day <= until:
        yield day
        day += DAY


def length_of_year(rules: TariffRules, day: date) -> int:
    if rules.day_base == "actual":
        return 366 if isleap(day.year) else 365
    return int(rules.day_base)


def round_half_up(amount: Fraction) -> Decimal:
    exact = EXACT.divide(Decimal(amount.numerator), Decimal(amount.denominator))
    return exact.quantize(Decimal("0.01"), context=EXACT)
