"""A contract as the lists show it: plain values, formatted by no query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.models import Pledge
from contracts.standing import Standing
from contracts.wording import reason_words, status_words
from establishments.models import Agency


@dataclass(frozen=True, slots=True)
class ContractCard:
    """`amount_due`: today's total, None once nothing can be owed. `days_left` is negative when late."""

    number: str
    url: str
    title: str
    more_objects: int
    status: str
    status_label: str
    tone: str
    principal: Decimal
    amount_due: Decimal | None
    due_on: date
    days_left: int
    payable: bool
    reason: str
    agency: Agency | None


def card_of(standing: Standing) -> ContractCard:
    """The contract comes with its establishment, agency and pledges (prefetched)."""
    contract = standing.contract
    pledges: Sequence[Pledge] = list(contract.pledges.all())
    label, tone = status_words(standing)
    return ContractCard(
        number=contract.number,
        url=contract.get_absolute_url(),
        title=pledges[0].description if pledges else f"Contrat {contract.number}",
        more_objects=max(0, len(pledges) - 1),
        status=standing.status,
        status_label=label,
        tone=tone,
        principal=contract.principal,
        amount_due=standing.quote.total if standing.quote else None,
        due_on=contract.due_on,
        days_left=(contract.due_on - standing.on).days,
        payable=standing.is_payable,
        reason=reason_words(standing),
        agency=contract.agency,
    )
