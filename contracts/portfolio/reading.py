"""A file of the back office as records of cells, whatever its encoding and separator. Bounded memory, no Django."""

import codecs
import csv
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

SEPARATORS: Final = (";", ",", "\t")
ENCODINGS: Final = ("utf-8-sig", "cp1252")
BLOCK: Final = 1 << 20  # bytes
# A quoted cell may hold line breaks; a quote that nothing closes must not swallow the rest of the file.
LINES_OF_A_RECORD: Final = 20

UNCLOSED: Final = "Un guillemet s’ouvre et ne se ferme pas comme il faut."


class UnreadableFileError(Exception):
    """Nothing of this folder can be imported; `str()` is the French sentence that says why."""

    def __init__(self, file: str, reason: str, column: str = "") -> None:
        super().__init__(f"{file}\u00a0: {reason}")
        self.file = file
        self.reason = reason
        self.column = column


@dataclass(frozen=True, slots=True)
class Record:
    """A line under the header. `fault`: why it cannot be cut into cells, `text` being then the line itself."""

    line: int
    cells: dict[str, str]
    fault: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose every byte could be decoded and whose header was read."""

    path: Path
    encoding: str
    separator: str
    header: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.path.name

    def records(self) -> Iterator[Record]:
        """Blank lines are passed over. Errors: UnreadableFileError when the file changes while it is read."""
        try:
            with self.path.open(encoding=self.encoding) as file:
                lines = _Lines(file)
                lines.take()  # the header
                while (text := lines.take()) is not None:
                    line = lines.number
                    cells = self._cells(text, lines)
                    if cells is None or any(cells):
                        yield self._record(line, cells, text)
        except (OSError, UnicodeError) as error:
            raise UnreadableFileError(self.name, "le fichier a changé pendant la lecture.") from error

    def _record(self, line: int, cells: list[str] | None, text: str) -> Record:
        if cells is None:
            return Record(line, {}, UNCLOSED, text)
        width = len(self.header)
        if len(cells) < width or any(cells[width:]):
            return Record(line, {}, f"La ligne a {len(cells)} cellules, l’en-tête en a {width}.", text)
        return Record(line, dict(zip(self.header, cells, strict=False)))

    def _cells(self, text: str, lines: "_Lines") -> list[str] | None:
        """None when quotes do not match, within as many lines as a record may have."""
        if '"' not in text:
            return [cell.strip() for cell in text.split(self.separator)]
        for extra in range(LINES_OF_A_RECORD):
            cells = split(text, self.separator)
            if cells is not None:
                lines.skip(extra)
                return cells
            following = lines.ahead(extra)
            if following is None:
                break
            text = f"{text}\n{following}"
        return None


class _Lines:
    """The lines of a file without their ends, with a view on those to come. `number`: of the line last taken."""

    def __init__(self, file: TextIO) -> None:
        self.number = 0
        self._file = file
        self._seen: deque[str] = deque()

    def take(self) -> str | None:
        text = self.ahead(0)
        if text is not None:
            self.skip(1)
        return text

    def ahead(self, index: int) -> str | None:
        while len(self._seen) <= index:
            text = self._file.readline()
            if not text:
                return None
            self._seen.append(text.removesuffix("\n"))
        return self._seen[index]

    def skip(self, count: int) -> None:
        """Past lines already seen."""
        for _ in range(count):
            self._seen.popleft()
        self.number += count


def open_source(path: Path, known: Collection[str], required: Collection[str]) -> Source:
    """Errors: UnreadableFileError for an empty, binary or unreadable file, or a header without a required column."""
    try:
        encoding = _encoding_of(path)
        with path.open(encoding=encoding) as file:
            first = file.readline().removesuffix("\n")
    except OSError as error:
        raise UnreadableFileError(path.name, "le fichier ne peut pas être lu.") from error
    separator, header = _header_of(path.name, first, known)
    for name in required:
        if name not in header:
            raise UnreadableFileError(path.name, f"il manque la colonne obligatoire «\u00a0{name}\u00a0».", name)
    for name in known:
        if header.count(name) > 1:
            raise UnreadableFileError(path.name, f"la colonne «\u00a0{name}\u00a0» est là deux fois.", name)
    return Source(path, encoding, separator, header)


def split(text: str, separator: str) -> list[str] | None:
    """The cells of one line, or None when its quotes do not match."""
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=separator, strict=True))]
    except csv.Error:
        return None


def _header_of(name: str, first: str, known: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """The separator under which the most columns are known, and the header cut by it."""
    headers = {separator: tuple(cell.lower() for cell in split(first, separator) or []) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda each: len(set(headers[each]) & set(known)))
    if not set(headers[separator]) & set(known):
        raise UnreadableFileError(name, "la première ligne ne donne le nom d’aucune colonne attendue.")
    return separator, headers[separator]


def _encoding_of(path: Path) -> str:
    """The first encoding in which every byte makes sense."""
    decoders = {encoding: codecs.getincrementaldecoder(encoding)() for encoding in ENCODINGS}
    is_blank = True
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if b"\0" in block:
                raise UnreadableFileError(path.name, "ce n’est pas un fichier texte (octets nuls).")
            is_blank = is_blank and not block.removeprefix(codecs.BOM_UTF8).strip()
            decoders = {name: decoder for name, decoder in decoders.items() if _decodes(decoder, block)}
    if is_blank:
        raise UnreadableFileError(path.name, "le fichier est vide.")
    decoders = {name: decoder for name, decoder in decoders.items() if _decodes(decoder, b"", final=True)}
    if not decoders:
        raise UnreadableFileError(path.name, "le fichier n’est ni en UTF-8 ni en Windows-1252.")
    return next(iter(decoders))


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True
