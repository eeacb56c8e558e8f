"""A file of the back office as records of cells, whatever its encoding and separator. Bounded memory, no Django."""

import codecs
import csv
import re
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, TextIO

SEPARATORS: Final = (";", ",", "\t")
BLOCK: Final = 1 << 20  # bytes
# A quoted cell may hold line breaks; a quote that nothing closes must not swallow the rest of the file.
LINES_OF_A_RECORD: Final = 20
LONGEST_LINE: Final = 2_000_000  # characters
SHOWN_OF_A_LONG_LINE: Final = 200  # characters

UNCLOSED: Final = "Un guillemet s’ouvre et ne se ferme pas comme il faut."
TOO_LONG: Final = f"La ligne a plus de {LONGEST_LINE} caractères."

UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NOT_WINDOWS_1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# « é » and its like in UTF-8. As Windows-1252 it would be « Ã » before a sign, which no French word has.
UTF_8_AMID: Final = re.compile(rb"\xc3[\x80-\xbf]")


class UnreadableFileError(Exception):
    """Nothing of this folder can be imported; `str()` is the French sentence that says why."""

    def __init__(self, file: str, reason: str, column: str = "") -> None:
        super().__init__(f"{file}\u00a0: {reason}")
        self.file = file
        self.reason = reason
        self.column = column


class Record(NamedTuple):
    """A line under the header. `fault`: why it cannot be cut into cells, `text` being then the line itself."""

    line: int
    cells: list[str]
    fault: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose every byte could be decoded and whose header was read. `lines`: about as many, the header too."""

    path: Path
    encoding: str
    separator: str
    header: tuple[str, ...]
    lines: int

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
            return Record(line, [], TOO_LONG if isinstance(text, _Overlong) else UNCLOSED, text)
        width = len(self.header)
        if len(cells) != width and (len(cells) < width or any(cells[width:])):
            return Record(line, [], f"La ligne a {len(cells)} cellules, l’en-tête en a {width}.", text)
        return Record(line, cells)

    def _cells(self, text: str, lines: "_Lines") -> list[str] | None:
        """None when quotes do not match, within as many lines as a record may have."""
        if isinstance(text, _Overlong):
            return None
        if '"' not in text:
            return [cell.strip() for cell in text.split(self.separator)]
        for extra in range(LINES_OF_A_RECORD):
            cells = split(text, self.separator)
            if cells is not None:
                lines.skip(extra)
                return cells
            following = lines.ahead(extra)
            if following is None or len(text) + len(following) > LONGEST_LINE:
                break
            text = f"{text}\n{following}"
        return None


class _Overlong(str):
    """The start of a line that is too long to be kept."""

    __slots__ = ()


class _Lines:
    """The lines of a file without their ends, with a view on those to come. `number`: of the line last taken."""

    def __init__(self, file: TextIO) -> None:
        self.number = 0
        self._file = file
        self._seen: deque[str] = deque()

    def take(self) -> str | None:
        text = self._seen.popleft() if self._seen else self._read()
        if text is not None:
            self.number += 1
        return text

    def ahead(self, index: int) -> str | None:
        while len(self._seen) <= index:
            text = self._read()
            if text is None:
                return None
            self._seen.append(text)
        return self._seen[index]

    def skip(self, count: int) -> None:
        """Past lines already seen."""
        for _ in range(count):
            self._seen.popleft()
        self.number += count

    def _read(self) -> str | None:
        text = self._file.readline(LONGEST_LINE)
        if text.endswith("\n"):
            return text[:-1]
        if len(text) < LONGEST_LINE:
            return text or None
        while (rest := self._file.readline(LONGEST_LINE)) and not rest.endswith("\n"):
            pass
        return _Overlong(f"{text[:SHOWN_OF_A_LONG_LINE]}…")


def open_source(path: Path, known: Collection[str], required: Collection[str]) -> Source:
    """Errors: UnreadableFileError for an empty, binary or unreadable file, or a header without a required column."""
    try:
        encoding, lines = _encoding_of(path)
        with path.open(encoding=encoding) as file:
            first = _Lines(file).take() or ""
    except OSError as error:
        raise UnreadableFileError(path.name, "le fichier ne peut pas être lu.") from error
    separator, header = _header_of(path.name, first, known)
    for name in required:
        if name not in header:
            raise UnreadableFileError(path.name, f"il manque la colonne obligatoire «\u00a0{name}\u00a0».", name)
    for name in known:
        if header.count(name) > 1:
            raise UnreadableFileError(path.name, f"la colonne «\u00a0{name}\u00a0» est là deux fois.", name)
    return Source(path, encoding, separator, header, lines)


def split(text: str, separator: str) -> list[str] | None:
    """The cells of one line, or None when its quotes do not match."""
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=separator, strict=True))]
    except csv.Error:
        return None


def _header_of(name: str, first: str, known: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """The separator under which the most columns are known, and the header cut by it."""
    if isinstance(first, _Overlong):
        raise UnreadableFileError(name, f"la première ligne a plus de {LONGEST_LINE} caractères.")
    headers = {separator: tuple(cell.lower() for cell in split(first, separator) or []) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda each: len(set(headers[each]) & set(known)))
    if not set(headers[separator]) & set(known):
        raise UnreadableFileError(name, "la première ligne ne donne le nom d’aucune colonne attendue.")
    return separator, headers[separator]


def _encoding_of(path: Path) -> tuple[str, int]:
    """The encoding in which every byte makes sense, UTF-8 before Windows-1252, and how many lines there are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_blank, lines, fault = True, 0, ""
    for block in _blocks(path):
        if is_blank and block.startswith(UTF_16):
            raise UnreadableFileError(
                path.name, "le fichier est en UTF-16\u00a0: il faut de l’UTF-8 ou du Windows-1252."
            )
        if b"\0" in block:
            raise UnreadableFileError(path.name, "ce n’est pas un fichier texte (octets nuls).")
        is_blank = is_blank and not block.removeprefix(codecs.BOM_UTF8).strip()
        lines += block.count(b"\n")
        fault = fault or _undecodable(decoder, block, "il mêle l’UTF-8 et le Windows-1252.")
    if is_blank:
        raise UnreadableFileError(path.name, "le fichier est vide.")
    fault = fault or _undecodable(decoder, b"", "il s’arrête au milieu d’un caractère\u00a0: la fin manque.")
    if fault:
        _refuse_bad_windows_1252(path, fault)
    return "cp1252" if fault else "utf-8-sig", lines


def _undecodable(decoder: codecs.IncrementalDecoder, block: bytes, fault: str) -> str:
    """`fault`, if this block makes no sense; an empty one is the end."""
    try:
        decoder.decode(block, not block)
    except UnicodeDecodeError:
        return fault
    return ""


def _refuse_bad_windows_1252(path: Path, fault: str) -> None:
    """`fault`: why the file is not in UTF-8, said when part of it is."""
    last = b""
    for block in _blocks(path):
        if NOT_WINDOWS_1252.search(block) and not UTF_8_AMID.search(last + block):
            raise UnreadableFileError(path.name, "le fichier n’est ni en UTF-8 ni en Windows-1252.")
        if UTF_8_AMID.search(last + block):
            raise UnreadableFileError(path.name, fault)
        last = block[-1:]


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block
