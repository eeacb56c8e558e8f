"""Payments leave for the back office: a range looked at, or a batch sealed."""

import io
from datetime import date

from django.db import transaction
from django.utils import timezone

from establishments.models import Establishment
from journal.actions import record
from payments.exports import Exported, unexported_lines, write_rows
from payments.models import ExportBatch, ExportedLine


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


@transaction.atomic(durable=True)
def seal_batch(*, establishment: Establishment, until: date, by: str) -> ExportBatch | None:
    """A batch of everything settled until that day in Paris, included, that left in none; None if there is nothing.

    What a payment under way settles meanwhile, even for a day that is past, leaves in the next one.
    """
    now = timezone.now()
    # One batch at a time; « no key » lets payments be written meanwhile.
    Establishment.objects.select_for_update(no_key=True).get(pk=establishment.pk)
    lines = list(unexported_lines(establishment, until=until))
    if not lines:
        return None
    text = io.StringIO(newline="")
    exported = write_rows(text, lines)
    last = ExportBatch.objects.filter(establishment=establishment).order_by("-sequence").first()
    batch = ExportBatch.objects.create(
        establishment=establishment,
        sequence=last.sequence + 1 if last else 1,
        sealed_at=now,
        lines=exported.lines,
        total=exported.total,
        content=text.getvalue(),
    )
    ExportedLine.objects.bulk_create((ExportedLine(line=line, batch=batch) for line in lines), batch_size=1000)
    record(
        "export_sealed",
        by=by,
        subject=establishment,
        batch=batch.sequence,
        lines=batch.lines,
        total=f"{batch.total:.2f}",
    )
    return batch
