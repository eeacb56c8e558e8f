"""Prolong without a payment: in the window, with nothing due."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from contracts.crediting import credit
from contracts.models import Contract
from contracts.prolongation import Prolongs
from contracts.standing import standing_of
from journal.actions import record
from messaging.outbox import queue_email


@dataclass(frozen=True, slots=True)
class Prolonged:
    new_due_on: date


@dataclass(frozen=True, slots=True)
class NotFree:
    """Something is due, or the window is not open."""


@transaction.atomic(durable=True)
def prolong(*, contract_pk: int, by: str) -> Prolonged | NotFree:
    now = timezone.now()
    locked = Contract.objects.select_for_update(of=("self",))
    contract = locked.select_related("establishment", "tariff", "agency").get(pk=contract_pk)
    standing = standing_of(contract, on=timezone.localdate(now), now=now)
    if not standing.prolongs_for_free or standing.quote is None or not isinstance(standing.effect, Prolongs):
        return NotFree()
    credit(contract, quote=standing.quote, effect=standing.effect, now=now)
    record("contract_prolonged", by=by, subject=contract, until=contract.due_on.isoformat())
    # No payment, hence no line of the export: the back office learns the new date from this e-mail.
    queue_email(
        "contract_prolonged",
        to=contract.establishment.email,
        about=contract,
        establishment=contract.establishment,
        context={"contract": contract},
    )
    return Prolonged(contract.due_on)
