"""What an auction left for the client, and whether it may still be asked for."""

from datetime import date
from enum import StrEnum

from contracts.models import Sale


class Surplus(StrEnum):
    UNKNOWN = "unknown"
    NOTHING = "nothing"
    TO_CLAIM = "to_claim"
    LAPSED = "lapsed"
    PAID = "paid"


def surplus_of(sale: Sale, on: date) -> Surplus:
    """A file may give no deadline: then it stays to be claimed."""
    if sale.surplus is None:
        return Surplus.UNKNOWN
    if not sale.surplus:
        return Surplus.NOTHING
    if sale.surplus_paid_on:
        return Surplus.PAID
    is_late = sale.surplus_deadline is not None and on > sale.surplus_deadline
    return Surplus.LAPSED if is_late else Surplus.TO_CLAIM
