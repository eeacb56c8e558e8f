"""Length, what leaked elsewhere, the words that anyone would guess first, and how soon the whole is guessed.

Common passwords are Django's own list. The same rules stand wherever a password is chosen.
"""

import logging
import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from accounts.guessing import LEAST_SCORE, dates_of, guess
from accounts.leaked import LeakedListError, is_listed, is_shipped
from accounts.models import User

logger = logging.getLogger(__name__)

MIN_LENGTH, MAX_LENGTH = 12, 128
MIN_WORD = 3
CONTEXT_WORDS = ("pretgage", "creditmunicipal", "motdepasse")


class LengthValidator:
    """12 to 128 characters, no composition rule (CNIL 2022-100, ASVS 6.2)."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < MIN_LENGTH:
            raise ValidationError(f"Votre mot de passe doit avoir au moins {MIN_LENGTH} caractères.", "too_short")
        if len(password) > MAX_LENGTH:
            raise ValidationError(f"Votre mot de passe doit avoir au plus {MAX_LENGTH} caractères.", "too_long")

    def get_help_text(self) -> str:
        return f"Au moins {MIN_LENGTH} caractères. Une phrase facile à retenir convient très bien."


class LeakedValidator:
    """What was stolen elsewhere is tried first: the list that comes with the site, and that of `LEAKED_PASSWORDS`."""

    def validate(self, password: str, user: User | None = None) -> None:
        if MIN_LENGTH <= len(password) <= MAX_LENGTH and (is_shipped(password) or _is_listed(password)):
            raise ValidationError(
                "Ce mot de passe a été volé sur un autre site\N{NO-BREAK SPACE}: il figure dans des listes publiques, "
                "que les voleurs essaient en premier. Choisissez-en un autre, et changez-le aussi là où il vous sert.",
                "leaked",
            )

    def get_help_text(self) -> str:
        return "Un mot de passe que vous n’utilisez nulle part ailleurs."


class ContextWordsValidator:
    """Nothing that is known of the client or of the site makes up the password."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = slugify(password).replace("-", "")
        if any(word in plain for word in [*CONTEXT_WORDS, *_known_words(user)]):
            raise ValidationError(
                "Votre mot de passe ne doit contenir ni votre nom, ni vos numéros, ni le nom du site, "
                "ni les mots « mot de passe ».",
                "context",
            )

    def get_help_text(self) -> str:
        return "Ni votre nom, ni votre identifiant, ni le nom du site."


class GuessabilityValidator:
    """zxcvbn's score, with its reasons as plain sentences. A wrong length is already refused for itself."""

    def validate(self, password: str, user: User | None = None) -> None:
        if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
            return
        guessed = guess(password, [*CONTEXT_WORDS, *_about(user)])
        if guessed.score < LEAST_SCORE:
            raise ValidationError(" ".join([_TOO_EASY, guessed.why, *guessed.advice]), "guessable")

    def get_help_text(self) -> str:
        return "Rien qui se devine\N{NO-BREAK SPACE}: ni suite de touches, ni date, ni mot de passe courant."


_TOO_EASY = "Ce mot de passe se devine trop facilement."


def _is_listed(password: str) -> bool:
    """A file that has gone since the start is an error of the site: the other rules stand, and nobody is locked out."""
    if not settings.LEAKED_PASSWORDS:
        return False
    try:
        return is_listed(password, settings.LEAKED_PASSWORDS)
    except LeakedListError:
        logger.exception("the list of leaked passwords cannot be read")
        return False


def _about(user: User | None) -> list[str]:
    """What somebody who knows the client would try, part by part."""
    if user is None:
        return []
    if user.is_staff:
        return re.split(r"[^a-z0-9]+", user.username.lower())
    client, house = user.client, user.establishment
    parts = [client.first_name, client.last_name, client.city, client.email, house.name if house else ""]
    words = re.split(r"[^\w]+", " ".join(parts).lower())
    numbers = [user.identifier or "", client.client_number, client.postal_code, client.phone[-9:]]
    return [word for word in [*words, *numbers, *dates_of(client.birth_date)] if len(word) >= MIN_WORD]


def _known_words(user: User | None) -> list[str]:
    if user is None or user.is_staff:
        return []
    known = [user.identifier or "", user.client.last_name, user.client.client_number, user.client.phone[-9:]]
    return [word for word in (slugify(part).replace("-", "") for part in known) if len(word) >= 4]
