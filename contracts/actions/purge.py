"""What serves no more is deleted, each night, at the terms of `journal.retention`."""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.actions import purge as accounts
from accounts.actions.purge import delete_batch, to_the_end
from accounts.models import Client, DocumentContent
from contracts.models import ClientRequest, Contract
from contracts.standing import ENDED
from journal.actions import erase_events
from journal.retention import PAPERS, REQUESTS
from messaging.erasure import erase_messages

MOST_NOTED: Final = 10_000  # clients a night

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Purged:
    accounts: accounts.Purged
    papers: int  # of clients without a contract
    requests: int
    messages: int
    events: int


def purge(*, by: str) -> Purged:
    """Batch by batch, each committed: nobody waits for long."""
    now = timezone.now()
    today = timezone.localdate(now)
    note_who_has_no_contract(today=today)
    purged = Purged(
        accounts=accounts.purge(),
        papers=to_the_end(lambda: delete_batch(_papers_over(now, today))),
        requests=to_the_end(lambda: delete_batch(ClientRequest.objects.filter(closed_at__lt=now - REQUESTS))),
        messages=to_the_end(erase_messages),
        events=to_the_end(lambda: erase_events(by=by)),
    )
    logger.info("purged: %s", purged)
    return purged


@transaction.atomic(durable=True)
def note_who_has_no_contract(*, today: date) -> None:
    """Of clients with papers here. No file says when a relation ended: the night that first sees it is not early."""
    has_contract, has_papers = _has_contract(), Exists(DocumentContent.objects.filter(document__client=OuterRef("pk")))
    gone = _locked(Client.objects.filter(has_papers, ~has_contract, without_contract_since=None))
    Client.objects.filter(pk__in=gone).update(without_contract_since=today)
    back = _locked(Client.objects.filter(has_contract, without_contract_since__isnull=False))
    Client.objects.filter(pk__in=back).update(without_contract_since=None)


def _locked(clients: QuerySet[Client]) -> list[int]:
    """Never waits, so that an import of that night cannot wait for who waits for it: the next night sees the rest."""
    free = clients.select_for_update(of=("self",), skip_locked=True)
    return list(free.values_list("pk", flat=True)[:MOST_NOTED])


def _has_contract() -> Exists:
    """That has not ended."""
    return Exists(Contract.objects.filter(client=OuterRef("pk")).exclude(status__in=ENDED))


def _papers_over(now: datetime, today: date) -> QuerySet[DocumentContent]:
    """The bytes: that a paper was sent and what was decided stays."""
    gone = Client.objects.filter(~_has_contract(), without_contract_since__lt=today - PAPERS)
    return DocumentContent.objects.filter(document__client__in=gone, document__sent_at__lt=now - PAPERS)
