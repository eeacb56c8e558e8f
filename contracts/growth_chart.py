"""The drawing of a growing amount: one stepped line in an SVG of 320 × 150, and the words for its jumps."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from contracts.growth import Cause, Growth, growth_of
from contracts.interest import Count
from contracts.models import Contract
from contracts.tariff_rules import tariff_from_json

WIDTH, HEIGHT, TOP, BOTTOM = 320, 150, 12, 132
AFTER_DUE: Final = 45  # days shown past the due date: what being late costs
SHORTEST: Final = 60
LONGEST: Final = 400
MOST_JUMPS: Final = 8
WORDS: Final[dict[Cause, str]] = {
    "fixed_duty": "le droit fixe s’ajoute",
    "late": "des frais de retard s’ajoutent",
    "interest": "une période d’intérêts de plus commence",
}
INTEREST: Final[dict[Count, str]] = {
    "day": WORDS["interest"],
    "month": "un mois de plus commence",
    "half_month": "une quinzaine de plus commence",
}


@dataclass(frozen=True, slots=True)
class JumpRow:
    on: date
    total: Decimal
    why: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`path` in the units of the drawing; `due_x` is None when the due date is not on it."""

    path: str
    today_y: int
    due_x: int | None
    start: date
    end: date
    first: Decimal
    last: Decimal
    jumps: list[JumpRow]


def chart_of(contract: Contract, on: date) -> Chart | None:
    """None when nothing grows: a free loan."""
    rules = tariff_from_json(contract.tariff.rules)
    days = min(LONGEST, max(SHORTEST, (contract.due_on - on).days + AFTER_DUE))
    growth = growth_of(rules, contract.terms(), start=on, days=days)
    first, last = growth.points[0][1], growth.points[-1][1]
    if first == last:
        return None
    due = (contract.due_on - on).days
    rows = [
        JumpRow(jump.on, jump.total, INTEREST[rules.count] if jump.cause == "interest" else WORDS[jump.cause])
        for jump in growth.jumps[:MOST_JUMPS]
    ]
    return Chart(
        path=_path(growth),
        today_y=_y(first, last),
        due_x=_x(due, days) if 0 <= due <= days else None,
        start=on,
        end=on + timedelta(days=days),
        first=first,
        last=last,
        jumps=rows,
    )


def _path(growth: Growth) -> str:
    """Flat until the day on which the amount changes, then up; a slope where interest is counted by days."""
    days, top = growth.points[-1]
    moves = [f"M0 {_y(growth.points[0][1], top)}"]
    for n, total in growth.points[1:]:
        x, y = _x(n, days), _y(total, top)
        moves.append(f"L{x} {y}" if growth.is_daily else f"H{x}V{y}")
    return "".join(moves)


def _x(n: int, days: int) -> int:
    return WIDTH * n // days


def _y(total: Decimal, top: Decimal) -> int:
    """From zero, so that a small growth looks small."""
    return BOTTOM - int((BOTTOM - TOP) * total / top)
