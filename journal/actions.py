"""`record()`: a fact, in the transaction of its cause; and once that is committed, a line of the log."""

import logging
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Model
from django.db.models.functions import Now
from django.utils import timezone

from journal.models import Event
from journal.retention import term_of

A_BATCH: Final = 5000

logger = logging.getLogger(__name__)


def record(kind: str, *, by: str, subject: Model, **data: str | int | bool | None) -> Event:
    """Write that `by` did `kind` to `subject`; `data` holds no code, password, token or full number.

    Errors: RuntimeError outside a transaction, since the fact could outlive a cause that is rolled back.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{kind}: an event is recorded in the transaction of its cause")
    return _write(kind, by, name_of(subject), _establishment_of(subject), data)


def _write(kind: str, by: str, subject: str, establishment_id: int | None, data: dict[str, Any]) -> Event:
    now = timezone.now()
    event = Event.objects.create(
        at=now,
        establishment_id=establishment_id,
        kind=kind,
        actor=by,
        subject=subject,
        data=data,
        kept_until=now + term_of(kind),
    )
    transaction.on_commit(lambda: _log(event), robust=True)
    return event


def _log(event: Event) -> None:
    """For who watches from elsewhere. Of the detail the factor alone: the rest is in the journal, under the number."""
    facts = {
        "event": event.pk,
        "kind": event.kind,
        "actor": event.actor,
        "subject": event.subject,
        "establishment": event.establishment_id,
    }
    if "factor" in event.data:
        facts["factor"] = event.data["factor"]
    logger.info("%s, by %s", event, event.actor, extra={"facts": facts})


@transaction.atomic(durable=True)
def erase_events(*, by: str) -> int:
    """A batch of those whose term is over by the database's clock, at which its trigger looks; how many."""
    over = Event.objects.filter(kept_until__lt=Now())
    erased, _ = over.filter(pk__in=over.order_by("kept_until").values("pk")[:A_BATCH]).delete()
    if erased:
        _write("events_erased", by, "journal", None, {"count": erased})
    return erased


def name_of(thing: Model) -> str:
    """`contract:1893`: how actors and subjects stand in the journal."""
    return f"{thing._meta.model_name}:{thing.pk}"


def _establishment_of(subject: Model) -> int | None:
    if subject._meta.model_name == "establishment":
        return int(subject.pk)
    return getattr(subject, "establishment_id", None)
