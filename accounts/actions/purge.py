"""What serves no more is deleted: old sessions, empty limits, changes that nobody confirmed in time, refused papers."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import buckets
from accounts.models import ContactChange, Document, DocumentContent, Session

A_BATCH: Final = 1000
REFUSED_PAPER_LIVES: Final = timedelta(days=30)  # long enough to ask the agency why

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Purged:
    sessions: int
    limits: int
    changes: int
    papers: int


def purge() -> Purged:
    """Batch by batch, each committed: a login never waits for long. Nothing of it is an event of anybody's account."""
    now = timezone.now()
    purged = Purged(
        sessions=_all(lambda: _delete_batch(Session.objects.filter(expire_date__lt=now))),
        limits=_all(lambda: buckets.forget_old_limits(now.timestamp())),
        changes=_all(lambda: _delete_batch(ContactChange.objects.filter(expires_at__lt=now))),
        papers=_all(lambda: _delete_batch(_papers_refused_before(now - REFUSED_PAPER_LIVES))),
    )
    logger.info("purged: %s", purged)
    return purged


def _papers_refused_before(moment: datetime) -> QuerySet[DocumentContent]:
    """The bytes: that it was sent and why it was refused stays."""
    refused = Document.objects.filter(state=Document.State.REFUSED, decided_at__lt=moment)
    return DocumentContent.objects.filter(document__in=refused)


def _all(delete_batch: Callable[[], int]) -> int:
    total = 0
    while deleted := delete_batch():
        total += deleted
    return total


@transaction.atomic(durable=True)
def _delete_batch(expired: QuerySet[Any]) -> int:
    """The condition stands in the deletion too: what was extended meanwhile stays."""
    deleted, _ = expired.filter(pk__in=expired.values("pk")[:A_BATCH]).delete()
    return deleted
