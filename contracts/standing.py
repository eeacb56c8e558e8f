"""Where a contract stands on a day: what is due, what paying does, and what keeps it from being paid online."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from contracts.interest import Quote, quote
from contracts.models import Contract, Sale
from contracts.prolongation import CallAgency, Effect, ProlongationRules, Prolongs, effect_of_paying
from contracts.surplus import Surplus, surplus_of
from contracts.tariff_rules import tariff_from_json
from establishments.models import Establishment

PAYMENT_LIVES: Final = timedelta(minutes=20)  # the bank's page lives 10

OWING: Final = frozenset({Contract.Status.ACTIVE, Contract.Status.BLOCKED, Contract.Status.ON_SALE_LIST})
ENDED: Final = frozenset(
    {Contract.Status.SOLD, Contract.Status.REDEEMED, Contract.Status.RENEWED, Contract.Status.CLOSED}
)


class Obstacle(StrEnum):
    """Why a contract cannot be paid online now; the words are in `contracts.wording`."""

    NOTHING_OWED = "nothing_owed"
    BLOCKED = "blocked"
    ON_SALE_LIST = "on_sale_list"
    NOT_ONLINE = "not_online"
    BEARER = "bearer"
    UNDER_WAY = "under_way"
    DISPUTED = "disputed"
    CANNOT_PROLONG = "cannot_prolong"
    NOTHING_DUE = "nothing_due"


@dataclass(frozen=True, slots=True)
class Standing:
    """`quote` and `effect` are None once nothing can be owed any more."""

    contract: Contract
    on: date
    quote: Quote | None
    effect: Effect | None
    obstacle: Obstacle | None

    @property
    def is_payable(self) -> bool:
        return self.obstacle is None

    @property
    def is_ended(self) -> bool:
        return self.contract.status in ENDED

    @property
    def sale(self) -> Sale | None:
        """Asks the database unless the contract came with it."""
        return getattr(self.contract, "sale", None)

    @property
    def has_surplus_to_claim(self) -> bool:
        is_sold = self.contract.status == Contract.Status.SOLD
        return is_sold and self.sale is not None and surplus_of(self.sale, self.on) is Surplus.TO_CLAIM

    @property
    def retry_at(self) -> datetime | None:
        """From when the contract may be paid again if the bank stays silent; None while the bank verifies."""
        started_at = self.contract.payment_started_at
        return None if started_at is None or self.contract.payment_is_pending else started_at + PAYMENT_LIVES

    @property
    def prolongs_for_free(self) -> bool:
        """In the window with nothing due: a button prolongs without a payment."""
        return self.obstacle is Obstacle.NOTHING_DUE and isinstance(self.effect, Prolongs)

    @property
    def total(self) -> Decimal:
        return self.quote.total if self.quote else Decimal("0.00")

    @property
    def status(self) -> str:
        """The stored status; an active contract is also « due soon » or « overdue », read from its dates."""
        if self.contract.status != Contract.Status.ACTIVE:
            return self.contract.status
        if self.on > self.contract.due_on:
            return "overdue"
        window = timedelta(days=self.contract.establishment.window_days)
        return "due_soon" if self.on >= self.contract.due_on - window else "active"


def standing_of(contract: Contract, *, on: date, now: datetime) -> Standing:
    """`contract` comes with its establishment, tariff and agency (select_related)."""
    if contract.status not in OWING:
        return Standing(contract, on, None, None, Obstacle.NOTHING_OWED)
    due = quote_of(contract, on)
    effect = effect_of_paying(
        prolongation_rules(contract.establishment), pledged_on=contract.pledged_on, due_on=contract.due_on, on=on
    )
    return Standing(contract, on, due, effect, _obstacle(contract, due, effect, now))


def quote_of(contract: Contract, on: date) -> Quote:
    return quote(tariff_from_json(contract.tariff.rules), contract.terms(), on)


def prolongation_rules(establishment: Establishment) -> ProlongationRules:
    return ProlongationRules(
        months=establishment.prolongation_months,
        cap_months=establishment.cap_months,
        window_days=establishment.window_days,
        counted_from="due_date" if establishment.prolongation_counted_from == "due_date" else "payment_day",
        payable_until="due_date" if establishment.payable_until == "due_date" else "sale_list",
    )


def _obstacle(contract: Contract, due: Quote, effect: Effect, now: datetime) -> Obstacle | None:
    """The first that holds: what the client can do least about comes first."""
    establishment = contract.establishment
    is_bearer = contract.ticket_kind == Contract.Ticket.BEARER
    reasons = (
        (contract.status == Contract.Status.BLOCKED, Obstacle.BLOCKED),
        (contract.status == Contract.Status.ON_SALE_LIST, Obstacle.ON_SALE_LIST),
        (not establishment.pays_online, Obstacle.NOT_ONLINE),
        (is_bearer and not establishment.bearer_payable, Obstacle.BEARER),
        (_is_being_paid(contract, now), Obstacle.UNDER_WAY),
        (contract.is_disputed, Obstacle.DISPUTED),
        (isinstance(effect, CallAgency), Obstacle.CANNOT_PROLONG),
        (not due.total, Obstacle.NOTHING_DUE),
    )
    return next((obstacle for holds, obstacle in reasons if holds), None)


def _is_being_paid(contract: Contract, now: datetime) -> bool:
    started_at = contract.payment_started_at
    return started_at is not None and (contract.payment_is_pending or now - started_at < PAYMENT_LIVES)
