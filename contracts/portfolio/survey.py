"""What must be known of a whole file before its first row is taken: how many rows, what stands in it twice. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.portfolio.columns import Column, FileFormat
from contracts.portfolio.reading import Record, Source
from contracts.portfolio.values import BadValueError

Key = tuple[Any, ...]
Names = tuple[str, ...]


@dataclass(slots=True)
class Survey:
    """By key of the format (the names of its columns): where each value first stands, all lines of a repeated one."""

    keys: dict[Names, tuple[Column, ...]]
    rows: int = 0
    first_lines: dict[Names, dict[Key, int]] = field(default_factory=dict)
    repeated: dict[Names, dict[Key, list[int]]] = field(default_factory=dict)

    def firsts(self, names: Names) -> set[str]:
        """All that the first column of that key holds."""
        return {key[0] for key in self.first_lines[names]}

    def repetition(self, cells: Mapping[str, str]) -> tuple[str, str] | None:
        """The column and the French reason when this row is not the only one of its kind."""
        for names, columns in self.keys.items():
            lines = self.repeated[names].get(_key(columns, cells) or ())
            if lines:
                where = ", ".join(map(str, lines))
                return names[-1], f"La même valeur est plusieurs fois dans le fichier, lignes {where}."
        return None

    def note(self, record: Record) -> None:
        self.rows += 1
        for names, columns in self.keys.items():
            key = _key(columns, record.cells)
            if key is None:
                continue
            first = self.first_lines[names].setdefault(key, record.line)
            if first != record.line:
                self.repeated[names].setdefault(key, [first]).append(record.line)


def survey(source: Source, file_format: FileFormat[Any]) -> Survey:
    """Errors: UnreadableFileError."""
    by_name = {column.name: column for column in file_format.columns}
    keys = {names: tuple(by_name[name] for name in names) for names in file_format.keys}
    found = Survey(keys, first_lines={names: {} for names in keys}, repeated={names: {} for names in keys})
    for record in source.records():
        found.note(record)
    return found


def _key(columns: tuple[Column, ...], cells: Mapping[str, str]) -> Key | None:
    """None when a cell is empty or bad: such a row is refused for itself, or has no such key."""
    try:
        return tuple(column.read(cells[column.name]) for column in columns)
    except (KeyError, BadValueError):
        return None
