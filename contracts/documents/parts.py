"""What the papers of a contract share."""

from datetime import date, datetime, time

from django.utils import timezone

from contracts.models import Contract
from web.french import NBSP, french_day, french_phone
from web.printing.paper import Party


def lender_and_borrower(contract: Contract) -> list[Party]:
    agency, client = contract.agency, contract.client
    place = (agency.name, agency.address, french_phone(agency.phone)) if agency else ()
    return [
        Party("Emprunteur", client.full_name, (f"Client n°{NBSP}{client.client_number}",)),
        Party("Prêteur", contract.establishment.name, place),
    ]


def phone_of(contract: Contract) -> str:
    """Whom to call: the agency, else the establishment."""
    return french_phone(contract.agency.phone if contract.agency else contract.establishment.phone)


def closing_of(contract: Contract, on: date, *words: str) -> list[str]:
    made = f"Fait à {contract.establishment.city}, le {french_day(on)}, depuis votre espace en ligne."
    return [made, *words]


def at_the_start_of(day: date) -> datetime:
    """The same document on the same day has the same bytes."""
    return timezone.make_aware(datetime.combine(day, time()))
