"""What a bank may mean, in our words, and what leaves for it. The same for every bank."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


class MissingSecretError(Exception):
    """Neither the variable nor the file that it names holds the shop's key."""


@dataclass(frozen=True)
class BankForm:
    """What the browser sends to `url`. `trans_date` and `trans_id`, if any, must be kept: the answer repeats them."""

    url: str
    fields: tuple[tuple[str, str], ...]
    trans_date: str = ""
    trans_id: str = ""
    method: Literal["post", "get"] = "post"


@dataclass(frozen=True)
class Authorised:
    """The money is on its way. `bank_reference` is the transaction's number at the bank."""

    bank_reference: str


@dataclass(frozen=True)
class UnderVerification:
    """The bank will say later."""


@dataclass(frozen=True)
class RefusedByBank:
    pass


@dataclass(frozen=True)
class CancelledByClient:
    pass


@dataclass(frozen=True)
class TechnicalFailure:
    pass


@dataclass(frozen=True)
class RefundNotice:
    """The establishment gave money back from the bank's site: never a payment, and it undoes none."""

    amount: Decimal
    bank_reference: str


@dataclass(frozen=True)
class BadSignature:
    """Not the bank's word: the message is forged, unreadable, or its shop's key is missing here."""


@dataclass(frozen=True)
class Mismatch:
    """The bank's word, but not about what was sent: to keep and to look at, it credits nothing."""

    field: str


@dataclass(frozen=True)
class NoNews:
    """The bank was asked, and has nothing to tell yet. `code`: its own word for that."""

    code: str


Verdict = (
    Authorised
    | UnderVerification
    | RefusedByBank
    | CancelledByClient
    | TechnicalFailure
    | RefundNotice
    | BadSignature
    | Mismatch
    | NoNews
)


def in_cents(amount: Decimal) -> str:
    """Errors: ValueError for what is not a positive number of cents."""
    cents = amount * 100
    if cents <= 0 or cents != cents.to_integral_value():
        raise ValueError(f"{amount} is not a positive number of cents")
    return f"{cents:.0f}"
