"""When a client is warned: before a due date, after it, and before an auction. Standard library only.

A step holds from its day until the next one: a night without a run, or a contract that comes late, costs no warning.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

BEFORE_DUE: Final = (30, 15, 7, 3, 1, 0)  # days left; 0 is the due date itself
AFTER_DUE: Final = (-1, -8, -15, -30)
STOPS_AFTER: Final = -60  # by then the back office has listed the contract, or decided otherwise
DUE: Final = (*BEFORE_DUE, *AFTER_DUE)
BEFORE_SALE: Final = (15, 7, 2)
URGENT: Final = 3  # days left: from then on an SMS goes beside the e-mail


@dataclass(frozen=True, slots=True)
class Step:
    """`first` and `last`: the due dates (or days of sale) that are at this step, both included."""

    days_left: int
    first: date
    last: date


def steps(kind: Literal["due", "sale"], on: date) -> list[Step]:
    """Every step with the dates that stand at it on that day; no date stands at two."""
    ladder, end = (DUE, STOPS_AFTER) if kind == "due" else (BEFORE_SALE, 0)
    return [
        Step(days_left, on + timedelta(days=after + 1), on + timedelta(days=days_left))
        for days_left, after in zip(ladder, (*ladder[1:], end), strict=True)
    ]


def is_urgent(kind: str, days_left: int) -> bool:
    """Whether an e-mail alone is not enough: three days before the due date to a week after, and any auction."""
    return kind != "due" or -8 <= days_left <= URGENT
