"""Fields that several forms share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts import identifiers
from accounts.passkeys import LONGEST

WRONG_IDENTIFIER = (
    "Votre identifiant a 10 ou 11 chiffres. Il vous a été envoyé par e-mail. Le numéro client ne fonctionne plus."
)

NO_ANSWER = "Votre clé d’accès n’a pas répondu. Recommencez."


class CodeInput(forms.TextInput):
    """What a phone or an authenticator shows; never written back into the page."""

    def __init__(self, **attrs: str) -> None:
        super().__init__({"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code", **attrs})

    def format_value(self, value: Any) -> None:
        return None


class CredentialField(forms.CharField):
    """The JSON of what a browser signed: ASCII on one line. Its sense is read by `accounts.passkeys`."""

    def __init__(self, **options: Any) -> None:
        errors = dict.fromkeys(("required", "max_length", "null_characters_not_allowed"), NO_ANSWER)
        super().__init__(max_length=LONGEST, error_messages=errors, **options)

    def clean(self, value: str) -> str:
        text: str = super().clean(value)
        if not (text.isascii() and text.isprintable()):
            raise ValidationError(NO_ANSWER, "credential")
        return text


class IdentifierField(forms.CharField):
    """Spaces, dots and dashes are ignored; anything but 10 or 11 digits is refused."""

    def __init__(self) -> None:
        super().__init__(
            label="Identifiant",
            max_length=64,
            help_text="Votre identifiant (10 ou 11 chiffres)",
            error_messages={"required": "Tapez votre identifiant.", "max_length": WRONG_IDENTIFIER},
            widget=forms.TextInput(attrs={"autocomplete": "username", "inputmode": "numeric", "spellcheck": "false"}),
        )

    def clean(self, value: str) -> str:
        digits = identifiers.canonical(super().clean(value))
        if digits is None:
            raise ValidationError(WRONG_IDENTIFIER, "identifier")
        return digits
