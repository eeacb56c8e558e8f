"""« Changer le mobile », as an agent fills it in at the counter."""

import re
from typing import Final

from django import forms
from django.core.exceptions import ValidationError

from accounts import phones
from accounts.actions.rebind import IdentityPaper
from accounts.phones import BadPhoneError

LAST_FOUR: Final = re.compile("[0-9A-Za-z]{4}")


class RebindForm(forms.Form):
    phone = forms.CharField(
        label="Numéro de mobile",
        max_length=40,
        help_text="Le nouveau, ou le même s’il a été fermé. Par exemple 06 12 34 56 78, ou +32 470 12 34 56.",
        error_messages={
            "required": "Tapez le numéro de mobile.",
            "max_length": "Le numéro de mobile est trop long.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    document_kind = forms.ChoiceField(
        label="Pièce d’identité présentée",
        choices=IdentityPaper.choices,
        error_messages={
            "required": "Choisissez la pièce d’identité présentée.",
            "invalid_choice": "Choisissez la pièce d’identité dans la liste.",
        },
        widget=forms.RadioSelect,
    )
    document_end = forms.CharField(
        label="4 derniers caractères du numéro de la pièce",
        max_length=40,
        error_messages={
            "required": "Tapez les 4 derniers caractères du numéro de la pièce.",
            "max_length": "Tapez seulement les 4 derniers caractères du numéro de la pièce.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": "6", "spellcheck": "false"}),
    )
    is_present = forms.BooleanField(
        label="La personne est devant moi et la photo lui ressemble",
        error_messages={"required": "Cochez que la personne est devant vous et que la photo lui ressemble."},
    )
    has_rung = forms.BooleanField(
        label="J’ai appelé ce numéro\N{NO-BREAK SPACE}: le téléphone de cette personne a sonné",
        error_messages={"required": "Appelez ce numéro, puis cochez que le téléphone de cette personne a sonné."},
    )

    def ticks(self) -> list[forms.BoundField]:
        return [self["is_present"], self["has_rung"]]

    def clean_phone(self) -> str:
        try:
            return phones.mobile(self.cleaned_data["phone"])
        except BadPhoneError as error:
            raise ValidationError(str(error), "phone") from None

    def clean_document_kind(self) -> IdentityPaper:
        return IdentityPaper(self.cleaned_data["document_kind"])

    def clean_document_end(self) -> str:
        end: str = self.cleaned_data["document_end"]
        if not LAST_FOUR.fullmatch(end):
            raise ValidationError("Tapez la fin du numéro de la pièce\u00a0: 4 lettres ou chiffres.", "end")
        return end.upper()
