"""The import of a folder: all of it or nothing, in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from django.db import transaction
from django.utils import timezone

from contracts.models import Pledge, Sale
from contracts.portfolio.client_rows import ClientTaker
from contracts.portfolio.columns import CLIENTS, CONTRACTS, PLEDGES, SALES, FileFormat
from contracts.portfolio.contract_rows import ContractTaker, lock_contracts
from contracts.portfolio.detail_rows import DetailTaker
from contracts.portfolio.reading import UnreadableFileError, open_source
from contracts.portfolio.report import Counts, Note, Report
from contracts.portfolio.run import Entry, PortfolioFile, Run, begin
from contracts.portfolio.survey import survey
from establishments.models import Establishment
from journal.actions import record

# In this order: a row may depend on those of the files before.
FORMATS: Final[tuple[FileFormat[Any], ...]] = (CLIENTS, CONTRACTS, PLEDGES, SALES)
BATCH: Final = 1000  # rows

Item = TypeVar("Item")
Advance = Callable[[int], None]


class Taker(Protocol):
    def take(self, entries: Sequence[Entry[Any]]) -> None: ...


def open_portfolio(folder: Path) -> list[PortfolioFile]:
    """The files of that folder, all of them found readable. Errors: UnreadableFileError."""
    files = []
    for file_format in FORMATS:
        path = folder / file_format.name
        if path.exists():
            source = open_source(path, file_format.known, file_format.required)
            files.append(PortfolioFile(file_format, source, survey(source, file_format)))
    if not files:
        names = ", ".join(file_format.name for file_format in FORMATS)
        raise UnreadableFileError(str(folder), f"le dossier ne contient aucun des fichiers {names}.")
    return files


@transaction.atomic(durable=True)
def import_portfolio(
    *,
    establishment_pk: int,
    files: Sequence[PortfolioFile],
    write: bool,
    by: str,
    keep: Callable[[Note], None],
    advance: Advance,
) -> Report:
    """Without `write` everything is done and then undone, so that a rehearsal refuses exactly what the import would.

    `keep` receives each refusal and remark, `advance` the number of rows just taken. Errors: UnreadableFileError.
    """
    today = timezone.localdate()
    # Two runs wait for each other; the key stays free for the foreign keys of payments and journal.
    establishment = Establishment.objects.select_for_update(no_key=True).get(pk=establishment_pk)
    run = begin(establishment, today, Report(keep))
    for file in files:
        run.report.counts[file.format.name] = Counts(read=file.survey.rows)
        run.report.unknown_columns[file.format.name] = file.unknown_columns
    for file in files:
        if file.format is CONTRACTS:
            lock_contracts(run, _contract_numbers(files))
        _take(run, file, _taker(run, file, by), advance)
    total = run.report.total
    record(
        "portfolio_imported", by=by, subject=establishment, read=total.read, new=total.new, changed=total.changed,
        unchanged=total.unchanged, refused=total.refused, remarks=total.remarks,
    )  # fmt: skip
    transaction.set_rollback(not write)
    return run.report


def _take(run: Run, file: PortfolioFile, taker: Taker, advance: Advance) -> None:
    for records in _batches(file.source.records()):
        taker.take(run.entries(file, records))
        advance(len(records))


def _taker(run: Run, file: PortfolioFile, by: str) -> Taker:
    if file.format is CLIENTS:
        return ClientTaker(run, file.survey.firsts(("identifiant",)), by)
    if file.format is CONTRACTS:
        return ContractTaker(run)
    if file.format is PLEDGES:
        return DetailTaker(run, PLEDGES, Pledge, key=("rank",))
    return DetailTaker(run, SALES, Sale)


def _contract_numbers(files: Sequence[PortfolioFile]) -> set[str]:
    """Also those of which only an object or a sale is given: writing these holds the contract too."""
    numbers: set[str] = set()
    for file in files:
        if file.format is not CLIENTS:
            numbers |= file.survey.firsts(file.format.keys[0])
    return numbers


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    waiting = iter(items)
    while batch := list(islice(waiting, BATCH)):
        yield batch
