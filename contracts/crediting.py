"""What a settled quote does to its contract. The caller holds the contract's lock and the transaction."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from contracts.interest import Quote, Terms
from contracts.models import ClientRequest, Contract
from contracts.prolongation import Prolongs, Redeems, Renewal, Settlement, terms_after_paying

MOVED: Final = (
    "due_on",
    "interest_paid_until",
    "period_started_on",
    "duty_paid_for",
    "late_taken",
    "fees",
    "principal",
)


def why_not_creditable(contract: Contract, *, due_on: date, paid_from: date) -> str:
    """Why a payment quoted on these dates must not move the contract any more; empty when it may."""
    if contract.status != Contract.Status.ACTIVE:
        return f"contrat {contract.get_status_display()}"
    if contract.due_on != due_on or contract.interest_runs_from != paid_from:
        return "contrat déjà payé ou modifié depuis le décompte"
    return ""


def why_not_repaid(contract: Contract, *, principal: Decimal, fee: Decimal, redeems: bool) -> str:
    """Why capital quoted on this loan and these fees must not be credited; empty when it may."""
    if contract.principal != principal:
        return "montant prêté modifié depuis le décompte"
    return "frais ajoutés depuis le décompte" if redeems and contract.fees != fee else ""


def credit(contract: Contract, *, quote: Quote, effect: Settlement, now: datetime) -> None:
    """Apply exactly this quote and this effect; the portfolio import keeps them until the back office has them too."""
    counted_from = contract.establishment.prolongation_counted_from
    before = contract.terms()
    terms = terms_after_paying(
        before,
        quote,
        effect,
        counted_from="due_date" if counted_from == "due_date" else "payment_day",
    )
    for name in MOVED:
        setattr(contract, name, getattr(terms, name))
    contract.credited_until = quote.on
    _mark_for_import(contract, before, quote, effect)
    if isinstance(effect, Redeems):
        contract.status = Contract.Status.REPAID
    contract.save(update_fields=[*MOVED, "credited_until", "due_on_before", "is_partly_repaid_here", "status"])
    if isinstance(effect, Renewal):
        ClientRequest.objects.get_or_create(
            contract=contract,
            kind=ClientRequest.Kind.RENEWAL,
            state=ClientRequest.State.OPEN,
            defaults={"establishment": contract.establishment, "opened_at": now},
        )


def _mark_for_import(contract: Contract, before: Terms, quote: Quote, effect: Settlement) -> None:
    """What a file's `interets_payes_jusquau` cannot tell: that it knows of capital, or of a date moved for nothing."""
    if isinstance(effect, Prolongs) and before.interest_runs_from >= quote.on:
        contract.due_on_before = before.due_on
    if quote.amount("capital") and not isinstance(effect, Redeems):
        contract.is_partly_repaid_here = True


def snapshot(contract: Contract) -> dict[str, str | None]:
    """What crediting moves, as text for the ledger."""
    values = {name: getattr(contract, name) for name in MOVED}
    return {name: None if value is None else str(value) for name, value in values.items()}
