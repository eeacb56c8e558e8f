"""What happens if the client does nothing: said beside what happens if one pays."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from contracts.models import Contract
from contracts.redemption import redemption_quote
from contracts.standing import Obstacle, Standing, quote_of
from contracts.tariff_rules import tariff_from_json

A_DAY: Final = timedelta(days=1)
A_MONTH: Final = timedelta(days=30)
NOTHING_THREATENS: Final = frozenset({Obstacle.NOTHING_OWED, Obstacle.BLOCKED, Obstacle.UNDER_WAY})


@dataclass(frozen=True, slots=True)
class WillOwe:
    """Before the due date: what is owed the day after it, of which `late` is the price of being late."""

    on: date
    owed: Decimal
    late: Decimal


@dataclass(frozen=True, slots=True)
class MayBeSold:
    """The due date is past: nothing keeps the object from the sale list any more. `owed` in a month, on `on`."""

    on: date
    owed: Decimal


@dataclass(frozen=True, slots=True)
class WillBeSold:
    """Until `last_day`, the eve of the auction (None: unknown, or come), `owed` or `redemption` may still save it."""

    sale_on: date | None
    place: str
    last_day: date | None
    owed: Decimal
    redemption: Decimal


Consequence = WillOwe | MayBeSold | WillBeSold


def consequence_of_waiting(standing: Standing) -> Consequence | None:
    """None when nothing threatens: ended, blocked, or a payment on its way."""
    contract, on = standing.contract, standing.on
    if standing.obstacle in NOTHING_THREATENS:
        return None
    if standing.obstacle is Obstacle.ON_SALE_LIST:
        return _sale(standing)
    if on > contract.due_on:
        return MayBeSold(on + A_MONTH, quote_of(contract, on + A_MONTH).total)
    after = quote_of(contract, contract.due_on + A_DAY)
    return WillOwe(after.on, after.total, after.amount("late"))


def _sale(standing: Standing) -> WillBeSold:
    contract, sale = standing.contract, standing.sale
    sale_on = sale.sale_on if sale else None
    last_day = sale_on - A_DAY if sale_on and sale_on > standing.on else None
    return WillBeSold(
        sale_on=sale_on if last_day else None,
        place=sale.place if sale else "",
        last_day=last_day,
        owed=standing.total,
        redemption=_redemption(contract, standing.on),
    )


def _redemption(contract: Contract, on: date) -> Decimal:
    return redemption_quote(tariff_from_json(contract.tariff.rules), contract.terms(), on).total
