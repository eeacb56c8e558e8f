"""Months clamped from their anchor, and what is left of them."""

from datetime import date, timedelta

import pytest

from contracts.calendar_units import add_months, days_by_year_length, half_months_between, months_between


@pytest.mark.parametrize(
    ("months", "expected"), [(6, date(2027, 2, 28)), (7, date(2027, 3, 31)), (18, date(2028, 2, 29))]
)
def test_the_end_of_a_month_is_clamped_from_the_anchor(months: int, expected: date) -> None:
    assert add_months(date(2026, 8, 31), months) == expected


def test_months_are_taken_away_too() -> None:
    assert add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)


@pytest.mark.parametrize(
    ("until", "begun", "whole"),
    [
        (date(2026, 8, 31), 0, 0),
        (date(2026, 9, 1), 1, 0),
        (date(2026, 9, 30), 1, 1),
        (date(2026, 10, 1), 2, 1),
        (date(2027, 2, 28), 6, 6),
        (date(2027, 3, 30), 7, 6),
        (date(2027, 3, 31), 7, 7),
    ],
)
def test_months_from_the_last_day_of_august(until: date, begun: int, whole: int) -> None:
    assert months_between(date(2026, 8, 31), until, started=True) == begun
    assert months_between(date(2026, 8, 31), until, started=False) == whole


@pytest.mark.parametrize(
    ("days", "begun", "whole"), [(0, 2, 2), (1, 3, 2), (14, 3, 2), (15, 3, 3), (16, 4, 3), (30, 4, 3)]
)
def test_half_months_after_one_whole_month(days: int, begun: int, whole: int) -> None:
    until = date(2026, 7, 2) + timedelta(days=days)
    assert half_months_between(date(2026, 6, 2), until, started=True) == begun
    assert half_months_between(date(2026, 6, 2), until, started=False) == whole


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        (date(2026, 12, 30), date(2027, 1, 2), {365: 3}),
        (date(2027, 12, 30), date(2028, 1, 2), {365: 1, 366: 2}),
        (date(2027, 12, 31), date(2028, 1, 2), {366: 2}),
        (date(2026, 12, 31), date(2029, 1, 1), {365: 366, 366: 366}),
    ],
)
def test_days_belong_to_years_of_365_or_366(after: date, until: date, expected: dict[int, int]) -> None:
    assert days_by_year_length(after, until) == expected
