"""What became of an auction's price, line by line: the price, less the loan, interest and duties, is the surplus."""

from dataclasses import dataclass
from decimal import Decimal

from contracts.models import Contract, Sale
from contracts.standing import quote_of
from contracts.wording import WordedLine, lines_of


@dataclass(frozen=True, slots=True)
class SurplusStatement:
    """In euros. `other`: what the establishment took besides, at least zero; the whole adds up to the cent."""

    price: Decimal
    principal: Decimal
    lines: list[WordedLine]
    other: Decimal
    surplus: Decimal


def statement_of(contract: Contract, sale: Sale) -> SurplusStatement | None:
    """Interest and duties at the day of the sale (Code monétaire et financier, D514-15), by the contract's tariff.

    None while the price, the day or the surplus is unknown, and if the establishment leaves more than our rules do:
    then only its own figure stands.
    """
    if sale.hammer_price is None or sale.sale_on is None or not sale.surplus:
        return None
    if contract.interest_paid_until and contract.interest_paid_until >= sale.sale_on:
        return None  # settled by the liquidation itself: what it took as interest would read as fees
    due = quote_of(contract, sale.sale_on)
    other = sale.hammer_price - contract.principal - due.total - sale.surplus
    if other < 0:
        return None
    return SurplusStatement(sale.hammer_price, contract.principal, lines_of(due), other, sale.surplus)
