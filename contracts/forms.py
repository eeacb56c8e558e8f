"""What clients and agents type about a request."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from stdnum import iban

from contracts.models import ClientRequest
from web.fields import LineField, WordsField

FURTHEST = timedelta(days=120)
WRONG_IBAN = "Cet IBAN n’est pas juste. Recopiez-le depuis votre RIB, sans oublier les deux lettres."


class MessageField(WordsField):
    """Some lines in the client's own words."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            named="Votre message",
            missing="Écrivez quelques mots\u00a0: l’agence doit savoir pourquoi.",
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 4}),
            **options,
        )


class RequestForm(forms.Form):
    """A request that words are enough for. They may be left out, but where the agency must know why."""

    words = MessageField(
        label="Votre message à l’agence", required=False, help_text="Facultatif, 500 caractères au plus."
    )


class ReasonForm(forms.Form):
    words = MessageField(
        label="Pourquoi demandez-vous ce délai ?",
        help_text="Dites ce qui vous arrive et quand vous pourrez payer. 500 caractères au plus.",
    )


class AppointmentForm(forms.Form):
    wished_on = forms.DateField(
        label="Quel jour ?",
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Un jour d’ouverture, par exemple 31/05/2026.",
        error_messages={
            "required": "Choisissez un jour.",
            "invalid": "Écrivez le jour comme 31/05/2026.",
        },
    )
    half_day = forms.ChoiceField(
        label="À quel moment ?",
        choices=ClientRequest.HalfDay.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le matin ou l’après-midi.", "invalid_choice": "Choisissez un moment."},
    )
    words = MessageField(
        label="Votre message à l’agence", required=False, help_text="Facultatif, 500 caractères au plus."
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_wished_on(self) -> date:
        day: date = self.cleaned_data["wished_on"]
        if not self.today < day <= self.today + FURTHEST:
            raise ValidationError("Choisissez un jour à partir de demain, dans les quatre mois.", "range")
        return day


class SurplusForm(forms.Form):
    account_holder = LineField(
        label="Titulaire du compte",
        named="Titulaire",
        missing="Écrivez le nom du titulaire du compte.",
        max_length=120,
        help_text="Le compte doit être à votre nom.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    iban = LineField(
        label="IBAN",
        named="IBAN",
        missing="Écrivez votre IBAN.",
        max_length=60,
        help_text="Il est sur votre RIB\u00a0: FR76 puis des chiffres. Les espaces ne comptent pas.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": "Cet IBAN est trop long."},
    )

    def clean_iban(self) -> str:
        """Without spaces; length, structure and check digits of its country, as ISO 13616 has them."""
        typed: str = self.cleaned_data["iban"]
        if not typed.isascii() or not iban.is_valid(typed, check_country=False):
            raise ValidationError(WRONG_IBAN, "iban")
        number: str = iban.compact(typed)
        return number


class AnswerForm(forms.Form):
    answer = WordsField(
        label="Réponse, lue par le client",
        named="Votre réponse",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Un refus dit pourquoi et quoi faire. 500 signes au plus.",
    )
    decision = forms.ChoiceField(choices=[("done", "Accepter"), ("refused", "Refuser")])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("decision") == "refused" and not data.get("answer"):
            self.add_error("answer", "Écrivez la raison du refus : le client la lit.")
        return data
