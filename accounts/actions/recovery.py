"""A forgotten identifier goes to the e-mail of the file, never to the page."""

from datetime import date

from django.db import transaction

from accounts.models import Client
from accounts.nobody import nobody
from establishments.models import Establishment
from journal.actions import record
from messaging.outbox import queue_email


@transaction.atomic(durable=True)
def recover_identifier(
    *, establishment: Establishment, client_number: str, birth_date: date, contract_number: str, by: str
) -> None:
    """Mail the identifier if the three agree and the file has an e-mail; else to nobody, with the same work."""
    client = (
        Client.objects.filter(
            establishment=establishment,
            client_number=client_number,
            birth_date=birth_date,
            contracts__number=contract_number,
            user__is_active=True,
        )
        .select_related("user")
        .first()
    )
    user = client.user if client else None
    reader = client or nobody(establishment).client
    queue_email(
        "identifier", to=reader.email, about=user or establishment, establishment=establishment,
        context={"client": reader},
    )  # fmt: skip
    record(
        "identifier_sent" if reader.email else "identifier_recovery_impossible", by=by, subject=user or establishment
    )
