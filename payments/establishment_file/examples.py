"""`[[tariffs.examples]]`: sums that the establishment has published. A tariff that misses one of its own is refused."""

from datetime import date
from decimal import Decimal
from typing import Final

from contracts.interest import TariffRules, Terms, quote
from payments.establishment_file.tables import Table
from web.french import euros

EUROS: Final = r"[0-9]{1,9}(\.[0-9]{1,2})?"
A_SUM: Final = 'une somme entre guillemets, par exemple "1000" ou "59.20"'


def check_examples(rows: list[Table], rules: TariffRules) -> None:
    """Each row: a loan of `principal` made on `from`, of which all is paid on `until`, its due date: `expected` is due.

    `fees` may be added. Errors: FileError, with the sum that the rules give.
    """
    for row in rows:
        principal, expected = _sum(row, "principal"), _sum(row, "expected")
        fees = _sum(row, "fees") if row.has("fees") else Decimal(0)
        pledged_on, until = row.day("from"), row.day("until")
        row.finish()
        if until <= pledged_on:
            raise row.error("until", until, "un jour après « from »")
        given = quote(rules, _terms(principal, pledged_on, until, fees), until).total
        if given != expected:
            raise row.error("expected", expected, f"les règles de ce tarif donnent {euros(given)}")


def _terms(principal: Decimal, pledged_on: date, until: date, fees: Decimal) -> Terms:
    return Terms(
        principal=principal,
        rate=None,
        pledged_on=pledged_on,
        due_on=until,
        interest_paid_until=None,
        period_started_on=pledged_on,
        duty_paid_for=None,
        late_taken=Decimal(0),
        fees=fees,
    )


def _sum(row: Table, key: str) -> Decimal:
    return Decimal(row.matching(key, EUROS, A_SUM))
