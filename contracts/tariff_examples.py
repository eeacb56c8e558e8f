"""`[[tariffs.examples]]`: sums that the establishment has published. A tariff that misses one of its own is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from contracts.interest import TariffRules, Terms, quote
from web.french import euros
from web.toml_tables import Table

EUROS: Final = r"[0-9]{1,9}(\.[0-9]{1,2})?"
A_SUM: Final = 'une somme entre guillemets, par exemple "1000" ou "59.20"'


@dataclass(frozen=True, slots=True)
class Example:
    """A loan of `principal` made on `pledged_on`, of which all is paid on `until`, its due date: `expected` is due."""

    principal: Decimal
    pledged_on: date
    until: date
    fees: Decimal
    expected: Decimal

    def given_by(self, rules: TariffRules) -> Decimal:
        terms = new_loan(self.principal, self.pledged_on, self.until, fees=self.fees)
        return quote(rules, terms, self.until).total


def new_loan(principal: Decimal, pledged_on: date, due_on: date, *, fees: Decimal = Decimal(0)) -> Terms:
    """Nothing was paid yet."""
    return Terms(
        principal=principal,
        rate=None,
        pledged_on=pledged_on,
        due_on=due_on,
        interest_paid_until=None,
        period_started_on=pledged_on,
        duty_paid_for=None,
        late_taken=Decimal(0),
        fees=fees,
    )


def read_examples(rows: Iterable[Table]) -> tuple[Example, ...]:
    """Errors: FileError."""
    return tuple(_example(row) for row in rows)


def check_examples(rows: Iterable[Table], examples: Iterable[Example], rules: TariffRules) -> None:
    """`rows` are those of the examples, for their places. Errors: FileError, with the sum that the rules give."""
    for row, example in zip(rows, examples, strict=True):
        given = example.given_by(rules)
        if given != example.expected:
            raise row.error("expected", example.expected, f"les règles de ce tarif donnent {euros(given)}")


def _example(row: Table) -> Example:
    principal, expected = _sum(row, "principal"), _sum(row, "expected")
    fees = _sum(row, "fees") if row.has("fees") else Decimal(0)
    pledged_on, until = row.day("from"), row.day("until")
    row.finish()
    if until <= pledged_on:
        raise row.error("until", until, "un jour après « from »")
    return Example(principal, pledged_on, until, fees, expected)


def _sum(row: Table, key: str) -> Decimal:
    return Decimal(row.matching(key, EUROS, A_SUM))
