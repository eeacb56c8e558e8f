"""Codes to print: twelve characters in Crockford's alphabet, which no handwriting confuses. Standard library only."""

import re
import secrets
from typing import Final

from accounts.identifiers import SEPARATORS

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 12
CODES: Final = 10
START: Final = 2  # characters that find the row to compare
LOOKALIKES: Final = str.maketrans("ILO", "110")


def generate_sheet() -> list[str]:
    """Ten codes, each with its own start: a typed code is compared with one row at most."""
    sheet: dict[str, str] = {}
    while len(sheet) < CODES:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        sheet.setdefault(code[:START], code)
    return list(sheet.values())


def canonical(typed: str) -> str | None:
    """What was typed without spaces and dashes, in capitals, I and L read as 1, O as 0; None when that is no code."""
    code = SEPARATORS.sub("", typed)
    if not code.isascii():
        return None
    code = code.upper().translate(LOOKALIKES)
    return code if re.fullmatch(f"[{ALPHABET}]{{{LENGTH}}}", code) else None


def grouped(code: str) -> str:
    """« K7PM 3QXR 9TDA »."""
    return " ".join(re.findall("....", code))
