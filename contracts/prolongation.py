"""What paying does to a contract's due date, and the terms of the contract afterwards. Pure, no clock."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from contracts.calendar_units import add_months, first_day_reaching_past
from contracts.interest import Quote, Terms

CountedFrom = Literal["due_date", "payment_day"]
PayableUntil = Literal["sale_list", "due_date"]

ZERO: Final = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class ProlongationRules:
    """An establishment's rules. `months`: one prolongation; `cap_months`: the whole life of a contract.

    `window_days`: how long before the due date paying starts to prolong.
    `counted_from`: the new period starts on the old due date or on the payment day.
    """

    months: int
    cap_months: int
    window_days: int
    counted_from: CountedFrom
    payable_until: PayableUntil


@dataclass(frozen=True, slots=True)
class Prolongs:
    """What is due is settled and the due date moves."""

    new_due_on: date


@dataclass(frozen=True, slots=True)
class DateStands:
    """What is due is settled, the due date stays. From `window_opens_on` paying prolongs, or at the cap renews."""

    window_opens_on: date
    at_cap: bool = False


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is due is settled, the due date stays at the legal cap, and the agency is asked for a renewal."""


@dataclass(frozen=True, slots=True)
class CallAgency:
    """Not payable online: the due date is past and cannot be brought after today."""


@dataclass(frozen=True, slots=True)
class Redeems:
    """The loan is repaid with all that is due: the object waits to be taken back."""


Settlement = Prolongs | DateStands | Renewal | Redeems
Effect = Settlement | CallAgency


def effect_of_paying(rules: ProlongationRules, *, pledged_on: date, due_on: date, on: date) -> Effect:
    """For a contract that is not on the sale list: the rules cannot see that, callers refuse it before."""
    if rules.payable_until == "due_date" and on > due_on:
        return CallAgency()
    cap = cap_on(rules, pledged_on)
    at_cap = due_on >= cap
    opens_on = window_opens_on(rules, due_on)
    if on < opens_on:
        return DateStands(opens_on, at_cap)
    if at_cap:
        return Renewal()
    period_start = _period_start(rules.counted_from, due_on, on)
    new_due_on = min(add_months(period_start, rules.months), cap)
    return Prolongs(new_due_on) if new_due_on > on else CallAgency()


def cap_on(rules: ProlongationRules, pledged_on: date) -> date:
    """The last due date that the contract may ever have."""
    return add_months(pledged_on, rules.cap_months)


def window_opens_on(rules: ProlongationRules, due_on: date) -> date:
    opens_on = due_on - timedelta(days=rules.window_days)
    if rules.counted_from == "payment_day":
        # In a window longer than a prolongation, paying early would bring the due date forward.
        return max(opens_on, first_day_reaching_past(due_on, rules.months))
    return opens_on


def terms_after_paying(terms: Terms, quote: Quote, effect: Settlement, *, counted_from: CountedFrom) -> Terms:
    """The terms once that quote is credited. The amounts and dates are those given: nothing is recomputed."""
    settled = replace(
        terms,
        # A file may say that interest is paid beyond today: a payment never takes that back.
        interest_paid_until=max(quote.on, terms.interest_runs_from),
        duty_paid_for=terms.due_on if quote.amount("fixed_duty") else terms.duty_paid_for,
        late_taken=terms.late_taken + quote.amount("late"),
        # A fee that came after the quote was shown is still due.
        fees=max(terms.fees - quote.amount("fee"), ZERO),
        # What was lent stays written on a contract that is repaid.
        principal=terms.principal if isinstance(effect, Redeems) else terms.principal - quote.amount("capital"),
    )
    if not isinstance(effect, Prolongs):
        return settled
    start = _period_start(counted_from, terms.due_on, quote.on)
    return replace(settled, due_on=effect.new_due_on, period_started_on=start, late_taken=ZERO)


def imported_period(
    pledged_on: date, due_on: date, interest_paid_until: date | None, prolongation_months: int
) -> tuple[date, date | None]:
    """(period_started_on, duty_paid_for) of a contract of which a file gives only these three dates."""
    if interest_paid_until is None:
        return pledged_on, None
    period_started_on = max(pledged_on, add_months(due_on, -prolongation_months))
    return period_started_on, due_on if interest_paid_until > period_started_on else None


def _period_start(counted_from: CountedFrom, due_on: date, on: date) -> date:
    return due_on if counted_from == "due_date" else on
