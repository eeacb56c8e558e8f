"""The personal file: what a client may change in it."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import CharField

from accounts import phones
from accounts.models import Client
from accounts.phones import BadPhoneError
from web.fields import LineField, MailField

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

IN_FRANCE: Final = ("", "france", "fr")
POSTAL_CODE: Final = re.compile(r"[0-9]{5}")


class ColumnField(LineField):
    """A line as long as the column of the file that keeps it."""

    def __init__(self, *, column: str, autocomplete: str, **options: Any) -> None:
        kept = Client._meta.get_field(column)
        assert isinstance(kept, CharField)
        assert kept.max_length is not None
        widget = forms.TextInput(attrs={"autocomplete": autocomplete})
        super().__init__(max_length=kept.max_length, widget=widget, **options)


class AddressForm(forms.Form):
    address = ColumnField(
        label="Adresse",
        named="Adresse",
        missing="Tapez votre adresse.",
        help_text="Numéro et rue, bâtiment, appartement",
        column="address",
        autocomplete="street-address",
    )
    postal_code = ColumnField(
        label="Code postal",
        named="Code postal",
        missing="Tapez votre code postal.",
        column="postal_code",
        autocomplete="postal-code",
    )
    city = ColumnField(
        label="Ville", named="Ville", missing="Tapez votre ville.", column="city", autocomplete="address-level2"
    )
    country = ColumnField(
        label="Pays (facultatif en France)",
        named="Pays",
        column="country",
        autocomplete="country-name",
        required=False,
    )

    def clean(self) -> None:
        """Five digits in France; what other countries have is theirs to say."""
        code, country = self.cleaned_data.get("postal_code"), self.cleaned_data.get("country")
        if code is None or country is None or country.casefold() not in IN_FRANCE:
            return
        digits = code.replace(" ", "").replace("\u00a0", "")
        if POSTAL_CODE.fullmatch(digits):
            self.cleaned_data["postal_code"] = digits
        else:
            self.add_error("postal_code", "En France, le code postal a 5 chiffres. Exemple\u00a0: 44000.")


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
    email = MailField(
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
