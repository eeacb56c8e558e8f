"""A payment that its bank opens by a call: reserved and committed first; then its answer is stored, or the try ends."""

import logging
from typing import Final, assert_never
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from payments.actions.moves import State, lock_payment, move
from payments.gateways import BankForm, payfip
from payments.gateways.payfip import Fault, NoAnswer, Told
from payments.models import GatewayMessage, MerchantAccount, PaymentAttempt

OPENED: Final = "ouvert à la banque"

logger = logging.getLogger(__name__)


def open_at_bank(*, attempt: PaymentAttempt, merchant: MerchantAccount, by: str) -> BankForm | None:
    """None when the bank opened nothing: the try is over, its contracts may be paid again."""
    answer = payfip.open_session(
        merchant,
        attempt,
        email=payer_email(attempt),
        notification_url=address("payments:notification", attempt.establishment.slug),
        return_url=address("payments:return", attempt.pk),
    )
    match answer:
        case Told(fields):
            return _page_of(attempt, merchant, fields["idOp"], by=by)
        case Fault(code, reason):
            _end(attempt, f"{code} {reason}", by=by)
        case NoAnswer(reason):
            _end(attempt, reason, by=by)
        case _:
            assert_never(answer)
    return None


def payer_email(attempt: PaymentAttempt) -> str:
    """PayFiP shows it and writes to it. A relative shall not learn the client's: the establishment's stands in."""
    return attempt.client.email if attempt.link_id is None else attempt.establishment.email


def address(route: str, argument: object) -> str:
    """What the bank is told to call: never built from a request."""
    return f"{settings.SITE_URL}{reverse(route, args=[argument])}"


def _page_of(attempt: PaymentAttempt, merchant: MerchantAccount, idop: str, *, by: str) -> BankForm | None:
    try:
        is_stored = store_session(attempt_pk=attempt.pk, idop=idop, by=by)
    except IntegrityError:
        _end(attempt, "idOp déjà donné", by=by)
        return None
    return payfip.page_form(merchant, idop) if is_stored else None


def _end(attempt: PaymentAttempt, reason: str, *, by: str) -> None:
    logger.error("payment %s: PayFiP opened nothing: %s", attempt, reason)
    give_up_opening(attempt_pk=attempt.pk, reason=reason, by=by)


@transaction.atomic(durable=True)
def store_session(*, attempt_pk: UUID, idop: str, by: str) -> bool:
    """False when the payment expired meanwhile. Errors: IntegrityError if another payment has this session."""
    now = timezone.now()
    payment = lock_payment(attempt_pk)
    attempt = payment.attempt
    if attempt.state != State.CREATED:
        return False
    attempt.bank_session, attempt.redirected_at = idop, now
    attempt.save(update_fields=["bank_session", "redirected_at"])
    move(payment, State.REDIRECTED, now=now, by=by)
    _keep(attempt, f"idOp={idop}", OPENED)
    return True


@transaction.atomic(durable=True)
def give_up_opening(*, attempt_pk: UUID, reason: str, by: str) -> None:
    now = timezone.now()
    payment = lock_payment(attempt_pk)
    move(payment, State.ERROR, now=now, by=by)
    _keep(payment.attempt, reason, "la banque n’a rien ouvert")


def _keep(attempt: PaymentAttempt, raw: str, verdict: str) -> None:
    GatewayMessage.objects.create(
        establishment=attempt.establishment,
        attempt=attempt,
        channel=GatewayMessage.Channel.POLL,
        raw=raw,
        verdict=verdict,
        received_at=timezone.now(),
    )
