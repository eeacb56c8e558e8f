"""How an amount grows from a day on, and the days on which it jumps. Pure; a few dozen quotes, not one a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Final, Literal

from contracts.interest import LateBasis, LateStep, Quote, TariffRules, Terms, quote

Cause = Literal["interest", "fixed_duty", "late"]
CAUSES: Final[tuple[Cause, ...]] = ("fixed_duty", "late", "interest")
EVERY: Final = 15  # days between two points of a line that rises daily


@dataclass(frozen=True, slots=True)
class Jump:
    """The amount on `on` is higher than the day before, for this cause first of all."""

    on: date
    total: Decimal
    cause: Cause


@dataclass(frozen=True, slots=True)
class Growth:
    """`points`: (days after the start, amount), in order, the first and last day among them.

    Between two points the amount stands still, or rises evenly if interest is counted by days (`is_daily`).
    """

    start: date
    points: tuple[tuple[int, Decimal], ...]
    jumps: tuple[Jump, ...]
    is_daily: bool


def growth_of(rules: TariffRules, terms: Terms, *, start: date, days: int) -> Growth:
    """`days` after the start, that one not counted."""

    @cache
    def on(n: int) -> Quote:
        return quote(rules, terms, start + timedelta(days=n))

    is_daily = rules.count == "day"
    changes = sorted(_known_changes(rules, terms, start, days) if is_daily else _changes(on, 0, days))
    causes = [(n, _cause(on(n - 1), on(n), is_daily=is_daily)) for n in changes]
    jumps = tuple(Jump(on(n).on, on(n).total, cause) for n, cause in causes if cause is not None)
    ends = {0, days, *changes, *(n - 1 for n in changes)}
    seen = sorted(ends | set(range(0, days, EVERY)) if is_daily else ends)
    return Growth(start, tuple((n, on(n).total) for n in seen), jumps, is_daily)


def _changes(on: Callable[[int], Quote], low: int, high: int) -> set[int]:
    """Every day on which the amount differs from the day before. It never falls: equal ends mean nothing between."""
    if on(low).total == on(high).total:
        return set()
    if high - low == 1:
        return {high}
    middle = (low + high) // 2
    return _changes(on, low, middle) | _changes(on, middle, high)


def _known_changes(rules: TariffRules, terms: Terms, start: date, days: int) -> set[int]:
    """By days counted, the amount moves daily: only the tariff says on which day something is added."""
    late = [terms.due_on + timedelta(days=step.from_day) for step in rules.late]
    duty = max(terms.period_started_on, terms.interest_runs_from) + timedelta(days=1)
    return {n for day in (*late, duty) if 0 < (n := (day - start).days) <= days}


def _cause(before: Quote, after: Quote, *, is_daily: bool) -> Cause | None:
    causes = CAUSES[:2] if is_daily else CAUSES
    return next((cause for cause in causes if _has_risen(cause, before, after)), None)


def _has_risen(cause: Cause, before: Quote, after: Quote) -> bool:
    """A late charge grows with the interest that it is a part of: only another step of the ladder is its own doing."""
    is_higher = after.amount(cause) > before.amount(cause)
    return is_higher and (cause != "late" or _late_step(before) != _late_step(after))


def _late_step(on: Quote) -> LateStep | None:
    return next((line.basis.step for line in on.lines if isinstance(line.basis, LateBasis)), None)
