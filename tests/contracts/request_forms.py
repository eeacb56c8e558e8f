"""What a client asks of the agency, posted as the pages post it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client as Browser
from django.utils import timezone
from people import a_contract

from accounts.models import Client, Document
from contracts.models import Contract, Sale

IBAN = "FR76 3000 6000 0112 3456 7890 189"


def ask(browser: Browser, contract: Contract, kind: str, **facts: str) -> Any:
    return browser.post(f"/nantes/contrats/{contract.number}/demander/{kind}/", facts)


def an_identity(client: Client, state: str = "accepted", **facts: Any) -> None:
    Document.objects.create(
        client=client, kind="identity", state=state, content_type="image/png", size=1, sent_at=timezone.now(), **facts
    )


def a_sold_contract(client: Client) -> Contract:
    """Sold with a surplus of 274.45 €, to be claimed until 11 September 2028."""
    contract = a_contract(client, status="sold")
    Sale.objects.create(contract=contract, surplus=Decimal("274.45"), surplus_deadline=date(2028, 9, 11))
    return contract
