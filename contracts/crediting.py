"""What a settled quote does to its contract. The caller holds the contract's lock and the transaction."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from contracts.interest import Quote
from contracts.models import ClientRequest, Contract
from contracts.prolongation import Redeems, Renewal, Settlement, terms_after_paying

MOVED: Final = (
    "due_on",
    "interest_paid_until",
    "period_started_on",
    "duty_paid_for",
    "late_taken",
    "fees",
    "principal",
)


def why_not_creditable(contract: Contract, *, due_on: date, paid_from: date, capital: Decimal, redeems: bool) -> str:
    """Why a payment quoted on these terms must not move the contract any more; empty when it may."""
    if contract.status != Contract.Status.ACTIVE:
        return f"contrat {contract.get_status_display()}"
    if contract.due_on != due_on or contract.interest_runs_from != paid_from:
        return "contrat déjà payé ou modifié depuis le décompte"
    is_as_lent = capital == contract.principal if redeems else capital < contract.principal
    return "" if is_as_lent else "montant prêté modifié depuis le décompte"


def credit(contract: Contract, *, quote: Quote, effect: Settlement, now: datetime) -> None:
    """Apply exactly this quote and this effect; the portfolio import keeps them until the back office has them too."""
    counted_from = contract.establishment.prolongation_counted_from
    terms = terms_after_paying(
        contract.terms(),
        quote,
        effect,
        counted_from="due_date" if counted_from == "due_date" else "payment_day",
    )
    for name in MOVED:
        setattr(contract, name, getattr(terms, name))
    contract.credited_until = quote.on
    if isinstance(effect, Redeems):
        contract.status = Contract.Status.REPAID
    contract.save(update_fields=[*MOVED, "credited_until", "status"])
    if isinstance(effect, Renewal):
        ClientRequest.objects.get_or_create(
            contract=contract,
            kind=ClientRequest.Kind.RENEWAL,
            state=ClientRequest.State.OPEN,
            defaults={"establishment": contract.establishment, "opened_at": now},
        )


def snapshot(contract: Contract) -> dict[str, str | None]:
    """What crediting moves, as text for the ledger."""
    values = {name: getattr(contract, name) for name in MOVED}
    return {name: None if value is None else str(value) for name, value in values.items()}
