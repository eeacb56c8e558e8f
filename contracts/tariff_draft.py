"""A draft tariff that an agent tries: text in the form of an establishment's file. Nothing of it is written."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from contracts.tariff_examples import Example
from contracts.tariff_file import TariffEntry, read_draft
from contracts.tariff_preview import signed
from web.toml_tables import Table, parsed

MOST_CHARACTERS: Final = 20_000


@dataclass(frozen=True)
class CheckedExample:
    example: Example
    given: Decimal

    @property
    def is_met(self) -> bool:
        return self.given == self.example.expected

    @property
    def difference_words(self) -> str:
        return signed(self.given - self.example.expected)


@dataclass(frozen=True)
class Draft:
    """`tariffs`: how many the text held; `entry` is the one that starts last."""

    entry: TariffEntry
    tariffs: int

    @property
    def examples(self) -> list[CheckedExample]:
        rules = self.entry.rules
        return [CheckedExample(example, example.given_by(rules)) for example in self.entry.examples]


def draft_of(text: str) -> Draft:
    """A whole establishment's file will do: of it, only the tariffs are looked at. Errors: FileError."""
    entries = [read_draft(row) for row in Table(parsed(text)).tables("tariffs")]
    return Draft(max(entries, key=lambda entry: entry.valid_from), len(entries))
