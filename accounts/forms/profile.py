"""The personal file: what a client may change in it."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import CharField

from accounts import phones
from accounts.models import Client
from accounts.phones import BadPhoneError

# Control characters, the turning marks of other scripts, line separators, and what stands for an unreadable byte.
INVISIBLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff\ufffd]")
LANGUAGES: Final = {
    "fr": "français",
    "en": "anglais (English)",
    "ar": "arabe (العربية)",
    "zh": "chinois (中文)",
    "es": "espagnol (español)",
    "it": "italien (italiano)",
    "pt": "portugais (português)",
    "ro": "roumain (română)",
    "ru": "russe (русский)",
    "ta": "tamoul (தமிழ்)",
    "tr": "turc (Türkçe)",
    "vi": "vietnamien (tiếng Việt)",
}


class LineField(forms.CharField):
    """One line of plain text, as long as the column that keeps it. `named` begins the sentences of its errors."""

    def __init__(self, *, named: str, missing: str, column: str, autocomplete: str, **options: Any) -> None:
        kept = Client._meta.get_field(column)
        assert isinstance(kept, CharField)
        limit = kept.max_length
        super().__init__(
            max_length=limit,
            error_messages={
                "required": missing,
                "max_length": f"{named}\u00a0: {limit} caractères au plus.",
                "null_characters_not_allowed": f"{named}\u00a0: enlevez le caractère invisible.",
            },
            widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
            **options,
        )
        self.named = named

    def clean(self, value: str) -> str:
        text: str = super().clean(value)
        if INVISIBLE.search(text):
            raise ValidationError(f"{self.named}\u00a0: enlevez le caractère invisible.", "invisible")
        return text


class AddressForm(forms.Form):
    address = LineField(
        label="Adresse",
        named="Adresse",
        missing="Tapez votre adresse.",
        help_text="Numéro et rue, bâtiment, appartement",
        column="address",
        autocomplete="street-address",
    )
    postal_code = LineField(
        label="Code postal",
        named="Code postal",
        missing="Tapez votre code postal.",
        column="postal_code",
        autocomplete="postal-code",
    )
    city = LineField(
        label="Ville", named="Ville", missing="Tapez votre ville.", column="city", autocomplete="address-level2"
    )
    country = LineField(
        label="Pays (facultatif en France)",
        named="Pays",
        missing="",
        column="country",
        autocomplete="country-name",
        required=False,
    )


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(
        label="Langue que vous préférez parler à l’agence",
        error_messages={
            "required": "Choisissez une langue.",
            "invalid_choice": "Choisissez une langue de la liste.",
        },
    )
    prefers_phone_call = forms.BooleanField(label="Je préfère être appelé au téléphone", required=False)

    def __init__(self, *args: Any, current: str, **kwargs: Any) -> None:
        """`current`: the file may name a language that the list does not offer; it is kept."""
        super().__init__(*args, **kwargs)
        offered = LANGUAGES if current in LANGUAGES else {**LANGUAGES, current: language_name(current)}
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = list(offered.items())


class EmailForm(forms.Form):
    email = forms.EmailField(
        label="Nouvelle adresse e-mail",
        max_length=254,
        error_messages={
            "required": "Tapez votre nouvelle adresse e-mail.",
            "invalid": "Cette adresse e-mail n’est pas complète. Exemple\u00a0: prenom.nom@exemple.fr",
            "max_length": "L’adresse e-mail a 254 caractères au plus.",
            "null_characters_not_allowed": "L’adresse e-mail contient un caractère invisible\u00a0: enlevez-le.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label="Nouveau numéro de mobile",
        max_length=64,
        help_text="Par exemple 06 39 98 00 06. Pour un mobile étranger\u00a0: +32 470 12 34 56.",
        error_messages={
            "required": "Tapez votre nouveau numéro de mobile.",
            "max_length": "Ce n’est pas un numéro de téléphone.",
            "null_characters_not_allowed": "Ce n’est pas un numéro de téléphone.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_phone(self) -> str:
        try:
            return phones.mobile(self.cleaned_data["phone"])
        except BadPhoneError as error:
            raise ValidationError(str(error), "phone") from None


def language_name(code: str) -> str:
    return LANGUAGES.get(code, f"autre ({code})")
