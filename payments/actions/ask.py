"""Ask the bank what became of a payment: after its notification, that proves nothing, and when nothing is heard."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import limits
from establishments.models import Establishment
from payments.actions.moves import State
from payments.actions.settle import Forged, Heard, UnknownOrder, apply_verdict, hear
from payments.gateways import payfip
from payments.gateways.payfip import Fault, NoAnswer, Told
from payments.models import GatewayMessage, MerchantAccount, PaymentAttempt

# The bank forgets in the night that follows what was never paid.
ASKED_FOR: Final = timedelta(hours=26)
PATIENCE: Final = 4  # the older a payment, the less often: again once a quarter of its age has passed

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Silent:
    """The bank could not be asked: whoever sent us shall come again."""


def hear_bank(*, establishment: Establishment, raw: str, by: str) -> Heard | Forged | UnknownOrder | Silent:
    """A word at the bank's door: signed, or the name of a session to ask about."""
    idop = payfip.idop_in(raw)
    attempt = PaymentAttempt.objects.filter(establishment=establishment, bank_session=idop).first() if idop else None
    if attempt is None:
        return hear(establishment=establishment, raw=raw, by=by)
    if limits.bank_questions(attempt.pk):
        return Silent()
    return ask_bank(attempt=attempt, by=by)


def ask_bank(*, attempt: PaymentAttempt, by: str) -> Heard | Silent:
    """`attempt` has a session. The call is outside of any transaction; what it brings is stored in one."""
    merchant = MerchantAccount.objects.get(establishment=attempt.establishment_id)
    answer = payfip.ask(merchant, attempt.bank_session)
    if isinstance(answer, NoAnswer):
        logger.error("payment %s: PayFiP does not answer: %s", attempt, answer.reason)
        return Silent()
    _store_answer(attempt_pk=attempt.pk, answer=answer, by=by)
    return Heard()


@transaction.atomic(durable=True)
def _store_answer(*, attempt_pk: UUID, answer: Told | Fault, by: str) -> None:
    """« Nothing yet » is kept once, however often it is said."""
    now = timezone.now()
    attempt = PaymentAttempt.objects.select_related("establishment").get(pk=attempt_pk)
    _, verdict = apply_verdict(attempt, payfip.judge_answer(attempt, answer), now=now, by=by)
    PaymentAttempt.objects.filter(pk=attempt_pk).update(asked_at=now)
    said = GatewayMessage(
        establishment=attempt.establishment,
        attempt=attempt,
        channel=GatewayMessage.Channel.POLL,
        raw=_written(answer),
        verdict=verdict,
        received_at=now,
    )
    last = attempt.messages.filter(channel=GatewayMessage.Channel.POLL).first()
    if last is None or (last.raw, last.verdict) != (said.raw, said.verdict):
        said.save(force_insert=True)


def _written(answer: Told | Fault) -> str:
    """Without the payer's address: it is in the client's file, and may be erased there."""
    if isinstance(answer, Fault):
        return f"{answer.code} {answer.reason}"
    return urlencode({name: value for name, value in answer.fields.items() if name != "mel"})


def ask_due_payments(*, by: str) -> int:
    """Those of which nothing is heard, those that ended or expired not long ago; how many answers came.

    A bank that does not answer is not asked again in this run, for any payment of its establishment.
    """
    silent: set[int] = set()
    answers = 0
    for attempt in due_to_ask(timezone.now()):
        if attempt.establishment_id in silent:
            continue
        if isinstance(ask_bank(attempt=attempt, by=by), Silent):
            silent.add(attempt.establishment_id)
        else:
            answers += 1
    return answers


def due_to_ask(now: datetime) -> list[PaymentAttempt]:
    """The oldest first. Any that is not paid: after a refusal the client may try again on the bank's page."""
    attempts = PaymentAttempt.objects.exclude(bank_session="").exclude(state=State.PAID)
    recent = attempts.filter(redirected_at__gt=now - ASKED_FOR).order_by("redirected_at")
    return [attempt for attempt in recent if _has_waited(attempt, now)]


def _has_waited(attempt: PaymentAttempt, now: datetime) -> bool:
    left_at, asked_at = attempt.redirected_at, attempt.asked_at
    assert left_at is not None  # a session is stored with it
    return asked_at is None or now - asked_at >= (asked_at - left_at) / PATIENCE
