"""The rules that an establishment of the demonstration gives itself in its file."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from contracts.interest import TariffRules
from contracts.prolongation import ProlongationRules
from contracts.tariff_rules import parse_tariff

ESTABLISHMENTS: Final = Path(__file__).parent / "establishments"


@dataclass(frozen=True, slots=True)
class DatedTariff:
    code: str
    valid_from: date
    rules: TariffRules


@dataclass(frozen=True, slots=True)
class Rulebook:
    """`agencies` are codes, `tariffs` the newest first."""

    slug: str
    agencies: tuple[str, ...]
    prolongation: ProlongationRules
    tariffs: tuple[DatedTariff, ...]

    def tariff_on(self, day: date) -> DatedTariff:
        """The tariff under which a contract of that day was signed."""
        return next(tariff for tariff in self.tariffs if tariff.valid_from <= day)


def establishment_files() -> list[Path]:
    return sorted(ESTABLISHMENTS.glob("*.toml"))


def read_rulebook(slug: str) -> Rulebook:
    """Errors: ValueError when the demonstration has no such establishment."""
    path = ESTABLISHMENTS / f"{slug}.toml"
    if path not in establishment_files():
        raise ValueError(f"La démonstration n’a pas d’établissement « {slug} ».")
    with path.open("rb") as file:
        data = tomllib.load(file)
    tariffs = [DatedTariff(table["code"], table["valid_from"], parse_tariff(table)) for table in data["tariffs"]]
    return Rulebook(
        slug=slug,
        agencies=tuple(agency["code"] for agency in data["agencies"]),
        prolongation=ProlongationRules(**data["prolongation"]),
        tariffs=tuple(sorted(tariffs, key=lambda tariff: tariff.valid_from, reverse=True)),
    )
