"""One import under way: whose, on which day, what was refused so far. A row goes in or is refused through it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Generic, TypeVar

from contracts.interest import TariffRules
from contracts.models import Tariff
from contracts.portfolio.columns import CLIENTS, CONTRACTS, FileFormat, RefusedError
from contracts.portfolio.reading import Record, Source
from contracts.portfolio.report import Note, Report
from contracts.portfolio.survey import Survey
from contracts.tariff_rules import tariff_from_json
from establishments.models import Establishment

Row = TypeVar("Row")

# The files whose rows others depend on, and what they hold.
MASTERS: Final = {CLIENTS.name: "client", CONTRACTS.name: "contrat"}


@dataclass(frozen=True, slots=True)
class PortfolioFile:
    format: FileFormat[Any]
    source: Source
    survey: Survey


@dataclass(frozen=True, slots=True)
class Entry(Generic[Row]):
    """A row that reads well, with its cells as they were written."""

    line: int
    cells: Mapping[str, str]
    row: Row


@dataclass(frozen=True, slots=True)
class KnownTariff:
    pk: int
    rules: TariffRules


@dataclass(slots=True)
class Run:
    """`refused_lines`: for each master file, the number and line of its refused rows."""

    establishment: Establishment
    today: date
    report: Report
    agencies: dict[str, int]
    tariffs: dict[str, KnownTariff]
    refused_lines: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in MASTERS})

    def entries(self, file: PortfolioFile, records: Iterable[Record]) -> list[Entry[Any]]:
        """The rows that read well; the others are refused here."""
        entries = []
        for record in records:
            try:
                entries.append(Entry(record.line, record.cells, self._row(file, record)))
            except RefusedError as refusal:
                value = record.text or record.cells.get(refusal.column, "")
                self._note(file.format, record.line, record.cells, refusal.column, refusal.reason, value)
        return entries

    def refuse(self, file_format: FileFormat[Row], entry: Entry[Row], refusal: RefusedError) -> None:
        value = entry.cells.get(refusal.column, "")
        self._note(file_format, entry.line, entry.cells, refusal.column, refusal.reason, value)

    def remark(self, file_format: FileFormat[Row], entry: Entry[Row], column: str, reason: str) -> None:
        note = Note(file_format.name, entry.line, column, entry.cells.get(column, ""), reason, is_refusal=False)
        self.report.add(note)

    def agency(self, code: str | None) -> int | None:
        """Errors: RefusedError."""
        if code is not None and code not in self.agencies:
            raise RefusedError("agence", "Aucune agence de l’établissement n’a ce code.")
        return self.agencies.get(code) if code else None

    def missing(self, master: FileFormat[Any], column: str, number: str) -> RefusedError:
        """Why no client or contract of this number can be found."""
        kind = MASTERS[master.name]
        line = self.refused_lines[master.name].get(number)
        if line is not None:
            return RefusedError(column, f"Ce {kind} est nouveau et refusé\u00a0: {master.name}, ligne {line}.")
        return RefusedError(column, f"Aucun {kind} de l’établissement n’a ce numéro.")

    def _row(self, file: PortfolioFile, record: Record) -> Any:
        if record.fault:
            raise RefusedError("", record.fault)
        repetition = file.survey.repetition(record.cells)
        if repetition is not None:
            raise RefusedError(*repetition)
        ignored: list[tuple[str, str]] = []
        row = file.format.row(record.cells, lambda column, reason: ignored.append((column, reason)))
        for column, reason in ignored:
            self.remark(file.format, Entry(record.line, record.cells, row), column, reason)
        return row

    def _note(
        self, file_format: FileFormat[Any], line: int, cells: Mapping[str, str], column: str, reason: str, value: str
    ) -> None:
        if file_format.name in MASTERS:
            number = cells.get(file_format.keys[0][0], "")
            self.refused_lines[file_format.name].setdefault(number, line)
        self.report.add(Note(file_format.name, line, column, value, reason, is_refusal=True))


def begin(establishment: Establishment, today: date, report: Report) -> Run:
    tariffs = Tariff.objects.filter(establishment=establishment)
    return Run(
        establishment=establishment,
        today=today,
        report=report,
        agencies=dict(establishment.agencies.values_list("code", "pk")),
        tariffs={tariff.code: KnownTariff(tariff.pk, tariff_from_json(tariff.rules)) for tariff in tariffs},
    )
