"""« J’ai N € »: which contracts that sum settles in full. Standard library only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Payable:
    """What is due on a contract today, in euros, and until when. `prolongs`: whether paying it now moves that date."""

    number: str
    total: Decimal
    due_on: date
    prolongs: bool = True


@dataclass(frozen=True, slots=True)
class Proposal:
    """`numbers` in the order of their due dates; `left` of the budget; `missed`: the most pressing one not settled."""

    numbers: tuple[str, ...]
    total: Decimal
    left: Decimal
    missed: Payable | None

    @property
    def missing(self) -> Decimal:
        """What would have to be added to settle `missed` as well."""
        return self.missed.total - self.left if self.missed else Decimal("0.00")


def proposal_for(budget: Decimal, payable: Sequence[Payable]) -> Proposal:
    """Taken in order, the nearest due date first; one that does not fit is left, and the next ones are tried.

    Once one was left, nothing is spent on contracts whose date would not move: that money may complete the first.
    """
    chosen: list[Payable] = []
    missed: list[Payable] = []
    left = budget
    for one in sorted(payable, key=lambda one: (one.due_on, one.number)):
        if one.total <= left and (one.prolongs or not missed):
            left -= one.total
            chosen.append(one)
        else:
            missed.append(one)
    return Proposal(tuple(one.number for one in chosen), budget - left, left, missed[0] if missed else None)
