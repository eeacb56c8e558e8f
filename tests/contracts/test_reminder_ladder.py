"""The ladder of warnings: every day stands at one step, and none is jumped over."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.reminder_ladder import AFTER_DUE, AFTER_SALE, BEFORE_DUE, BEFORE_SALE, STOPS_AFTER, is_urgent, steps

ON = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("days_left", "step"),
    [
        (31, None), (30, 30), (16, 30), (15, 15), (8, 15), (7, 7), (4, 7), (3, 3), (2, 3), (1, 1), (0, 0),
        (-1, -1), (-7, -1), (-8, -8), (-15, -15), (-29, -15), (-30, -30), (-59, -30), (-60, None),
    ],
)  # fmt: skip
def test_a_due_date_stands_at_its_step(days_left: int, step: int | None) -> None:
    due_on = ON + timedelta(days=days_left)
    assert [s.days_left for s in steps("due", ON) if s.first <= due_on <= s.last] == ([] if step is None else [step])


@pytest.mark.parametrize(("days_left", "step"), [(16, None), (15, 15), (7, 7), (3, 7), (2, 2), (1, 2), (0, None)])
def test_a_day_of_sale_stands_at_its_step(days_left: int, step: int | None) -> None:
    sale_on = ON + timedelta(days=days_left)
    assert [s.days_left for s in steps("sale", ON) if s.first <= sale_on <= s.last] == ([] if step is None else [step])


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from(["due", "sale", "surplus"]))
def test_the_steps_follow_one_another_without_a_gap(on: date, kind: Literal["due", "sale", "surplus"]) -> None:
    ladder = steps(kind, on)
    assert all(step.first <= step.last for step in ladder)
    assert all(later.last == earlier.first - timedelta(days=1) for earlier, later in pairwise(ladder))


@given(st.integers(STOPS_AFTER + 1, 400))
def test_who_is_looked_at_each_day_is_warned_at_each_step_once(starts_at: int) -> None:
    """From any day before, or already late: one warning a step, in order."""
    due_on = ON
    told = []
    for days_left in range(starts_at, STOPS_AFTER, -1):
        day = due_on - timedelta(days=days_left)
        told += [s.days_left for s in steps("due", day) if s.first <= due_on <= s.last and s.days_left not in told]
    every = (*BEFORE_DUE, *AFTER_DUE)
    first = next((step for step in reversed(every) if step >= starts_at), max(every))
    assert told == [step for step in every if step <= first]


def test_what_is_urgent() -> None:
    assert [step for step in (*BEFORE_DUE, *AFTER_DUE) if is_urgent("due", step)] == [3, 1, 0, -1, -8]
    assert is_urgent("listed", 0)
    assert all(is_urgent("sale", step) for step in BEFORE_SALE)
    assert not any(is_urgent("surplus", step) for step in AFTER_SALE)
