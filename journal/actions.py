"""`record()`: a fact, in the transaction of its cause; and once that is committed, a line of the log."""

import logging

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from journal.models import Event

logger = logging.getLogger(__name__)


def record(kind: str, *, by: str, subject: Model, **data: str | int | bool | None) -> Event:
    """Write that `by` did `kind` to `subject`; `data` holds no code, password, token or full number.

    Errors: RuntimeError outside a transaction, since the fact could outlive a cause that is rolled back.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{kind}: an event is recorded in the transaction of its cause")
    event = Event.objects.create(
        at=timezone.now(),
        establishment_id=_establishment_of(subject),
        kind=kind,
        actor=by,
        subject=name_of(subject),
        data=data,
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


def name_of(thing: Model) -> str:
    """`contract:1893`: how actors and subjects stand in the journal."""
    return f"{thing._meta.model_name}:{thing.pk}"


def _establishment_of(subject: Model) -> int | None:
    if subject._meta.model_name == "establishment":
        return int(subject.pk)
    return getattr(subject, "establishment_id", None)
