"""A document of parties, words and tables, told apart from how it looks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from web.printing.glyphs import printable
from web.printing.typesetting import Letterhead, present, typeset

TEMPLATE: Final = Path(__file__).with_name("paper.typ")


@dataclass(frozen=True, slots=True)
class Card:
    """The sum that matters, under its label, with what there is to know about it."""

    label: str
    sum: str
    words: str


@dataclass(frozen=True, slots=True)
class Party:
    heading: str
    name: str
    details: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Paragraphs, then a table if it has columns. `sums`: how many of the last columns are sums; none: two columns
    of terms and words. `totals` is one more row, or empty."""

    heading: str
    paragraphs: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    totals: Sequence[str] = ()
    sums: int = 0


@dataclass(frozen=True, slots=True)
class Paper:
    """`title` also names the file in a reader's window: it tells nothing of what was deposited."""

    letterhead: Letterhead
    title: str
    card: Card | None
    parties: Sequence[Party]
    sections: Sequence[Section]
    closing: Sequence[str]
    dated: datetime


def render(paper: Paper) -> bytes:
    words: dict[str, Any] = {
        "title": printable(paper.title),
        "card": paper.card and _card(paper.card),
        "parties": [_party(party) for party in paper.parties],
        "sections": [_section(section) for section in paper.sections],
        "closing": _all(paper.closing),
    }
    return typeset(TEMPLATE, paper.letterhead, words, paper.dated)


def _card(card: Card) -> dict[str, str]:
    return {"label": printable(card.label), "sum": printable(card.sum), "words": printable(card.words)}


def _party(party: Party) -> dict[str, Any]:
    return {
        "heading": printable(party.heading),
        "name": printable(party.name),
        "details": present(*party.details),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "heading": printable(section.heading),
        "paragraphs": _all(section.paragraphs),
        "columns": _all(section.columns),
        "rows": [_all(row) for row in section.rows],
        "totals": _all(section.totals),
        "sums": section.sums,
    }


def _all(texts: Iterable[str]) -> list[str]:
    return [printable(text) for text in texts]
