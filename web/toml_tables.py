"""TOML read table by table and key by key: what is missing, wrong or unknown is said with its place and its value."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Final, TypeVar

Choice = TypeVar("Choice", bound=str)

MISSING: Final = object()
LONGEST_LINE: Final = 2000  # a key of 10,000 dots takes seconds to read, a number of 5,000 digits cannot be shown
YEARS: Final = range(1900, 2200)  # so that no sum of days and months leaves the calendar
PLACE: Final = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")


class FileError(ValueError):
    """`key`: the place in the file, `agencies[1].code` being the first agency's; empty for the file as a whole.

    `value`: what stands there, None if nothing does.
    """

    def __init__(self, key: str, value: object, reason: str) -> None:
        super().__init__(key, value, reason)
        self.key = key
        self.value = value
        self.reason = reason

    def __str__(self) -> str:
        place = f"{self.key}\u00a0: " if self.key else ""
        found = "" if self.value is None else f" (trouvé\u00a0: {_shown(self.value)})"
        return f"{place}{self.reason}{found}"


def parsed(text: str) -> dict[str, object]:
    """Errors: FileError, with the line at fault."""
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise FileError("", None, f"la ligne {number} a plus de {LONGEST_LINE} caractères")
    try:
        return tomllib.loads(f"{text}\n")  # an error in the last line has its number, too
    except tomllib.TOMLDecodeError as error:
        raise FileError("", None, f"ce n’est pas du TOML\u00a0: {_where(text, str(error))}") from None
    except RecursionError:
        raise FileError("", None, "ce n’est pas du TOML\u00a0: trop de listes les unes dans les autres") from None


def _where(text: str, words: str) -> str:
    """`words` are tomllib's, in English: the line says more to who wrote it."""
    place = PLACE.search(words)
    if place is None:
        return "la fin manque"
    line, column = text.split("\n")[int(place[1]) - 1], int(place[2])
    start = max(0, column - 50)  # where the fault is, when the line is long
    written = f"{'…' if start else ''}{line[start : start + 80].strip()}"
    reason = ", déjà écrit plus haut" if words.startswith("Cannot") else ""
    return f"ligne {place[1]}, «\u00a0{written}\u00a0»{reason}"


def _shown(value: object) -> str:
    try:
        return f"{value!s:.120}"
    except RecursionError:
        return "une valeur démesurée"


class Table:
    """`path` goes before a key in errors. Each key is taken once; `finish` refuses the keys that nobody took."""

    def __init__(self, values: Mapping[str, object], path: str = "") -> None:
        self._values = dict(values)
        self._path = path

    def error(self, key: str, value: object, reason: str) -> FileError:
        return FileError(f"{self._path}{key}", value, reason)

    def finish(self) -> None:
        for key, value in self._values.items():
            raise self.error(key, value, "clé inconnue")

    def forget(self, *keys: str) -> None:
        """They may stand there without being read."""
        for key in keys:
            self._values.pop(key, None)

    def rest(self) -> dict[str, object]:
        """The keys that nobody took, for another reader to check."""
        rest, self._values = self._values, {}
        return rest

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, max_length: int) -> str:
        """One line, never empty."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, value, "un texte entre guillemets")
        if any(unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} for character in value):
            raise self.error(key, repr(value), "un texte d’une seule ligne, sans caractère invisible")
        if len(value.strip()) > max_length:
            raise self.error(key, value, f"{max_length} caractères au plus")
        return value.strip()

    def matching(self, key: str, pattern: str, expected: str) -> str:
        value = self._take(key)
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise self.error(key, value, expected)
        return value

    def whole(self, key: str, least: int, most: int) -> int:
        value = self._take(key)
        if type(value) is not int or not least <= value <= most:
            raise self.error(key, value, f"un nombre entier, de {least} à {most}")
        return value

    def boolean(self, key: str) -> bool:
        value = self._take(key)
        if not isinstance(value, bool):
            raise self.error(key, value, "true ou false, sans guillemets")
        return value

    def day(self, key: str) -> date:
        value = self._take(key)
        if type(value) is not date or value.year not in YEARS:  # a TOML date-time is a date too
            raise self.error(key, value, "un jour sans guillemets, par exemple 2025-07-01")
        return value

    def choice(self, key: str, choices: tuple[Choice, ...]) -> Choice:
        value = self._take(key)
        for choice in choices:
            if value == choice:
                return choice
        raise self.error(key, value, f"à choisir entre {', '.join(choices)}")

    def table(self, key: str) -> "Table":
        value = self._take(key)
        if not isinstance(value, Mapping):
            raise self.error(key, value, f"une table [{key}]")
        return Table(value, f"{self._path}{key}.")

    def tables(self, key: str) -> "list[Table]":
        """At least one."""
        rows = self._take(key)
        if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
            raise self.error(key, rows, f"au moins une table [[{key}]]")
        return [Table(row, f"{self._path}{key}[{rank}].") for rank, row in enumerate(rows, start=1)]

    def _take(self, key: str) -> object:
        value = self._values.pop(key, MISSING)
        if value is MISSING:
            raise self.error(key, None, "clé manquante")
        return value
