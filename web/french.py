"""How sums, days and numbers are written in French. Standard library only."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

NBSP = "\N{NO-BREAK SPACE}"
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)

PLAIN = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})


def plain_letters(text: str) -> str:
    """What two writings of the same words share: « Évier  de l’Œuvre » → « evier de l'oeuvre »."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(kept.translate(PLAIN).split())


def french_decimal(value: Decimal, places: int) -> str:
    """1234.5 with two places → « 1 234,50 » (non-breaking spaces)."""
    return f"{value:,.{places}f}".replace(",", NBSP).replace(".", ",")


def euros(value: Decimal) -> str:
    """1234.5 → « 1 234,50 € »."""
    return f"{french_decimal(value, 2)}{NBSP}€"


def round_euros(value: Decimal) -> str:
    """1000.00 → « 1 000 € », 1000.50 → « 1 000,50 € »: sums inside sentences and formulas."""
    return f"{french_decimal(value, 0)}{NBSP}€" if value == value.to_integral_value() else euros(value)


def french_percent(rate: Decimal) -> str:
    """0.820 → « 0,820 % »; the decimals are those of the tariff."""
    places = max(0, -int(rate.as_tuple().exponent))
    return f"{french_decimal(rate, places)}{NBSP}%"


def french_day(day: date) -> str:
    """2026-05-31 → « 31 mai 2026 », 2026-05-01 → « 1er mai 2026 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


def french_phone(number: str) -> str:
    """+33240000000 → « 02 40 00 00 00 »; other countries keep their international writing."""
    if re.fullmatch(r"\+33[1-9][0-9]{8}", number):
        return NBSP.join(re.findall("..", "0" + number[3:]))
    return number


def plural(count: int, one: str, many: str) -> str:
    """(1, « jour », « jours ») → « 1 jour »; in French zero takes the singular."""
    return f"{count}{NBSP}{many if abs(count) > 1 else one}"


def time_left(seconds: int) -> str:
    """20 → « 20 secondes », 280 → « 4 minutes 40 secondes »: to the second, since it is what is left."""
    minutes, rest = divmod(seconds, 60)
    parts = [plural(minutes, "minute", "minutes")] if minutes else []
    return " ".join(parts + ([plural(rest, "seconde", "secondes")] if rest or not minutes else []))


def french_duration(seconds: int) -> str:
    """45 → « 45 secondes », 150 → « 3 minutes », 9000 → « 2 h 30 »; rounded up, so that the wait is over by then."""
    if seconds <= 90:
        return plural(seconds, "seconde", "secondes")
    minutes = -(-seconds // 60)
    if minutes < 120:
        return plural(minutes, "minute", "minutes")
    return f"{minutes // 60}{NBSP}h{NBSP}{minutes % 60:02d}"
