"""What is written once a payment is settled: to the client, and to the establishment when a contract did not follow."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from messaging.outbox import queue_email
from payments.models import Credit, PaymentAttempt, Receipt


def tell_outcome(attempt: PaymentAttempt, receipt: Receipt, entries: Sequence[Credit]) -> None:
    """In the settling transaction. A client without an e-mail reads it on the payment's page."""
    establishment, client = attempt.establishment, attempt.client
    left_out = [entry for entry in entries if not entry.is_applied]
    path = reverse("payments:status", args=[establishment.slug, attempt.pk])
    words = {
        "client": client,
        "attempt": attempt,
        "receipt": receipt,
        "entries": entries,
        "left_out": left_out,
        "link": f"{settings.SITE_URL}{path}",
    }
    if client.email:
        kind = "payment_not_applied" if left_out else "payment_received"
        queue_email(
            kind,
            to=client.email,
            about=attempt,
            establishment=establishment,
            context=words,
            addressee=client.user,
        )
    if left_out:
        queue_email(
            "payment_to_check", to=establishment.email, about=attempt, establishment=establishment, context=words
        )
