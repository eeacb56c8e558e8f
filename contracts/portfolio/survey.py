"""What must be known of a whole file before its first row is taken: how many rows, what stands in it twice. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.portfolio.columns import Column, FileFormat
from contracts.portfolio.reading import Record, Source
from contracts.portfolio.values import BadValueError

Key = tuple[Any, ...]
KeyColumns = tuple[Column, ...]


@dataclass(slots=True)
class Survey:
    """`numbers`: what the first column of the first key holds, a client's or contract's number."""

    rows: int = 0
    numbers: set[str] = field(default_factory=set)
    repeated: dict[KeyColumns, dict[Key, list[int]]] = field(default_factory=dict)

    def repetition(self, cells: Mapping[str, str]) -> tuple[str, str] | None:
        """The column and the French reason when this row is not the only one of its kind."""
        for columns, lines in self.repeated.items():
            key = _key(columns, cells)
            if key in lines:
                where = ", ".join(map(str, lines[key]))
                return columns[-1].name, f"La même valeur est plusieurs fois dans le fichier, lignes {where}."
        return None


def survey(source: Source, file_format: FileFormat[Any]) -> Survey:
    """Errors: UnreadableFileError."""
    by_name = {column.name: column for column in file_format.columns}
    keys: list[KeyColumns] = [tuple(by_name[name] for name in key) for key in file_format.keys]
    found = Survey(repeated={columns: {} for columns in keys})
    first_lines: dict[KeyColumns, dict[Key, int]] = {columns: {} for columns in keys}
    for record in source.records():
        found.rows += 1
        for columns in keys:
            key = _key(columns, record.cells)
            if key is not None:
                _note(first_lines[columns], found.repeated[columns], key, record)
    found.numbers = {key[0] for key in first_lines[keys[0]]}
    return found


def _note(first_lines: dict[Key, int], repeated: dict[Key, list[int]], key: Key, record: Record) -> None:
    if key in repeated:
        repeated[key].append(record.line)
    elif key in first_lines:
        repeated[key] = [first_lines[key], record.line]
    else:
        first_lines[key] = record.line


def _key(columns: KeyColumns, cells: Mapping[str, str]) -> Key | None:
    """None when a cell is empty or bad: such a row is refused for itself, or has no such key."""
    try:
        return tuple(column.read(cells[column.name]) for column in columns)
    except (KeyError, BadValueError):
        return None
