"""What a provider answered, or did not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider said no: the message has not left."""

    error: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """The provider is down or full: the message has not left, and may be offered again."""

    error: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer, or one that cannot be read: the message may have left, so it is never sent again by itself."""

    error: str


Answer = Sent | Refused | TryLater | Unknown
