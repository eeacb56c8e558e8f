"""What a client types about the own calendar."""

from django import forms

from contracts.due_calendar import TITLE
from contracts.models.calendar import TITLE_LENGTH
from web.fields import LineField


class TitleForm(forms.Form):
    title = LineField(
        label="Titre des dates",
        named="Titre des dates",
        required=False,
        max_length=TITLE_LENGTH,
        help_text=f"Facultatif. Sans titre\u00a0: «\u00a0{TITLE}\u00a0», puis la fin du numéro de contrat.",
    )
