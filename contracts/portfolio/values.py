"""What one cell says: numbers, days, sums, words. Cells come stripped and not empty. Pure, standard library only."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeVar

Value = TypeVar("Value")

NUMBER: Final = re.compile(r"(?=.*[0-9A-Za-z])[0-9A-Za-z._-]{1,32}")
LONGEST_NUMBER: Final = 32
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?")
RANK: Final = re.compile(r"[0-9]{1,8}")
HIGHEST_RANK: Final = 32767  # of a small integer in the database

ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
FRENCH_DAY: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
# Beyond them a day is a slip of the keyboard, and adding months could leave the calendar.
FIRST_YEAR, LAST_YEAR = 1900, 2199

# Days and sums come back all through a file.
REMEMBERED: Final = 1 << 15

SPACES: Final = "[ \u00a0\u202f]"
DECIMAL: Final = re.compile(rf"([0-9]{{1,3}}(?:{SPACES}[0-9]{{3}})+|[0-9]+)(?:[.,]([0-9]+))?")
SEPARATED: Final = re.compile(rf"(?:[0-9.,]|{SPACES})*")


class BadValueError(ValueError):
    """`str()` is the reason, a French sentence."""


def number(cell: str) -> str:
    """A client's or contract's number: it stands in addresses of pages."""
    if cell.isascii() and cell.isalnum() and len(cell) <= LONGEST_NUMBER:
        return cell
    if not NUMBER.fullmatch(cell):
        raise BadValueError(
            "Un numéro a 32 caractères au plus\u00a0: des chiffres, des lettres sans accent, «\u00a0.\u00a0», "
            "«\u00a0_\u00a0» ou «\u00a0-\u00a0»."
        )
    return cell


def text(limit: int) -> Callable[[str], str]:
    """At most `limit` characters; the line breaks of a quoted cell become spaces."""

    def read(cell: str) -> str:
        if cell.isprintable() and len(cell) <= limit:
            return cell
        cell = cell.replace("\n", " ")
        if CONTROL.search(cell):
            raise BadValueError("Le texte contient un caractère de commande invisible.")
        if len(cell) > limit:
            raise BadValueError(f"Le texte a {len(cell)} caractères, la limite est {limit}.")
        return cell

    return read


@lru_cache(REMEMBERED)
def day(cell: str) -> date:
    if found := ISO_DAY.fullmatch(cell):
        year, month, day_of_month = map(int, found.groups())
    elif found := FRENCH_DAY.fullmatch(cell):
        day_of_month, month, year = map(int, found.groups())
    else:
        raise BadValueError("Un jour s’écrit 2026-05-31 ou 31/05/2026.")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadValueError(f"L’année doit être entre {FIRST_YEAR} et {LAST_YEAR}.")
    try:
        return date(year, month, day_of_month)
    except ValueError:
        raise BadValueError("Ce jour n’existe pas dans le calendrier.") from None


def decimal(digits: int, places: int) -> Callable[[str], Decimal]:
    """Zero or more, with as many digits as the database keeps: `digits` in all, `places` after the point."""
    highest = Decimal(10) ** (digits - places)

    @lru_cache(REMEMBERED)
    def read(cell: str) -> Decimal:
        found = DECIMAL.fullmatch(cell)
        if found is None:
            raise BadValueError(_why_no_decimal(cell))
        if len(found[2] or "") > places:
            raise BadValueError(f"Il y a plus de {places} décimales.")
        value = Decimal(f"{re.sub(SPACES, '', found[1])}.{found[2] or '0'}")
        if value >= highest:
            raise BadValueError(f"Le nombre est trop grand\u00a0: la limite est {highest - 1}.")
        return value

    return read


def positive(read: Callable[[str], Decimal]) -> Callable[[str], Decimal]:
    @lru_cache(REMEMBERED)
    def read_positive(cell: str) -> Decimal:
        value = read(cell)
        if not value:
            raise BadValueError("Le montant doit être plus grand que zéro.")
        return value

    return read_positive


def choice(choices: Mapping[str, Value]) -> Callable[[str], Value]:
    """Whatever the case of its letters."""
    names = ", ".join(choices)

    def read(cell: str) -> Value:
        try:
            return choices[cell.lower()]
        except KeyError:
            raise BadValueError(f"À choisir entre\u00a0: {names}.") from None

    return read


def rank(cell: str) -> int:
    if not RANK.fullmatch(cell) or int(cell) > HIGHEST_RANK:
        raise BadValueError(f"Un rang est un nombre entier, {HIGHEST_RANK} au plus.")
    return int(cell)


def language(cell: str) -> str:
    if not LANGUAGE.fullmatch(cell.lower()):
        raise BadValueError("Une langue s’écrit en deux ou trois lettres, par exemple fr.")
    return cell.lower()


def file_name(cell: str) -> str:
    """Of a photo: a name alone, which cannot lead out of its folder."""
    name = text(200)(cell)
    if "/" in name or "\\" in name or name.startswith("."):
        raise BadValueError("Une photo se désigne par le seul nom de son fichier, sans dossier.")
    return name


def _why_no_decimal(cell: str) -> str:
    if cell.startswith(("-", "\u2212")):
        return "Un nombre négatif n’est pas possible ici."
    if SEPARATED.fullmatch(cell) and cell.count(".") + cell.count(",") > 1:
        return "Il y a deux séparateurs\u00a0: écrivez 1250,50 ou 1250.50, sans point pour les milliers."
    return "Un nombre s’écrit 1250.50, 1250,50 ou 1 250,50."
