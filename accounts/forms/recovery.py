"""Three facts of the file, for a forgotten identifier."""

from datetime import date
from typing import Any

from django import forms

from accounts.forms.captcha import CaptchaForm
from web.fields import LineField

FIRST_YEAR = 1900


def _birth_date_part(label: str, part: str, digits: int) -> LineField:
    return LineField(
        label=label,
        named=label,
        missing=f"{label}\u00a0: tapez {digits} chiffres.",
        max_length=16,
        widget=forms.TextInput(
            attrs={
                "autocomplete": f"bday-{part}",
                "inputmode": "numeric",
                "placeholder": {"day": "jj", "month": "mm", "year": "aaaa"}[part],
            }
        ),
    )


class RecoverIdentifierForm(CaptchaForm):
    """Three facts of the file. The day comes first, as everywhere in France."""

    captcha_action = "recover_identifier"

    client_number = LineField(
        label="Numéro client", named="Numéro client", missing="Tapez votre numéro client.", max_length=32
    )
    birth_date_day = _birth_date_part("Jour de naissance", "day", 2)
    birth_date_month = _birth_date_part("Mois de naissance", "month", 2)
    birth_date_year = _birth_date_part("Année de naissance", "year", 4)
    contract_number = LineField(
        label="Numéro de contrat", named="Numéro de contrat", missing="Tapez un numéro de contrat.", max_length=32
    )

    def clean(self) -> dict[str, Any]:
        parts = [self.cleaned_data.get(f"birth_date_{part}", "").strip() for part in ("year", "month", "day")]
        if all(parts):
            try:
                self.cleaned_data["birth_date"] = _date_of(parts)
            except ValueError:
                self.add_error(
                    "birth_date_day",
                    "Cette date n’est pas possible. Tapez l’année en 4 chiffres, par exemple 31 05 1950.",
                )
        return self.cleaned_data


def _date_of(parts: list[str]) -> date:
    """Year, month, day typed in ASCII digits. Errors: ValueError."""
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise ValueError
    day = date(*map(int, parts))
    if day.year < FIRST_YEAR:
        raise ValueError
    return day
