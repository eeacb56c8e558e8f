"""`record()`: a fact, in the transaction of its cause."""

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from journal.models import Event


def record(kind: str, *, by: str, subject: Model, **data: str | int | bool | None) -> Event:
    """Write that `by` did `kind` to `subject`; `data` holds no code, password, token or full number.

    Errors: RuntimeError outside a transaction, since the fact could outlive a cause that is rolled back.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{kind}: an event is recorded in the transaction of its cause")
    return Event.objects.create(
        at=timezone.now(),
        establishment_id=_establishment_of(subject),
        kind=kind,
        actor=by,
        subject=name_of(subject),
        data=data,
    )


def name_of(thing: Model) -> str:
    """`contract:1893`: how actors and subjects stand in the journal."""
    return f"{thing._meta.model_name}:{thing.pk}"


def _establishment_of(subject: Model) -> int | None:
    if subject._meta.model_name == "establishment":
        return int(subject.pk)
    return getattr(subject, "establishment_id", None)
