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

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        return tuple(name for name in self.source.header if name and name not in self.format.known)


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
                self.refuse(file.format, Entry(record.line, record.cells, None), refusal, text=record.text)
        return entries

    def refuse(self, file_format: FileFormat[Any], entry: Entry[Any], refusal: RefusedError, text: str = "") -> None:
        """`text`: the whole line when its cells could not be told apart."""
        if file_format.name in MASTERS:
            number = entry.cells.get(file_format.keys[0][0], "")
            self.refused_lines[file_format.name].setdefault(number, entry.line)
        value = text or entry.cells.get(refusal.column, "")
        self.report.add(Note(file_format.name, entry.line, refusal.column, value, refusal.reason, is_refusal=True))

    def remark(self, file_format: FileFormat[Any], entry: Entry[Any], column: str, reason: str) -> None:
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


def begin(establishment: Establishment, today: date, report: Report) -> Run:
    tariffs = Tariff.objects.filter(establishment=establishment)
    return Run(
        establishment=establishment,
        today=today,
        report=report,
        agencies=dict(establishment.agencies.values_list("code", "pk")),
        tariffs={tariff.code: KnownTariff(tariff.pk, tariff_from_json(tariff.rules)) for tariff in tariffs},
    )
