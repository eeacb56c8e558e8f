"""Length, and the words that anyone would guess first. Common passwords are Django's own list."""

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from accounts.models import User

MIN_LENGTH, MAX_LENGTH = 12, 128
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


def _known_words(user: User | None) -> list[str]:
    if user is None or user.is_staff:
        return []
    known = [user.identifier or "", user.client.last_name, user.client.client_number, user.client.phone[-9:]]
    return [word for word in (slugify(part).replace("-", "") for part in known) if len(word) >= 4]
