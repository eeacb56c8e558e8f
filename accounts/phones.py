"""Phone numbers as people write them, kept as E.164."""

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

HOME: Final = "FR"
# Most numbers of a French file: no need of the library for them.
FRENCH: Final = re.compile(r"(?:\+33|0033|0)([1-9])([0-9]{8})")
FRENCH_MOBILE: Final = "67"
PUNCTUATION: Final = re.compile(r"[\s.\-/()]")
E164: Final = re.compile(r"\+[0-9]{6,15}")
# Numbers kept for fiction have no type: they may be mobiles.
MAY_RECEIVE_SMS: Final = frozenset(
    {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.UNKNOWN,
    }
)


class BadPhoneError(ValueError):
    """`str()` is the reason, a French sentence."""


@dataclass(frozen=True, slots=True)
class Phone:
    """`number` is in E.164, `is_mobile` says that codes can be sent to it."""

    number: str
    is_mobile: bool


def parse_phone(text: str) -> Phone:
    """Any French or international writing. Errors: BadPhoneError."""
    if french := FRENCH.fullmatch(PUNCTUATION.sub("", text)):
        return Phone(f"+33{french[1]}{french[2]}", french[1] in FRENCH_MOBILE)
    try:
        parsed = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException:
        raise BadPhoneError("Ce n’est pas un numéro de téléphone.") from None
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    if not phonenumbers.is_possible_number(parsed) or not E164.fullmatch(number):
        raise BadPhoneError("Ce numéro de téléphone est impossible\u00a0: il a trop ou trop peu de chiffres.")
    return Phone(number, phonenumbers.number_type(parsed) in MAY_RECEIVE_SMS)
