"""What serves no more of accounts: old sessions, empty limits, changes that nobody confirmed in time, papers that were
refused or replaced. `contracts.actions.purge` runs it, with the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts import buckets
from accounts.models import ContactChange, Document, DocumentContent, Session
from journal.retention import ANOTHER_OCCASION, REFUSED_PAPERS, REPLACED_PAPERS

A_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Purged:
    sessions: int
    limits: int
    changes: int
    refused: int  # papers
    replaced: int


def purge() -> Purged:
    """Batch by batch, each committed: a login never waits for long. Nothing of it is an event of anybody's account."""
    now = timezone.now()
    return Purged(
        sessions=to_the_end(lambda: delete_batch(Session.objects.filter(expire_date__lt=now))),
        limits=to_the_end(lambda: buckets.forget_old_limits(now.timestamp())),
        changes=to_the_end(lambda: delete_batch(ContactChange.objects.filter(expires_at__lt=now))),
        refused=to_the_end(lambda: delete_batch(_papers_refused_before(now - REFUSED_PAPERS))),
        replaced=to_the_end(lambda: delete_batch(_papers_replaced_before(now - REPLACED_PAPERS))),
    )


def _papers_refused_before(moment: datetime) -> QuerySet[DocumentContent]:
    """The bytes: that it was sent and why it was refused stays."""
    refused = Document.objects.filter(state=Document.State.REFUSED, decided_at__lt=moment)
    return DocumentContent.objects.filter(document__in=refused)


def _papers_replaced_before(moment: datetime) -> QuerySet[DocumentContent]:
    """The bytes of accepted ones, when a newer one of the kind had been accepted by that moment."""
    newer = Document.objects.filter(
        client=OuterRef("client"),
        kind=OuterRef("kind"),
        state=Document.State.ACCEPTED,
        decided_at__lt=moment,
        sent_at__gt=OuterRef("sent_at") + ANOTHER_OCCASION,
    )
    return DocumentContent.objects.filter(
        document__in=Document.objects.filter(Exists(newer), state=Document.State.ACCEPTED)
    )


def to_the_end(delete: Callable[[], int]) -> int:
    """Batch after batch; how many in all."""
    total = 0
    while deleted := delete():
        total += deleted
    return total


@transaction.atomic(durable=True)
def delete_batch(expired: QuerySet[Any]) -> int:
    """The condition stands in the deletion too: what was extended meanwhile stays."""
    deleted, _ = expired.filter(pk__in=expired.values("pk")[:A_BATCH]).delete()
    return deleted
