"""A portfolio read back from its files, as another program would."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from demo.portfolio import write_portfolio

Row = dict[str, str]

SLUGS: Final = ("nantes", "nice", "paris")
FILES: Final = ("clients.csv", "contrats.csv", "gages.csv", "ventes.csv")
# Leap days, ends of months, a summer and a winter day.
TODAYS: Final = tuple(
    date.fromisoformat(day)
    for day in ("2026-11-23", "2027-02-28", "2027-08-31", "2028-02-29", "2028-08-29", "2029-07-14", "2030-12-31")
)


@dataclass(frozen=True, slots=True)
class Portfolio:
    today: date
    clients: Sequence[Row]
    contracts: Sequence[Row]
    pledges: Sequence[Row]
    sales: Sequence[Row]

    def sale_of(self, contract: Row) -> Row | None:
        return next((sale for sale in self.sales if sale["numero_contrat"] == contract["numero_contrat"]), None)


@lru_cache
def written(slug: str, today: date) -> Portfolio:
    with TemporaryDirectory() as folder:
        write_portfolio(slug, Path(folder), today)
        return Portfolio(today, *(read(Path(folder) / name) for name in FILES))


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";", strict=True))


def day(row: Row, column: str) -> date | None:
    return date.fromisoformat(row[column]) if row[column] else None


def due_in(contract: Row, today: date) -> timedelta:
    return date.fromisoformat(contract["date_echeance"]) - today
