"""One `[[tariffs]]` table with its examples, as an establishment's file and an agent's draft both write it."""

from dataclasses import dataclass
from datetime import date

from contracts.interest import TariffRules
from contracts.tariff_examples import Example, check_examples, read_examples
from contracts.tariff_rules import TariffError, parse_tariff
from web.toml_tables import Table


@dataclass(frozen=True)
class TariffEntry:
    code: str
    valid_from: date
    rules: TariffRules
    examples: tuple[Example, ...] = ()


def read_tariff(table: Table) -> TariffEntry:
    """One that misses an example of its own is refused. Errors: FileError."""
    return _read(table, is_held_to_examples=True)


def read_draft(table: Table) -> TariffEntry:
    """The same, and an example may be missed: whoever looks at a draft sees which. Errors: FileError."""
    return _read(table, is_held_to_examples=False)


def _read(table: Table, *, is_held_to_examples: bool) -> TariffEntry:
    code, valid_from = table.text("code", 32), table.day("valid_from")
    rows = table.tables("examples") if table.has("examples") else []
    try:
        rules = parse_tariff(table.rest())
    except TariffError as error:
        raise table.error(error.key, error.value, error.reason) from None
    examples = read_examples(rows)
    if is_held_to_examples:
        check_examples(rows, examples, rules)
    return TariffEntry(code, valid_from, rules, examples)
