"""The runs that write, one row each: begun, done, failed, or interrupted."""

from dataclasses import asdict
from typing import Final

from django.db import transaction
from django.utils import timezone

from contracts.models import ImportRun
from contracts.portfolio.report import Counts, Report
from establishments.models import Establishment
from journal.actions import record

# A file of which half is missing is likely to have been cut while it was written or sent.
SHRUNK: Final = 2
LEAST_ROWS: Final = 100


@transaction.atomic(durable=True)
def begin_run(*, establishment: Establishment, by: str) -> ImportRun:
    """The caller is alone: what is said to be running was killed."""
    now = timezone.now()
    dead = ImportRun.objects.filter(establishment=establishment, state=ImportRun.State.RUNNING)
    dead.update(state=ImportRun.State.INTERRUPTED, finished_at=now)
    return ImportRun.objects.create(establishment=establishment, by=by, started_at=now)


def end_run(run: ImportRun, report: Report) -> None:
    """In the transaction of what it wrote."""
    run.state, run.finished_at = ImportRun.State.DONE, timezone.now()
    run.counts = {file: asdict(counts) for file, counts in report.counts.items()}
    run.save()
    total = report.total
    record(
        "portfolio_imported", by=run.by, subject=run.establishment, read=total.read, new=total.new,
        changed=total.changed, unchanged=total.unchanged, refused=total.refused, remarks=total.remarks,
    )  # fmt: skip


@transaction.atomic(durable=True)
def fail_run(*, run: ImportRun, is_interrupted: bool) -> None:
    state = ImportRun.State.INTERRUPTED if is_interrupted else ImportRun.State.FAILED
    ImportRun.objects.filter(pk=run.pk).update(state=state, finished_at=timezone.now())


def shrunk(establishment: Establishment, file: str, counts: Counts) -> str:
    """A French sentence, when the file has much less than the last one that came in."""
    done = ImportRun.objects.filter(establishment=establishment, state=ImportRun.State.DONE, counts__has_key=file)
    last = done.order_by("-pk").first()
    before = last.counts[file]["read"] if last else 0
    if before < LEAST_ROWS or counts.read * SHRUNK >= before:
        return ""
    return f"Ce fichier a {counts.read} lignes, il en avait {before} la dernière fois\u00a0: est-il complet\u00a0?"
