"""The lives of a contract, told in days from today: new, prolonged, overdue, sold, redeemed…"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from contracts.calendar_units import add_months
from contracts.prolongation import ProlongationRules
from demo.back_office import Status

SURPLUS_MONTHS: Final = 24  # D514-21: from the day of the sale
DAYS_DUE_BEFORE_LISTING: Final = 45
DAYS_LISTED_BEFORE_SALE: Final = 60
DAYS_PAID_BEFORE_DUE: Final = 9


@dataclass(frozen=True, slots=True)
class Auction:
    """`has_surplus` is None while the sale is to come."""

    listed_on: date
    sale_on: date
    has_surplus: bool | None = None
    surplus_paid_on: date | None = None

    @property
    def surplus_deadline(self) -> date:
        return add_months(self.sale_on, SURPLUS_MONTHS)


@dataclass(frozen=True, slots=True)
class Life:
    pledged_on: date
    due_on: date
    paid_until: date | None = None
    status: Status = "en_cours"
    auction: Auction | None = None


@dataclass(frozen=True, slots=True)
class Lives:
    """Every life ends well-formed for any `today`.

    `due_in` is in days, negative for the past; where the month of the pledge is shorter, the due date falls up to three
    days earlier.
    """

    today: date
    rules: ProlongationRules

    def new(self, due_in: int) -> Life:
        """In its first period: nothing paid yet, perhaps due soon, perhaps overdue."""
        return self._of_periods(1, due_in)

    def pledged_ago(self, days: int) -> Life:
        """New, by the day of its pledge."""
        pledged_on = self.today - timedelta(days)
        return Life(pledged_on, add_months(pledged_on, self.rules.months))

    def partly_paid(self, due_in: int, paid_ago: int) -> Life:
        """Interest paid before the window opened: the due date did not move."""
        return replace(self.new(due_in), paid_until=self.today - timedelta(paid_ago))

    def prolonged(self, due_in: int, times: int) -> Life:
        life = self._of_periods(times + 1, due_in)
        period_started_on = add_months(life.due_on, -self.rules.months)
        early = DAYS_PAID_BEFORE_DUE if self.rules.counted_from == "due_date" else 0
        return replace(life, paid_until=period_started_on - timedelta(early))

    def at_cap(self, due_in: int) -> Life:
        """Prolonged as often as the law allows: only a renewal is left."""
        return self.prolonged(due_in, self.rules.cap_months // self.rules.months - 1)

    def blocked(self, due_in: int) -> Life:
        return replace(self.new(due_in), status="bloque")

    def listed(self, sale_in: int) -> Life:
        """On the sale list, the auction `sale_in` days ahead (at most DAYS_LISTED_BEFORE_SALE)."""
        return self._auctioned("au_role", self._auction(self.today + timedelta(sale_in)))

    def sold(self, ago: int, *, has_surplus: bool, surplus_paid_ago: int | None = None) -> Life:
        paid_on = None if surplus_paid_ago is None else self.today - timedelta(surplus_paid_ago)
        auction = self._auction(self.today - timedelta(ago))
        return self._auctioned("vendu", replace(auction, has_surplus=has_surplus, surplus_paid_on=paid_on))

    def redeemed(self, ago: int, before_due: int) -> Life:
        """Repaid `ago` days back, `before_due` days before term."""
        return replace(self.new(before_due - ago), paid_until=self.today - timedelta(ago), status="degage")

    def renewed(self, ago: int) -> Life:
        """Ended at the legal cap by a new contract, on its due date."""
        life = self.at_cap(-ago)
        return replace(life, paid_until=life.due_on, status="renouvele")

    def closed(self, ago: int) -> Life:
        life = self.new(-ago)
        return replace(life, paid_until=life.due_on, status="clos")

    def _of_periods(self, periods: int, due_in: int) -> Life:
        months = periods * self.rules.months
        pledged_on = add_months(self.today + timedelta(due_in), -months)
        return Life(pledged_on, add_months(pledged_on, months))

    def _auction(self, sale_on: date) -> Auction:
        return Auction(sale_on - timedelta(DAYS_LISTED_BEFORE_SALE), sale_on)

    def _auctioned(self, status: Status, auction: Auction) -> Life:
        life = self.new((auction.listed_on - self.today).days - DAYS_DUE_BEFORE_LISTING)
        return replace(life, status=status, auction=auction)
