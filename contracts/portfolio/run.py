"""One import under way: whose, on which day, from which files; and how a row's owner is looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from contracts.portfolio.columns import CLIENTS, CONTRACTS, FileFormat
from contracts.portfolio.reading import Source
from contracts.portfolio.stage import Case, Stage, table_of
from establishments.models import Establishment
from web.staging import literal

# The files whose rows others depend on, and what they hold.
MASTERS: Final = {CLIENTS.name: "client", CONTRACTS.name: "contrat"}


@dataclass(frozen=True, slots=True)
class PortfolioFile:
    format: FileFormat
    source: Source

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        return tuple(name for name in self.source.header if name and name not in self.format.known)


@dataclass(frozen=True, slots=True)
class Taken:
    """Rows of a file that change something."""

    new: int
    changed: int


@dataclass(frozen=True, slots=True)
class Run:
    establishment: Establishment
    today: date
    by: str
    files: Sequence[PortfolioFile]
    stage: Stage

    @property
    def sources(self) -> dict[str, Source]:
        return {file.source.name: file.source for file in self.files}

    def join(self, table: str, alias: str, column: str, value: str) -> str:
        """The row of the establishment in `table` whose `column` is `value`, if there is one."""
        return (
            f"LEFT JOIN {table} {alias} ON {alias}.establishment_id = {self.establishment.pk} "
            f"AND {alias}.{column} = {value}"
        )


def join_master(master: FileFormat, value: str) -> str:
    """`n`: the row of that file that goes in and has this number. `r`: the first one that was refused."""
    table, (field,) = table_of(master), master.fields_of(master.keys[0])
    refused = f"SELECT {field} AS number, MIN(line) AS line FROM {table} WHERE is_refused GROUP BY {field}"
    return (
        f"LEFT JOIN {table} n ON n.{field} = {value} AND NOT n.is_refused LEFT JOIN ({refused}) r ON r.number = {value}"
    )


def missing(master: FileFormat, column: str, owner: str) -> Case:
    """`owner` is nobody, and no row that goes in makes it; `join_master` has looked."""
    kind = MASTERS[master.name]
    refused = literal(f"Ce {kind} est nouveau et refusé\u00a0: {master.name}, ligne ")
    unknown = literal(f"Aucun {kind} de l’établissement n’a ce numéro.")
    reason = f"CASE WHEN r.line IS NULL THEN {unknown} ELSE {refused} || r.line || '.' END"
    return Case(f"({owner} IS NULL AND n.line IS NULL)", column, reason)


def unknown_agency(found: str) -> Case:
    reason = literal("Aucune agence de l’établissement n’a ce code.")
    return Case(f"(s.agency IS NOT NULL AND {found} IS NULL)", "agence", reason)
