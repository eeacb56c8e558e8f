"""What becomes of a file that a client sends. Apart from the decoders, which the site's own processes never load."""

from dataclasses import dataclass
from enum import Enum


class Flaw(Enum):
    """Why a file is refused; the form has the words."""

    UNKNOWN = "unknown"
    HEIC = "heic"
    OFFICE = "office"
    ARCHIVE = "archive"
    DAMAGED = "damaged"
    LOCKED = "locked"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_HEAVY = "too_heavy"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True)
class Paper:
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Rejected:
    flaw: Flaw
