"""What loans of usual sums would cost under a tariff, beside what they cost under another. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from contracts.calendar_units import add_months
from contracts.interest import TariffRules, quote
from contracts.tariff_examples import new_loan
from web.french import NBSP, euros, plural

USUAL_SUMS: Final = (100, 250, 500, 1000, 1607, 3000, 6000, 8000)
MONTHS: Final = (1, 3, 6, 12)
LATE_DAYS: Final = (1, 151, 211)
MINUS: Final = "\N{MINUS SIGN}"
CENT: Final = Decimal("0.01")
# A tariff may be long, a page not.
MOST_LIMITS: Final = 12
MOST_LATE_DAYS: Final = 8
LATEST: Final = 1000


@dataclass(frozen=True, slots=True)
class Moment:
    """A payment in time after `months` of a loan of as much or longer, or `late_days` after the due date."""

    months: int = 0
    late_days: int = 0

    @property
    def words(self) -> str:
        if self.late_days:
            return f"{plural(self.late_days, 'jour', 'jours')} de retard"
        return f"{self.months}{NBSP}mois"


@dataclass(frozen=True, slots=True)
class Cell:
    """`before` is None when the draft stands alone."""

    moment: Moment
    amount: Decimal
    before: Decimal | None

    @property
    def difference(self) -> Decimal:
        return Decimal(0) if self.before is None else self.amount - self.before

    @property
    def difference_words(self) -> str:
        return signed(self.difference)


@dataclass(frozen=True, slots=True)
class Row:
    """`is_limit`: the last sum of a bracket, or one cent more."""

    principal: Decimal
    is_limit: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    pledged_on: date
    term_months: int
    moments: tuple[Moment, ...]
    rows: tuple[Row, ...]

    @property
    def rises(self) -> int:
        return sum(cell.difference > 0 for row in self.rows for cell in row.cells)

    @property
    def falls(self) -> int:
        return sum(cell.difference < 0 for row in self.rows for cell in row.cells)

    @property
    def count(self) -> int:
        return len(self.rows) * len(self.moments)

    @property
    def steepest(self) -> tuple[Row, Cell] | None:
        """Where the client would pay more by the largest sum."""
        found = max(((row, cell) for row in self.rows for cell in row.cells), key=lambda pair: pair[1].difference)
        return found if found[1].difference > 0 else None


def preview(rules: TariffRules, before: TariffRules | None, *, pledged_on: date, term_months: int) -> Preview:
    """Of loans made on one same day under both: the length of a month or a year changes nothing between them."""
    compared = [rules] if before is None else [rules, before]
    moments = _moments(compared)
    limits = _limits(compared)

    def due(one: TariffRules, principal: Decimal, moment: Moment) -> Decimal:
        due_on = add_months(pledged_on, max(moment.months, term_months))
        paid_on = add_months(pledged_on, moment.months) if moment.months else due_on + timedelta(moment.late_days)
        return quote(one, new_loan(principal, pledged_on, due_on), paid_on).total

    def cell(principal: Decimal, moment: Moment) -> Cell:
        was_due = None if before is None else due(before, principal, moment)
        return Cell(moment, due(rules, principal, moment), was_due)

    rows = (
        Row(principal, principal in limits, tuple(cell(principal, moment) for moment in moments))
        for principal in sorted({Decimal(usual) for usual in USUAL_SUMS} | limits)
    )
    return Preview(pledged_on, term_months, moments, tuple(rows))


def signed(difference: Decimal) -> str:
    """« + 1,20 € », the same with a minus, or « inchangé »."""
    if not difference:
        return "inchangé"
    return f"{'+' if difference > 0 else MINUS}{NBSP}{euros(abs(difference))}"


def _moments(compared: Iterable[TariffRules]) -> tuple[Moment, ...]:
    steps = {step.from_day for rules in compared for step in rules.late if step.from_day <= LATEST}
    late_days = sorted(steps | set(LATE_DAYS))[:MOST_LATE_DAYS]
    in_time = tuple(Moment(months=months) for months in MONTHS)
    return in_time + tuple(Moment(late_days=days) for days in late_days)


def _limits(compared: Iterable[TariffRules]) -> set[Decimal]:
    """A limit belongs to its bracket: the next rate begins one cent above it."""
    closed = {bracket.up_to for rules in compared for bracket in rules.brackets if bracket.up_to is not None}
    return {limit + step for limit in sorted(closed)[:MOST_LIMITS] for step in (Decimal(0), CENT)}
