"""The identifier: a client's login name, 10 or 11 ASCII digits, kept as text. Standard library only."""

import re
import secrets

DIGITS = re.compile(r"[0-9]{10,11}")
SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015]")


def canonical(typed: str) -> str | None:
    """What was typed without spaces, dots and dashes; None when that is not 10 or 11 ASCII digits."""
    digits = typed if DIGITS.fullmatch(typed) else SEPARATORS.sub("", typed)
    return digits if DIGITS.fullmatch(digits) else None


def generate() -> str:
    """Ten random digits; the caller makes sure that they are new in the establishment."""
    return f"{secrets.randbelow(10**10):010d}"
