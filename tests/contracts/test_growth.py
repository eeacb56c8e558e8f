"""How an amount grows: every jump found, none invented."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from people import NANTES_TARIFF

from contracts.growth import growth_of
from contracts.interest import Terms, quote
from contracts.tariff_rules import parse_tariff

PLEDGED, DUE = date(2026, 6, 2), date(2026, 12, 2)
TERMS = Terms(
    principal=Decimal(1000), rate=None, pledged_on=PLEDGED, due_on=DUE, interest_paid_until=None,
    period_started_on=PLEDGED, duty_paid_for=None, late_taken=Decimal(0), fees=Decimal(0),
)  # fmt: skip


def rules(**changes: Any) -> Any:
    return parse_tariff({**NANTES_TARIFF, **changes})


def test_by_months_begun_with_the_late_ladder() -> None:
    growth = growth_of(rules(), TERMS, start=date(2026, 11, 23), days=60)
    assert [(jump.on, jump.total, jump.cause) for jump in growth.jumps] == [
        (date(2026, 12, 3), Decimal("68.55"), "late"),  # a month more as well: 57.40 + 10 + 2 % of 57.40
        (date(2027, 1, 3), Decimal("76.91"), "interest"),
    ]


def test_by_days_the_jumps_are_the_duty_and_the_ladder() -> None:
    daily = rules(count="day", rate_period="year", brackets=[{"rate": "7.80"}])
    growth = growth_of(daily, TERMS, start=PLEDGED, days=340)
    assert [(jump.on, jump.cause) for jump in growth.jumps] == [
        (date(2026, 6, 3), "fixed_duty"),
        (date(2026, 12, 3), "late"),
        (date(2027, 5, 2), "late"),
    ]
    assert growth.is_daily


def test_a_free_loan_stands_still() -> None:
    free = rules(brackets=[{"rate": "0"}], fixed_duty="0", late=[])
    growth = growth_of(free, TERMS, start=PLEDGED, days=100)
    assert growth.jumps == ()
    assert {total for _, total in growth.points} == {Decimal("0.00")}


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["day", "month", "half_month"]), st.booleans(), st.integers(0, 250), st.integers(1, 200),
    st.sampled_from(["interest", "principal"]),
)  # fmt: skip
def test_every_point_is_the_days_own_amount(count: str, started: bool, start: int, days: int, late_on: str) -> None:
    tariff = rules(count=count, started=started, late_on=late_on)
    first = PLEDGED + timedelta(days=start)
    growth = growth_of(tariff, TERMS, start=first, days=days)
    totals = [quote(tariff, TERMS, first + timedelta(days=n)).total for n in range(days + 1)]
    assert all(totals[n] == total for n, total in growth.points)
    assert (growth.points[0][0], growth.points[-1][0]) == (0, days)
    if count != "day":
        changes = [n for n in range(1, days + 1) if totals[n] != totals[n - 1]]
        assert [(jump.on - first).days for jump in growth.jumps] == changes
