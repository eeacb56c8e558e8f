"""What an auction left for the client, and whether it may still be asked for."""

from datetime import date
from enum import StrEnum
from typing import Final

from contracts.calendar_units import add_months
from contracts.models import Sale

CLAIMABLE_MONTHS: Final = 24  # from the sale: Code monétaire et financier, D514-21


class Surplus(StrEnum):
    UNKNOWN = "unknown"
    NOTHING = "nothing"
    TO_CLAIM = "to_claim"
    LAPSED = "lapsed"
    PAID = "paid"


def surplus_of(sale: Sale, on: date) -> Surplus:
    """Without a deadline nor a day of sale it stays to be claimed."""
    if sale.surplus is None:
        return Surplus.UNKNOWN
    if not sale.surplus:
        return Surplus.NOTHING
    if sale.surplus_paid_on:
        return Surplus.PAID
    last_day = claim_until(sale)
    is_late = last_day is not None and on > last_day
    return Surplus.LAPSED if is_late else Surplus.TO_CLAIM


def claim_until(sale: Sale) -> date | None:
    """The file's last day, else two years after the sale; None while neither is known."""
    if sale.surplus_deadline is not None or sale.sale_on is None:
        return sale.surplus_deadline
    return add_months(sale.sale_on, CLAIMABLE_MONTHS)
