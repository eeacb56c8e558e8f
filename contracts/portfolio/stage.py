"""The files' rows in temporary tables, one a file, and what is to be said of them.

A row keeps its line. Refused, it stays there: what it gives twice is still given twice, and a row that depends on it is
told where it is. Statements are SQL of our own words alone; what a file says is only ever in the tables.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeVar

from contracts.portfolio.columns import CLIENTS, CONTRACTS, PLEDGES, SALES, FileFormat, RowReader
from contracts.portfolio.reading import Record, Source
from contracts.portfolio.report import Note
from web import staging
from web.staging import literal

# In this order: a row may depend on those of the files before.
FORMATS: Final[tuple[FileFormat, ...]] = (CLIENTS, CONTRACTS, PLEDGES, SALES)
BATCH: Final = 5000  # rows
LINES_SAID: Final = 20

NOTES: Final = "staged_notes"
# `turn`: notes are made in turns, those about one line in the order of their turns. Without a value, the file has it.
NOTE: Final = {
    "turn": "integer",
    "file": "integer",
    "line": "integer",
    "name": "text",
    "value": "text",
    "reason": "text",
    "is_refusal": "bool",
}
ORDERED: Final = "staged_ordered_notes"
REPEATED: Final = "staged_repeated"

Item = TypeVar("Item")


def table_of(file_format: FileFormat) -> str:
    return f"staged_{file_format.name.removesuffix('.csv')}"


@dataclass(frozen=True, slots=True)
class Derived:
    """Further columns, which `derive` makes of the values of a row that reads well."""

    columns: Mapping[str, str]
    derive: Callable[[list[Any]], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """A row is refused when `condition` holds; `reason` is SQL too. Of several that hold, the first one is said."""

    condition: str
    column: str
    reason: str


class Stage:
    """`turn`: that of the last note."""

    def __init__(self, derived: Mapping[str, Derived]) -> None:
        self.turn = 0
        self._derived = derived
        staging.drop_all()
        staging.create(NOTES, NOTE)
        staging.create(ORDERED, {"place": "integer"} | NOTE)
        staging.create(REPEATED, {"line": "integer PRIMARY KEY", "name": "text", "lines": "text"})
        for file_format in FORMATS:
            more = derived[file_format.name].columns
            staging.create(
                table_of(file_format), {"line": "integer", "is_refused": "bool"} | file_format.staged | dict(more)
            )

    def load(self, source: Source, file_format: FileFormat, advance: Callable[[int], None]) -> int:
        """How many rows there are. Errors: UnreadableFileError."""
        table, read = table_of(file_format), 0
        columns = ("line", "is_refused", *file_format.fields, *self._derived[file_format.name].columns)
        taker = _Taker(file_format, self._derived[file_format.name], source.header)
        for records in batches(source.records(), BATCH):
            staging.fill(table, columns, [taker.row(record) for record in records])
            self.note(file_format, taker.told())
            read += len(records)
            advance(len(records))
        staging.ready(table)
        self._refuse_repeated(file_format)
        return read

    def note(self, file_format: FileFormat, notes: Iterable[Sequence[Any]]) -> None:
        """`notes`: line, name, value, reason, is_refusal of each."""
        file = FORMATS.index(file_format)
        made = [(turn, file, *note) for turn, note in enumerate(notes, self.turn + 1)]
        staging.fill(NOTES, NOTE, made)
        self.turn += len(made)

    def refuse(self, file_format: FileFormat, source: str, cases: Sequence[Case], which: str = "TRUE") -> None:
        """The rows `s` of `source`, or `which` of them, of which one of the cases holds."""
        self.turn += 1
        table, file = table_of(file_format), FORMATS.index(file_format)
        name = " ".join(f"WHEN {case.condition} THEN {literal(case.column)}" for case in cases)
        reason = " ".join(f"WHEN {case.condition} THEN {case.reason}" for case in cases)
        any_case = " OR ".join(case.condition for case in cases)
        refused = staging.run(
            f"INSERT INTO {NOTES} SELECT {self.turn}, {file}, s.line, CASE {name} END, NULL, CASE {reason} END, TRUE "
            f"FROM {source} WHERE NOT s.is_refused AND {which} AND ({any_case})"
        )
        if refused:
            theirs = f"SELECT line FROM {NOTES} WHERE turn = {self.turn}"
            staging.run(f"UPDATE {table} SET is_refused = TRUE WHERE line IN ({theirs})")

    def told(self, sources: Mapping[str, Source], *, after: int) -> Iterator[Note]:
        """What was noted after that turn, in the order of the files. Errors: UnreadableFileError."""
        columns = "file, line, name, value, reason, is_refusal"
        staging.empty(ORDERED)
        staging.run(
            f"INSERT INTO {ORDERED} (place, {columns}) SELECT ROW_NUMBER() OVER (ORDER BY file, line, turn), {columns} "
            f"FROM {NOTES} WHERE turn > {after}"
        )
        staging.ready(ORDERED, "place")
        cells = {name: _Cells(source) for name, source in sources.items()}
        for page in staging.pages(columns, f"{ORDERED} WHERE TRUE", "place"):
            for file, line, name, value, reason, is_refusal, _ in page:
                file_name = FORMATS[file].name
                said = cells[file_name].cell(line, name) if value is None else value
                yield Note(file_name, line, name, said, reason, is_refusal=bool(is_refusal))

    def _refuse_repeated(self, file_format: FileFormat) -> None:
        """What stands twice refuses all of its rows, whatever else is wrong with them."""
        staging.empty(REPEATED)
        for key in file_format.keys:
            _find_repeated(table_of(file_format), file_format.fields_of(key), key[-1])
        if not staging.count(REPEATED):
            return
        self.turn += 1
        table, file, lines = table_of(file_format), FORMATS.index(file_format), f"SELECT line FROM {REPEATED}"
        staging.run(f"DELETE FROM {NOTES} WHERE file = {file} AND line IN ({lines})")
        staging.run(f"UPDATE {table} SET is_refused = TRUE WHERE line IN ({lines})")
        reason = f"{literal('La même valeur est plusieurs fois dans le fichier, lignes ')} || lines || '.'"
        staging.run(f"INSERT INTO {NOTES} SELECT {self.turn}, {file}, line, name, NULL, {reason}, TRUE FROM {REPEATED}")


class _Taker:
    """Makes rows of a staging table of the records of one file, and keeps what is to be said of them."""

    def __init__(self, file_format: FileFormat, derived: Derived, header: Sequence[str]) -> None:
        self._reader = RowReader(file_format, header)
        self._derive = derived.derive
        self._underived = (None,) * len(derived.columns)
        self._unread = (None,) * (len(file_format.fields) + len(derived.columns))
        self._told: list[tuple[Any, ...]] = []

    def row(self, record: Record) -> tuple[Any, ...]:
        if record.fault:
            self._told.append((record.line, "", record.text, record.fault, True))
            return (record.line, True, *self._unread)
        values, faults = self._reader.read(record.cells)
        if not faults:
            return (record.line, False, *values, *self._derive(values))
        self._told += [(record.line, *fault) for fault in faults]
        if faults[0].is_refusal:
            return (record.line, True, *values, *self._underived)
        return (record.line, False, *values, *self._derive(values))

    def told(self) -> list[tuple[Any, ...]]:
        """Since it was last asked."""
        told, self._told = self._told, []
        return told


class _Cells:
    """Cells of a file, read again, asked for in the order of their lines."""

    def __init__(self, source: Source) -> None:
        self._places = {name: place for place, name in enumerate(source.header)}
        self._records = source.records()
        self._record = Record(0, [])

    def cell(self, line: int, name: str) -> str:
        while self._record.line < line:
            self._record = next(self._records, Record(line, []))
        place = self._places.get(name)
        return "" if place is None or not self._record.cells else self._record.cells[place]


def _find_repeated(table: str, fields: Sequence[str], name: str) -> None:
    """The rows whose `fields` stand in others, too. Only the first lines are said: there may be a million."""
    keys = ", ".join(fields)
    given = " AND ".join(f"{field} IS NOT NULL" for field in fields)
    same = " AND ".join(f"s.{field} = t.{field}" for field in fields)
    theirs = ", ".join(f"s.{field}" for field in fields)
    twice = f"SELECT {keys}, COUNT(*) AS times FROM {table} WHERE {given} GROUP BY {keys} HAVING COUNT(*) > 1"
    place = f"ROW_NUMBER() OVER (PARTITION BY {theirs} ORDER BY s.line)"
    placed = f"SELECT s.line, {theirs}, t.times, {place} AS place FROM {table} s JOIN twice t ON {same}"
    first = f"SELECT * FROM placed WHERE place <= {LINES_SAID} ORDER BY line"
    more = f"CASE WHEN MAX(times) > {LINES_SAID} THEN '…' ELSE '' END"
    said = f"SELECT {keys}, {staging.joined('line')} || {more} AS lines FROM ({first}) f GROUP BY {keys}"
    staging.run(
        f"WITH twice AS ({twice}), placed AS ({placed}), said AS ({said}) "
        f"INSERT INTO {REPEATED} SELECT s.line, {literal(name)}, t.lines FROM placed s JOIN said t ON {same} "
        "WHERE TRUE ON CONFLICT DO NOTHING"
    )


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    waiting = iter(items)
    while batch := list(islice(waiting, size)):
        yield batch
