"""Words in, PDF out. The same words give the same bytes: fonts and layouts lie in the repository, no clock is read."""

import json
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, cast

import typst

from web.french import NBSP, french_phone
from web.printing.glyphs import FONTS, printable

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PLAIN_ACCENT: Final = "#1d1a22"

logger = logging.getLogger(__name__)
_one_at_a_time = Lock()  # a typst.Compiler raises « Already borrowed » when two threads meet in it


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes. `accent_color` like « #7a1f3d », `logo_svg` the text of an SVG image or empty."""

    establishment: str
    city: str
    phone: str
    email: str
    accent_color: str
    logo_svg: str


def typeset(template: Path, letterhead: Letterhead, words: dict[str, Any], dated: datetime) -> bytes:
    """The PDF. A logo that cannot be drawn is left out. `words`: what the template prints, ready to print."""
    document = _head_words(letterhead) | words
    if letterhead.logo_svg:
        try:
            return _compile(template, document | {"logo": letterhead.logo_svg}, dated)
        except typst.TypstError as error:
            logger.warning("%s: the logo cannot be drawn: %s", document["title"], error.message)
    return _compile(template, document, dated)


def present(*texts: str) -> list[str]:
    """Those of which something can be printed."""
    return [text for text in map(printable, texts) if text]


def _head_words(letterhead: Letterhead) -> dict[str, Any]:
    accent_is_valid = re.fullmatch("#[0-9a-fA-F]{6}", letterhead.accent_color)
    return {
        "accent": letterhead.accent_color if accent_is_valid else PLAIN_ACCENT,
        "establishment": printable(letterhead.establishment),
        "contacts": present(french_phone(letterhead.phone), letterhead.email),
        "logo": None,
        "logo_alt": f"Logo{NBSP}: {printable(letterhead.establishment)}",
    }


def _compile(template: Path, document: dict[str, Any], dated: datetime) -> bytes:
    with _one_at_a_time:
        pdf = _compiler(template).compile(
            format="pdf",
            sys_inputs={"document": json.dumps(document)},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(dated.timestamp()),
        )
    return cast("bytes", pdf)  # a list, one item a page, is for images only


@cache
def _compiler(template: Path) -> typst.Compiler:
    """One a template for the process: it keeps the fonts and the unchanged layout in memory.

    Made at the first document and not at import: its threads do not survive a fork, a child that renders would hang.
    """
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(template, root=ROOT, font_paths=fonts, ignore_system_fonts=True)
