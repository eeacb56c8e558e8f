"""A contract as the lists show it: plain values, formatted by no query."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from contracts.prolongation import DateStands
from contracts.standing import Obstacle, Standing
from contracts.wording import reason_words, status_words
from establishments.models import Agency

SumKind = Literal["to_pay", "accrued", "owed"]


@dataclass(frozen=True, slots=True)
class ContractCard:
    """`amount_due`: today's total, None once nothing can be owed. `days_left` is negative when late.

    `sum_kind`: to be paid now, interest so far that may wait, or owed while the contract stands still.
    `sale_on`: the auction to come of a contract on the sale list.
    """

    number: str
    url: str
    title: str
    more_objects: int
    status: str
    status_label: str
    tone: str
    principal: Decimal
    amount_due: Decimal | None
    sum_kind: SumKind
    due_on: date
    days_left: int
    sale_on: date | None
    payable: bool
    under_way: bool
    reason: str
    agency: Agency | None


def card_of(standing: Standing) -> ContractCard:
    """The contract comes from `contracts.own.contracts_of`."""
    contract = standing.contract
    label, tone = status_words(standing)
    return ContractCard(
        number=contract.number,
        url=contract.get_absolute_url(),
        title=contract.first_object or f"Contrat {contract.number}",
        more_objects=max(0, contract.object_count - 1),
        status=standing.status,
        status_label=label,
        tone=tone,
        principal=contract.principal,
        amount_due=standing.quote.total if standing.quote else None,
        sum_kind=_sum_kind(standing),
        due_on=contract.due_on,
        days_left=(contract.due_on - standing.on).days,
        sale_on=_sale_to_come(standing),
        payable=standing.is_payable,
        under_way=standing.obstacle is Obstacle.UNDER_WAY,
        reason=reason_words(standing),
        agency=contract.agency,
    )


def _sum_kind(standing: Standing) -> SumKind:
    if standing.obstacle in (Obstacle.BLOCKED, Obstacle.ON_SALE_LIST):
        return "owed"
    return "accrued" if isinstance(standing.effect, DateStands) else "to_pay"


def _sale_to_come(standing: Standing) -> date | None:
    """From that day on none is announced: the client can no longer call before it."""
    if standing.obstacle is not Obstacle.ON_SALE_LIST or standing.sale is None:
        return None
    sale_on = standing.sale.sale_on
    return sale_on if sale_on and sale_on > standing.on else None
