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
FRENCH_MOBILE_E164: Final = re.compile(r"\+33[67][0-9]{8}")
# Mobiles of overseas France are dialled like those of the mainland, but a text message needs their own country code.
OVERSEAS_MOBILE: Final = re.compile(r"(?:639|69[0-7])[0-9]{6}")
OVERSEAS_CODES: Final = ("262", "590", "594", "596")
PUNCTUATION: Final = re.compile(r"[\s.\-/()]")
E164: Final = re.compile(r"\+[0-9]{6,15}")
# What a client types: digits, with what people put between them. The import reads more.
TYPED: Final = re.compile(r"[+\d\s.\-/()]{6,40}")
# Numbers kept for fiction have no type: they may be mobiles.
MAY_RECEIVE_SMS: Final = frozenset(
    {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.UNKNOWN,
    }
)
# What may be chosen by a client abroad: neither what rings at a price, nor what nobody has assigned.
MOBILE: Final = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
NO_PHONE: Final = "Ce n’est pas un numéro de téléphone."
WORLDWIDE: Final = "001"  # satellites and other numbers of no country, among the dearest to text


class BadPhoneError(ValueError):
    """`str()` is the reason, a French sentence."""


@dataclass(frozen=True, slots=True)
class Phone:
    """`number` is in E.164, `is_mobile` says that codes can be sent to it."""

    number: str
    is_mobile: bool


def phone(written: str) -> Phone:
    """Any phone, in any French or international writing. Errors: BadPhoneError."""
    if french := FRENCH.fullmatch(PUNCTUATION.sub("", written)):
        return Phone(_french_number(french[1] + french[2]), french[1] in FRENCH_MOBILE)
    parsed = _parsed(written)
    return Phone(_e164(parsed), phonenumbers.number_type(parsed) in MAY_RECEIVE_SMS)


def mobile(typed: str) -> str:
    """The E.164 of a mobile that a client chooses for the codes. Errors: BadPhoneError."""
    if not TYPED.fullmatch(typed):
        raise BadPhoneError(NO_PHONE)
    chosen = phone(typed)
    if not (_is_french_mobile(chosen.number) or _is_mobile_abroad(_parsed(chosen.number))):
        raise BadPhoneError(
            "Ce numéro n’est pas celui d’un mobile qui reçoit les SMS. Un mobile français commence par 06 ou 07\u00a0; "
            "un mobile étranger s’écrit avec le signe + et l’indicatif du pays."
        )
    return chosen.number


def _french_number(digits: str) -> str:
    if OVERSEAS_MOBILE.fullmatch(digits):
        for code in OVERSEAS_CODES:
            number = f"+{code}{digits}"
            if phonenumbers.is_valid_number(phonenumbers.parse(number)):
                return number
    return f"+33{digits}"


def _parsed(written: str) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(written, HOME)
    except phonenumbers.NumberParseException:
        raise BadPhoneError(NO_PHONE) from None


def _e164(parsed: phonenumbers.PhoneNumber) -> str:
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    if not phonenumbers.is_possible_number(parsed) or not E164.fullmatch(number):
        raise BadPhoneError("Ce numéro de téléphone est impossible\u00a0: il a trop ou trop peu de chiffres.")
    return number


def _is_french_mobile(number: str) -> bool:
    """A digit too few leaves a zero after +33, which the library thinks possible."""
    return FRENCH_MOBILE_E164.fullmatch(number) is not None


def _is_mobile_abroad(parsed: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.number_type(parsed) in MOBILE and phonenumbers.region_code_for_number(parsed) != WORLDWIDE
