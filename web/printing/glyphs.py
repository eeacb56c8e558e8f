"""Which characters the bundled fonts can draw: a receipt must come out whatever a name contains."""

import re
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
PLACEHOLDER = "\N{WHITE SQUARE}"
NEVER_DRAWN = {"Cc", "Co"}  # control and private-use characters: fonts have some, PDF/A-2a refuses them
JOINERS = {"\N{ZERO WIDTH NON-JOINER}", "\N{ZERO WIDTH JOINER}"}  # Persian and others spell with them
SPACING = re.compile(r"[^\S\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+")


def printable(text: str) -> str:
    """The text on one line, whatever no font can draw replaced by « □ ».

    A letter and its combining marks need one font that has them all, else they become one « □ ».
    Direction overrides and other invisible characters go: they only disturb the reading order.
    """
    normal = unicodedata.normalize("NFC", SPACING.sub(" ", text).strip())
    visible = (char for char in normal if char in JOINERS or unicodedata.category(char) != "Cf")
    return "".join(cluster if _is_drawn(cluster) else PLACEHOLDER for cluster in _clusters(visible))


def _clusters(chars: Iterable[str]) -> Iterator[str]:
    """Each base character together with the marks and joiners that follow it."""
    cluster = ""
    for char in chars:
        if cluster and not _is_mark(char):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _is_mark(char: str) -> bool:
    return char in JOINERS or unicodedata.category(char).startswith("M")


def _is_drawn(cluster: str) -> bool:
    base, marks = cluster[0], cluster[1:]
    is_mark_alone = _is_mark(base) or (base.isspace() and marks != "")
    if is_mark_alone or any(unicodedata.category(char) in NEVER_DRAWN for char in cluster):
        return False
    codes = {ord(char) for char in cluster if char not in JOINERS}
    return any(codes <= characters for characters in _characters_by_font())


@cache
def _characters_by_font() -> tuple[frozenset[int], ...]:
    return tuple(frozenset(_characters(path.read_bytes())) for path in sorted(FONTS.glob("*.ttf")))


def _characters(font: bytes) -> Iterator[int]:
    """The code points up to U+FFFF that a TrueType font maps to a glyph: its `cmap` table, format 4 (OpenType)."""
    table_count = _shorts(font, 4, 1)[0]
    directory = (struct.unpack_from(">4s4xI", font, 12 + 16 * index) for index in range(table_count))
    cmap = next(offset for tag, offset in directory if tag == b"cmap")
    subtable_count = _shorts(font, cmap + 2, 1)[0]
    encodings = (struct.unpack_from(">HHI", font, cmap + 4 + 8 * index) for index in range(subtable_count))
    start = cmap + next(offset for platform, encoding, offset in encodings if (platform, encoding) == (3, 1))
    count = _shorts(font, start + 6, 1)[0] // 2
    lasts = _shorts(font, start + 14, count)
    firsts, deltas, offsets = (_shorts(font, start + 16 + 2 * count * column, count) for column in (1, 2, 3))
    offsets_at = start + 16 + 2 * count * 3
    for segment, (first, last, delta, offset) in enumerate(zip(firsts, lasts, deltas, offsets, strict=True)):
        glyphs_at = offsets_at + 2 * segment + offset  # an offset counts from its own place in the file
        for code in range(first, last + 1):
            glyph = _shorts(font, glyphs_at + 2 * (code - first), 1)[0] if offset else (code + delta) % 0x10000
            if glyph:
                yield code


def _shorts(data: bytes, offset: int, count: int) -> tuple[int, ...]:
    return struct.unpack_from(f">{count}H", data, offset)
