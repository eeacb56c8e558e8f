"""The six-digit code of an SMS. Standard library only."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit

from accounts.identifiers import SEPARATORS
from web.french import NBSP, time_left

TRIES = 5
RESENDS = 3
RESEND_PAUSES_SECONDS = (30, 60, 120)
LENGTH = 32  # of a digest: 128 bits


def generate() -> str:
    return f"{secrets.randbelow(10**6):06d}"


def canonical(typed: str) -> str | None:
    """What was typed without spaces, dots and dashes; None when that is not six ASCII digits."""
    digits = SEPARATORS.sub("", typed)
    return digits if re.fullmatch(r"[0-9]{6}", digits) else None


def digest(code: str, *, challenge: str, key: bytes) -> str:
    """What is kept of a code: keyed, and bound to the login that asked for it. 32 hexadecimal characters."""
    return hmac.new(key, f"sms-code:{challenge}:{code}".encode(), hashlib.sha256).hexdigest()[:LENGTH]


def matches(code: str, kept: str, *, challenge: str, keys: Iterable[bytes]) -> bool:
    """Under one of `keys`: a code in hand outlives a change of key."""
    return any(hmac.compare_digest(digest(code, challenge=challenge, key=key), kept) for key in keys)


def masked(phone: str) -> str:
    """« *****006 »: all but the last three digits."""
    return f"*****{phone[-3:]}"


def sms_text(code: str, *, validity_seconds: int, site_url: str, what: str = "votre code de connexion") -> str:
    """One GSM-7 segment (no ê, no ç, no ’), with the last line that lets a phone fill the code in (WebOTP)."""
    validity = time_left(validity_seconds).replace(NBSP, " ")  # no segment of GSM-7 holds one
    return (
        f"{code} est {what}, valable {validity}. "
        f"Ne le donnez a personne, agence comprise.\n\n@{urlsplit(site_url).hostname} #{code}"
    )
