"""All papers of a client in one ZIP, made while it is sent: at any moment one document is in memory."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from io import RawIOBase
from typing import Any, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.utils import timezone

from accounts.models import Client
from contracts.documents.notice import notice_of
from contracts.documents.sheet import sheet_of
from contracts.models import Contract
from contracts.standing import standing_of
from payments.models import PaymentAttempt
from payments.receipts.printed import credit_note_pdf, credit_notes_of, receipt_pdf
from payments.statements import statement_of, year_of, years_of
from web.printing.paper import render

BATCH: Final = 25  # rows
File = tuple[str, bytes]


def files_of(client: Client, now: datetime) -> Iterator[File]:
    """Names say nothing of what was deposited: they stay in a folder that others see."""
    yield from _of_contracts(client, now)
    yield from _of_payments(client)
    today = timezone.localdate(now)
    for year in years_of(client):
        if paid := year_of(client, year):
            yield f"releves/releve-{year}.pdf", render(statement_of(client, year, paid, today))


def zipped(files: Iterable[File], now: datetime) -> Iterator[bytes]:
    """Stored: a PDF is packed already."""
    written = _Written()
    local = timezone.localtime(now)
    stamp = (local.year, local.month, local.day, local.hour, local.minute, local.second)
    with ZipFile(written, "w", ZIP_STORED) as archive:
        for name, data in files:
            archive.writestr(ZipInfo(name, stamp), data)
            yield written.taken()
    yield written.taken()


def _of_contracts(client: Client, now: datetime) -> Iterator[File]:
    today = timezone.localdate(now)
    mine = Contract.objects.filter(client=client).order_by("number")
    whole = mine.select_related("establishment", "tariff", "agency", "client", "sale").prefetch_related("pledges")
    for contract in _by_batch(whole, list(mine.values_list("pk", flat=True))):
        yield f"contrats/contrat-{contract.number}.pdf", render(sheet_of(contract, today))
        standing = standing_of(contract, on=today, now=now)
        if standing.quote is not None:
            yield f"avis/avis-{contract.number}.pdf", render(notice_of(standing))


def _of_payments(client: Client) -> Iterator[File]:
    mine = PaymentAttempt.objects.filter(client=client, receipt__isnull=False).order_by("receipt__sequence")
    for attempt in _by_batch(mine.select_related("receipt"), list(mine.values_list("pk", flat=True))):
        yield f"recus/recu-{attempt.receipt.number}.pdf", receipt_pdf(attempt)
        for note in credit_notes_of(attempt):
            yield f"recus/avoir-{note.number}.pdf", credit_note_pdf(attempt, note)


def _by_batch(rows: Any, pks: list[Any]) -> Iterator[Any]:
    """No cursor stays open while a slow telephone receives."""
    for start in range(0, len(pks), BATCH):
        yield from rows.filter(pk__in=pks[start : start + BATCH])


class _Written(RawIOBase):
    """What was written since it was last taken. It cannot be sought in: the archive then says sizes after each file."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
