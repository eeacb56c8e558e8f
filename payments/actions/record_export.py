"""`record_export()`: payments left for the back office."""

from datetime import date

from django.db import transaction

from establishments.models import Establishment
from journal.actions import record
from payments.exports import Exported


@transaction.atomic(durable=True)
def record_export(*, establishment: Establishment, first: date, last: date, exported: Exported, by: str) -> None:
    record(
        "payments_exported",
        by=by,
        subject=establishment,
        first=first.isoformat(),
        last=last.isoformat(),
        lines=exported.lines,
        total=f"{exported.total:.2f}",
    )
