"""A forgotten identifier goes to the e-mail of the file, never to the page."""

from datetime import date

from django.db import transaction

from accounts.models import Client
from establishments.models import Establishment
from journal.actions import record
from messaging.outbox import queue_email


@transaction.atomic(durable=True)
def recover_identifier(
    *, establishment: Establishment, client_number: str, birth_date: date, contract_number: str, by: str
) -> None:
    """Mail the identifier if the three agree and the file has an e-mail. The caller is not told."""
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
    if client is None or not client.email:
        record("identifier_recovery_impossible", by=by, subject=client.user if client else establishment)
        return
    queue_email(
        "identifier", to=client.email, about=client.user, establishment=establishment, context={"client": client}
    )
    record("identifier_sent", by=by, subject=client.user)
