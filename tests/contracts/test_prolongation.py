"""What paying does to the due date, and what the contract owes afterwards."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from interest_cases import JUNE_2, NANTES, half_year

from contracts.interest import Quote, QuoteLine, quote
from contracts.prolongation import (
    CallAgency,
    DateStands,
    Effect,
    ProlongationRules,
    Prolongs,
    Renewal,
    cap_on,
    effect_of_paying,
    imported_period,
    terms_after_paying,
    window_opens_on,
)

RULES = ProlongationRules(months=6, cap_months=24, window_days=30, counted_from="due_date", payable_until="sale_list")
FROM_PAYMENT = replace(RULES, counted_from="payment_day")
UNTIL_DUE = replace(RULES, payable_until="due_date")
DEC_2 = date(2026, 12, 2)
CAP = date(2028, 6, 2)


def effect(rules: ProlongationRules, on: date, *, due_on: date = DEC_2, pledged_on: date = JUNE_2) -> Effect:
    return effect_of_paying(rules, pledged_on=pledged_on, due_on=due_on, on=on)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 1), DateStands(date(2026, 11, 2))),
        (date(2026, 11, 2), Prolongs(date(2027, 6, 2))),
        (DEC_2, Prolongs(date(2027, 6, 2))),
        (date(2027, 6, 1), Prolongs(date(2027, 6, 2))),
        (date(2027, 6, 2), CallAgency()),
    ],
    ids=["before the window", "first day of the window", "due date", "last day that helps", "new date not after today"],
)
def test_from_the_old_due_date(on: date, expected: Effect) -> None:
    assert effect(RULES, on) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2026, 11, 2), Prolongs(date(2027, 5, 2))), (date(2027, 8, 31), Prolongs(date(2028, 2, 29)))],
)
def test_from_the_payment_day(on: date, expected: Effect) -> None:
    assert effect(FROM_PAYMENT, on) == expected


@pytest.mark.parametrize(("on", "expected"), [(DEC_2, Prolongs(date(2027, 6, 2))), (date(2026, 12, 3), CallAgency())])
def test_payable_until_the_due_date_included(on: date, expected: Effect) -> None:
    assert effect(UNTIL_DUE, on) == expected


def test_the_new_date_follows_the_old_one_not_the_day_of_the_pledge() -> None:
    due_on = date(2027, 2, 28)
    assert effect(RULES, due_on, due_on=due_on, pledged_on=date(2026, 8, 31)) == Prolongs(date(2027, 8, 28))


@pytest.mark.parametrize(("rules", "on"), [(RULES, date(2028, 3, 2)), (FROM_PAYMENT, date(2028, 4, 1))])
def test_the_last_period_stops_at_the_cap(rules: ProlongationRules, on: date) -> None:
    assert effect(rules, on, due_on=date(2028, 3, 2)) == Prolongs(CAP)


def test_from_the_payment_day_a_contract_past_its_cap_needs_the_agency() -> None:
    assert effect(FROM_PAYMENT, CAP, due_on=date(2028, 3, 2)) == CallAgency()


@pytest.mark.parametrize("due_on", [CAP, CAP + timedelta(days=10)])
def test_at_the_cap_a_renewal_is_asked_in_the_window(due_on: date) -> None:
    opens_on = due_on - timedelta(days=30)
    assert effect(RULES, opens_on - timedelta(days=1), due_on=due_on) == DateStands(opens_on, at_cap=True)
    assert effect(RULES, opens_on, due_on=due_on) == Renewal()
    assert effect(RULES, due_on + timedelta(days=90), due_on=due_on) == Renewal()


def test_at_the_cap_too_the_due_date_may_be_the_last_payable_day() -> None:
    assert effect(UNTIL_DUE, CAP, due_on=CAP) == Renewal()
    assert effect(UNTIL_DUE, CAP + timedelta(days=1), due_on=CAP) == CallAgency()


def test_the_cap_counts_the_whole_life_of_the_contract() -> None:
    assert cap_on(RULES, date(2026, 2, 28)) == date(2028, 2, 28)


@pytest.mark.parametrize(
    ("due_on", "opens_on"),
    [
        (DEC_2, date(2026, 6, 3)),
        (date(2027, 2, 28), date(2026, 9, 1)),
        (date(2026, 8, 30), date(2026, 3, 1)),
        (date(2026, 8, 27), date(2026, 2, 28)),
    ],
)
def test_paying_never_brings_the_due_date_forward(due_on: date, opens_on: date) -> None:
    always = replace(FROM_PAYMENT, window_days=365)
    assert window_opens_on(always, due_on) == opens_on
    eve = opens_on - timedelta(days=1)
    assert effect(always, eve, due_on=due_on, pledged_on=date(2025, 12, 1)) == DateStands(opens_on)
    moved = effect(always, opens_on, due_on=due_on, pledged_on=date(2025, 12, 1))
    assert isinstance(moved, Prolongs)
    assert due_on < moved.new_due_on <= due_on + timedelta(days=2)


# The terms after a payment


def test_nantes_paid_in_november_then_in_june() -> None:
    terms, on = half_year("1000"), date(2026, 11, 23)
    first = quote(NANTES, terms, on)
    assert (first.total, effect(RULES, on)) == (Decimal("59.20"), Prolongs(date(2027, 6, 2)))

    after = terms_after_paying(terms, first, Prolongs(date(2027, 6, 2)), counted_from="due_date")
    assert quote(NANTES, after, on).lines == ()
    assert (after.due_on, after.period_started_on, after.interest_paid_until) == (date(2027, 6, 2), DEC_2, on)
    assert quote(NANTES, after, date(2027, 6, 2)).total == Decimal("59.20")


def test_a_period_counted_from_the_payment_owes_its_duty_the_next_day() -> None:
    on = date(2026, 11, 23)
    terms = half_year("1000")
    after = terms_after_paying(terms, quote(NANTES, terms, on), Prolongs(date(2027, 5, 23)), counted_from="payment_day")
    assert after.period_started_on == on
    assert quote(NANTES, after, on).lines == ()
    assert quote(NANTES, after, on + timedelta(days=1)).total == Decimal("10.00")


def test_before_the_window_the_duty_is_paid_and_the_date_stands() -> None:
    terms, on = half_year("1000"), date(2026, 7, 2)
    after = terms_after_paying(terms, quote(NANTES, terms, on), DateStands(date(2026, 11, 2)), counted_from="due_date")
    assert (after.due_on, after.duty_paid_for, after.period_started_on) == (DEC_2, DEC_2, JUNE_2)
    assert quote(NANTES, after, DEC_2).total == Decimal("41.00")


def test_at_the_cap_the_late_charge_taken_is_remembered() -> None:
    terms = half_year("1000", fees=Decimal(5))
    on = date(2026, 12, 10)
    paid = quote(NANTES, terms, on)
    after = terms_after_paying(terms, paid, Renewal(), counted_from="due_date")
    assert after.late_taken == paid.amount("late") == Decimal("1.15")
    assert after.fees == 0
    assert (after.due_on, after.duty_paid_for) == (DEC_2, DEC_2)
    assert quote(NANTES, after, on).lines == ()


def test_a_prolongation_forgets_the_late_charge_of_the_old_date() -> None:
    terms, on = half_year("1000"), date(2026, 12, 10)
    after = terms_after_paying(terms, quote(NANTES, terms, on), Prolongs(date(2027, 6, 2)), counted_from="due_date")
    assert after.late_taken == 0
    assert after.duty_paid_for == DEC_2


def test_a_duty_that_was_not_charged_is_not_taken_as_paid() -> None:
    free_day = Quote(JUNE_2, ())
    after = terms_after_paying(half_year("1000"), free_day, DateStands(date(2026, 11, 2)), counted_from="due_date")
    assert quote(NANTES, after, date(2026, 6, 3)).amount("fixed_duty") == 10


def test_a_fee_that_came_after_the_quote_is_still_due() -> None:
    paid = Quote(DEC_2, (QuoteLine("fee", Decimal(5)),))
    terms = half_year("1000", fees=Decimal(8))
    assert terms_after_paying(terms, paid, Renewal(), counted_from="due_date").fees == 3


def test_interest_paid_ahead_is_kept() -> None:
    terms = half_year("1000", interest_paid_until=DEC_2, duty_paid_for=DEC_2)
    paid = quote(NANTES, terms, date(2026, 11, 20))
    assert terms_after_paying(terms, paid, Renewal(), counted_from="due_date").interest_paid_until == DEC_2


# The period of an imported contract


@pytest.mark.parametrize(
    ("due_on", "paid_until", "expected"),
    [
        (DEC_2, None, (JUNE_2, None)),
        (date(2027, 6, 2), None, (JUNE_2, None)),
        (DEC_2, JUNE_2, (JUNE_2, None)),
        (DEC_2, date(2026, 7, 1), (JUNE_2, DEC_2)),
        (date(2027, 6, 2), date(2026, 11, 23), (DEC_2, None)),
        (date(2027, 6, 2), DEC_2, (DEC_2, None)),
        (date(2027, 6, 2), date(2026, 12, 3), (DEC_2, date(2027, 6, 2))),
        (date(2026, 10, 2), date(2026, 7, 1), (JUNE_2, date(2026, 10, 2))),
    ],
)
def test_the_period_of_an_imported_contract(
    due_on: date, paid_until: date | None, expected: tuple[date, date | None]
) -> None:
    assert imported_period(JUNE_2, due_on, paid_until, 6) == expected
