"""E-mail addresses and phones as a file writes them."""

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts import phones
from accounts.phones import BadPhoneError
from contracts.portfolio.values import BadValueError

LONGEST_EMAIL: Final = 254
# Nearly all of them, which Django's validator takes as well; it looks at the others.
PLAIN_EMAIL: Final = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII
)


def mobile(number: str | None) -> str | None:
    """The same E.164 number when codes can be sent to it."""
    if not number or phones.FRENCH_MOBILE_E164.fullmatch(number):
        return number
    return number if phones.phone(number).is_mobile else None


def phone(cell: str) -> str:
    """In E.164."""
    try:
        return phones.phone(cell).number
    except BadPhoneError as error:
        raise BadValueError(str(error)) from None


def email(cell: str) -> str:
    if len(cell) <= LONGEST_EMAIL and PLAIN_EMAIL.fullmatch(cell):
        return cell
    try:
        validate_email(cell)
    except ValidationError:
        raise BadValueError("Ce n’est pas une adresse e-mail.") from None
    if len(cell) > LONGEST_EMAIL:
        raise BadValueError(f"L’adresse e-mail dépasse {LONGEST_EMAIL} caractères.")
    return cell
