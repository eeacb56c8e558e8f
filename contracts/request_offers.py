"""Which requests a contract's client may make on a day, and the words for those that wait or are over."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, assert_never

from contracts.models import ClientRequest, Contract, Sale
from contracts.prolongation import cap_on
from contracts.request_rules import (
    KINDS,
    AtTheAgency,
    Facts,
    Granted,
    NotOffered,
    NotYet,
    Offer,
    Offered,
    RequestKind,
    TooLate,
    offer_of,
)
from contracts.standing import prolongation_rules
from contracts.surplus import Surplus, surplus_of
from web.french import french_day

TITLES: Final[dict[RequestKind, str]] = {
    "renewal": "Demander un renouvellement",
    "more_time": "Demander un délai supplémentaire",
    "sale": "Demander la vente de l’objet",
    "appointment": "Prendre rendez-vous pour reprendre l’objet",
    "lost_ticket": "Signaler la perte du papier (reconnaissance)",
    "surplus": "Demander le paiement de votre boni",
}


def offers_of(contract: Contract, *, on: date) -> dict[RequestKind, Offer]:
    """`contract` comes with its establishment and sale."""
    sale: Sale | None = getattr(contract, "sale", None)
    establishment = contract.establishment
    has_surplus = (
        sale is not None and contract.status == Contract.Status.SOLD and surplus_of(sale, on) is Surplus.TO_CLAIM
    )
    facts = Facts(
        status=contract.status,
        on=on,
        pledged_on=contract.pledged_on,
        due_on=contract.due_on,
        is_pressing=on >= contract.due_on - timedelta(days=establishment.window_days),
        is_at_cap=contract.due_on >= cap_on(prolongation_rules(establishment), contract.pledged_on),
        is_bearer=contract.ticket_kind == Contract.Ticket.BEARER,
        sale_on=sale.sale_on if sale else None,
        has_surplus=has_surplus,
        is_surplus_granted=has_surplus and _is_surplus_granted(contract),
    )
    return {kind: offer_of(kind, facts) for kind in KINDS}


def may_ask_time(contract: Contract, *, on: date) -> bool:
    return isinstance(offers_of(contract, on=on)["more_time"], Offered)


def _is_surplus_granted(contract: Contract) -> bool:
    """Until the back office's file says that it is paid."""
    asked = contract.requests.filter(kind=ClientRequest.Kind.SURPLUS, state=ClientRequest.State.DONE)
    return asked.exists()


def offer_words(offer: Offer) -> str:
    """Why it cannot be asked now; empty when it can."""
    match offer:
        case Offered():
            return ""
        case NotYet(from_on):
            return f"Vous pourrez le demander à partir du {french_day(from_on)}."
        case TooLate(until):
            return f"Cela se demandait jusqu’au {french_day(until)}, un mois avant l’échéance. Appelez l’agence."
        case AtTheAgency():
            return "Votre contrat est au porteur\N{NO-BREAK SPACE}: apportez à l’agence le papier qui vous a été remis."
        case Granted():
            return "L’agence a déjà accepté cette demande. Le virement n’est pas arrivé\N{NO-BREAK SPACE}? Appelez-la."
        case NotOffered():
            return "Ce contrat ne permet pas cette demande."
        case _:
            assert_never(offer)


@dataclass(frozen=True, slots=True)
class OfferRow:
    """`why_not` is empty when it can be asked now."""

    kind: RequestKind
    title: str
    why_not: str


def rows_of(contract: Contract, *, on: date) -> list[OfferRow]:
    """What a contract's page proposes; what makes no sense for this contract is left out."""
    offers = offers_of(contract, on=on)
    rows = [OfferRow(kind, TITLES[kind], offer_words(offer)) for kind, offer in offers.items()]
    return [row for row in rows if not isinstance(offers[row.kind], NotOffered)]
