"""The reference of a message, in Crockford's base 32: eight signs that can be read aloud. Standard library only."""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O: they look like 1 and 0; no U
LENGTH = 8
_LOOKALIKES = str.maketrans("OIL", "011")


def generate() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(reference: str) -> str:
    """« K7PM-3QXR »: how people see it."""
    return f"{reference[:4]}-{reference[4:]}"


def canonical(typed: str) -> str | None:
    """What was typed, without spaces and dashes, in capitals, O read as 0, I and L as 1; None if that is none."""
    reference = re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper().translate(_LOOKALIKES)
    return reference if re.fullmatch(f"[{ALPHABET}]{{{LENGTH}}}", reference) else None
