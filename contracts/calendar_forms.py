"""What a client types about the own calendar."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.forms.profile import INVISIBLE
from contracts.due_calendar import TITLE
from contracts.models.calendar import TITLE_LENGTH


class TitleForm(forms.Form):
    title = forms.CharField(
        label="Titre des dates",
        required=False,
        max_length=TITLE_LENGTH,
        help_text=f"Facultatif. Sans titre\u00a0: «\u00a0{TITLE}\u00a0», puis la fin du numéro de contrat.",
        error_messages={
            "max_length": f"Titre des dates\u00a0: {TITLE_LENGTH} caractères au plus.",
            "null_characters_not_allowed": "Titre des dates\u00a0: enlevez le caractère invisible.",
        },
    )

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if INVISIBLE.search(title):
            raise ValidationError("Titre des dates\u00a0: enlevez le caractère invisible.", "invisible")
        return title
