"""When a client is warned: before a due date, after it, before an auction, and of the surplus after it.

Standard library only.

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
# At once, after three months (Code monétaire et financier, D514-21), a month before the two years are over.
AFTER_SALE: Final = (0, -92, -700)
FORFEITED: Final = -731
URGENT: Final = 3  # days left: from then on an SMS goes beside the e-mail


@dataclass(frozen=True, slots=True)
class Step:
    """`first` and `last`: the due dates (or days of sale) that are at this step, both included."""

    days_left: int
    first: date
    last: date


LADDERS: Final = {"due": (DUE, STOPS_AFTER), "sale": (BEFORE_SALE, 0), "surplus": (AFTER_SALE, FORFEITED)}


def steps(kind: Literal["due", "sale", "surplus"], on: date) -> list[Step]:
    """Every step with the dates that stand at it on that day; no date stands at two. « surplus »: days of sale."""
    ladder, end = LADDERS[kind]
    return [
        Step(days_left, on + timedelta(days=after + 1), on + timedelta(days=days_left))
        for days_left, after in zip(ladder, (*ladder[1:], end), strict=True)
    ]


def is_urgent(kind: str, days_left: int) -> bool:
    """Whether an e-mail alone is not enough: three days before the due date to a week after, and any auction."""
    return -8 <= days_left <= URGENT if kind == "due" else kind != "surplus"
