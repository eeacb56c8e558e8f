"""E-mail addresses and phones as a file writes them."""

from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts import phones
from accounts.phones import BadPhoneError, Phone
from contracts.portfolio.values import BadValueError

LONGEST_EMAIL: Final = 254


def phone(cell: str) -> Phone:
    try:
        return phones.phone(cell)
    except BadPhoneError as error:
        raise BadValueError(str(error)) from None


def email(cell: str) -> str:
    try:
        validate_email(cell)
    except ValidationError:
        raise BadValueError("Ce n’est pas une adresse e-mail.") from None
    if len(cell) > LONGEST_EMAIL:
        raise BadValueError(f"L’adresse e-mail dépasse {LONGEST_EMAIL} caractères.")
    return cell
