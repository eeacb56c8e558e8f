"""What an authenticator application is given: a key, as letters to type and as a drawing to scan."""

import base64
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django_otp.oath import TOTP
from qrcode.main import QRCode


@dataclass(frozen=True, slots=True)
class Drawing:
    """A QR code: `path` is the `d` of an SVG path in a square of `size` units, quiet zone included."""

    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Match:
    """`step`: the 30 seconds whose code this is, refused from now on. `drift`: how many steps the phone is off."""

    step: int
    drift: int


def generate_key() -> str:
    """160 bits in hexadecimal, as django-otp stores them."""
    return secrets.token_hex(20)


def key_to_type(key: str) -> str:
    """Base32 in groups of four."""
    return " ".join(re.findall("....", _base32(key)))


def address(key: str, *, issuer: str, account: str) -> str:
    """`otpauth://…`, what the drawing says and what a link on the telephone itself opens."""
    label = quote(f"{issuer.replace(':', ' ')}:{account}")
    facts = {"secret": _base32(key), "issuer": issuer.replace(":", " ")}
    return f"otpauth://totp/{label}?{urlencode(facts, quote_via=quote)}"


def drawing(text: str) -> Drawing:
    code: QRCode[Any] = QRCode(border=4)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return Drawing(len(rows), path)


def match(key: str, code: str, now: datetime) -> Match | None:
    """The first code of a new key; 30 seconds early or late is right, too."""
    totp = TOTP(bytes.fromhex(key))
    totp.time = now.timestamp()
    return Match(totp.t(), totp.drift) if totp.verify(int(code), tolerance=1) else None


def _base32(key: str) -> str:
    return base64.b32encode(bytes.fromhex(key)).decode()
