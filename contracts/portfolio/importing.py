"""The import of a folder: rows are staged and judged outside any transaction, then all go in with one, or none."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

from django.db import transaction
from django.utils import timezone

from contracts.models import Contract, ImportRun, Pledge, Sale
from contracts.portfolio import client_rows, contract_rows
from contracts.portfolio.client_rows import ClientTaker
from contracts.portfolio.columns import CLIENTS, CONTRACTS, PLEDGES, SALES
from contracts.portfolio.contract_rows import ContractTaker
from contracts.portfolio.detail_rows import DetailTaker
from contracts.portfolio.ledger import begin_run, end_run, fail_run, shrunk
from contracts.portfolio.reading import UnreadableFileError, open_source
from contracts.portfolio.report import Counts, Note, Report
from contracts.portfolio.run import PortfolioFile, Run, Taken
from contracts.portfolio.stage import FORMATS, Derived, Stage
from establishments.models import Establishment
from web import staging

NOTHING_MORE: Final = Derived({}, lambda _: ())

Advance = Callable[[int], None]


class AlreadyRunningError(Exception):
    """Another import of this establishment is under way."""


class Taker(Protocol):
    """Of one file: first looks at all of its staged rows, then writes those that change something."""

    @property
    def taken(self) -> Taken: ...

    def judge(self) -> None: ...

    def write(self) -> None: ...


class Takers:
    """What takes the rows of each file that is there, in the order in which rows depend on one another."""

    def __init__(self, run: Run) -> None:
        self.clients = ClientTaker(run)
        self.contracts = ContractTaker(run)
        self.details = (DetailTaker(run, PLEDGES, Pledge, key=("rank",)), DetailTaker(run, SALES, Sale))
        takers: tuple[Taker, ...] = (self.clients, self.contracts, *self.details)
        names = {file.format.name for file in run.files}
        self.by_file = {each.name: taker for each, taker in zip(FORMATS, takers, strict=True) if each.name in names}


def open_portfolio(folder: Path) -> list[PortfolioFile]:
    """The files of that folder, all of them found readable. Errors: UnreadableFileError."""
    files = []
    for file_format in FORMATS:
        path = folder / file_format.name
        if path.exists():
            files.append(PortfolioFile(file_format, open_source(path, file_format.known, file_format.required)))
    if not files:
        names = ", ".join(file_format.name for file_format in FORMATS)
        raise UnreadableFileError(str(folder), f"le dossier ne contient aucun des fichiers {names}.")
    return files


def import_portfolio(
    *,
    establishment_pk: int,
    files: Sequence[PortfolioFile],
    write: bool,
    by: str,
    keep: Callable[[Note], None],
    advance: Advance,
) -> Report:
    """Without `write` all is judged and nothing written, so that a rehearsal refuses exactly what the import would.

    `keep` receives each refusal and remark, `advance` the number of rows just read.
    Errors: UnreadableFileError, AlreadyRunningError.
    """
    today = timezone.localdate()
    establishment = Establishment.objects.get(pk=establishment_pk)
    with staging.alone("import", establishment_pk) as is_alone:
        if not is_alone:
            raise AlreadyRunningError
        run, report = Run(establishment, today, by, files, _stage(establishment)), Report(keep)
        if write:
            _write_down(run, report, advance)
        else:
            _tally(_judged(run, report, advance), report)
        staging.drop_all()
        return report


def _write_down(run: Run, report: Report, advance: Advance) -> None:
    """With a row that says so, whatever becomes of it. A run that is killed leaves its row « running »."""
    noted = begin_run(establishment=run.establishment, by=run.by)
    try:
        takers = _judged(run, report, advance)
        _write(run=run, takers=takers, report=report, noted=noted)
    except BaseException as error:
        fail_run(run=noted, is_interrupted=isinstance(error, KeyboardInterrupt))
        raise


def _judged(run: Run, report: Report, advance: Advance) -> Takers:
    _read(run, report, advance)
    takers = Takers(run)
    for taker in takers.by_file.values():
        taker.judge()
    _tell(run, report, after=0)
    return takers


@transaction.atomic(durable=True)
def _write(*, run: Run, takers: Takers, report: Report, noted: ImportRun) -> None:
    """Contracts stay locked from the second look at them until the commit, and only those that something moves."""
    # `load_establishment` waits: no contract comes in under a tariff that is about to change.
    Establishment.objects.select_for_update(no_key=True).get(pk=run.establishment.pk)
    judged = run.stage.turn
    takers.clients.write()
    lock_contracts(takers)
    takers.contracts.judge_again()
    _tell(run, report, after=judged)
    takers.contracts.write()
    for taker in takers.details:
        taker.write()
    _tally(takers, report)
    end_run(noted, report)


def lock_contracts(takers: Takers) -> None:
    """In the order of their keys, like payments do, so that neither waits for the other for ever.

    Also those of which only an object or a sale changes: writing these holds the contract too.
    """
    keys = [f"SELECT pk FROM {contract_rows.CHANGES}"]
    keys += [f"SELECT contract_id FROM {taker.changes}" for taker in takers.details]
    staging.lock(Contract, " UNION ".join(keys))


def _stage(establishment: Establishment) -> Stage:
    return Stage(
        {
            CLIENTS.name: client_rows.DERIVED,
            CONTRACTS.name: contract_rows.derived(establishment.prolongation_months),
            PLEDGES.name: NOTHING_MORE,
            SALES.name: NOTHING_MORE,
        }
    )


def _read(run: Run, report: Report, advance: Advance) -> None:
    for file in run.files:
        report.unknown_columns[file.format.name] = file.unknown_columns
        name = file.format.name
        report.counts[name] = Counts(read=run.stage.load(file.source, file.format, advance))
        if doubt := shrunk(run.establishment, name, report.counts[name]):
            run.stage.note(file.format, [(1, "", "", doubt, False)])


def _tell(run: Run, report: Report, *, after: int) -> None:
    for note in run.stage.told(run.sources, after=after):
        report.add(note)


def _tally(takers: Takers, report: Report) -> None:
    for name, counts in report.counts.items():
        taken = takers.by_file[name].taken
        report.tally(name, taken=counts.read - counts.refused, new=taken.new, changed=taken.changed)
