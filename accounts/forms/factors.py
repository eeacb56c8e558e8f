"""Second factors, added and chosen by their owner."""

from typing import Any

from django import forms

from accounts.forms.fields import CredentialField
from accounts.forms.login import CodeForm
from accounts.models import Factor
from web.fields import LineField


class FirstAppCodeForm(CodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Code affiché par l’application"
        self.fields["code"].error_messages["required"] = "Tapez le code à 6 chiffres que l’application affiche."


class SignatureInput(forms.HiddenInput):
    """What the browser's key answered; never written back into the page."""

    def format_value(self, value: Any) -> None:
        return None


class PasskeyForm(forms.Form):
    name = LineField(
        label="Nom de la clé",
        named="Nom de la clé",
        required=False,
        max_length=64,
        empty_value="Clé d’accès",
        help_text="Facultatif. Par exemple : mon téléphone, ordinateur du salon.",
        error_messages={"max_length": "Le nom de la clé a 64 caractères au plus."},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    credential = CredentialField(required=False, widget=SignatureInput())


class PreferForm(forms.Form):
    factor = forms.TypedChoiceField(choices=Factor.choices, coerce=Factor)


REMOVABLE = (Factor.APP, Factor.PASSKEY, Factor.BACKUP)


class RemoveForm(forms.Form):
    """`factor` stands in the path. SMS is not among them: the personal file holds the telephone."""

    factor = forms.TypedChoiceField(choices=[(one, one.label) for one in REMOVABLE], coerce=Factor)
    passkey = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
