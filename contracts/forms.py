"""What clients and agents type about a request."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from stdnum import iban

from accounts.forms.profile import INVISIBLE
from contracts.models import ClientRequest

FURTHEST = timedelta(days=120)
WRONG_IBAN = "Cet IBAN n’est pas juste. Recopiez-le depuis votre RIB, sans oublier les deux lettres."


class WordsField(forms.CharField):
    """Some lines in the client's own words."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={
                "max_length": "Votre message\u00a0: 500 caractères au plus.",
                "null_characters_not_allowed": "Votre message\u00a0: enlevez le caractère invisible.",
                "required": "Écrivez quelques mots\u00a0: l’agence doit savoir pourquoi.",
            },
            **options,
        )

    def clean(self, value: str) -> str:
        text: str = super().clean(value)
        if INVISIBLE.search(text.replace("\n", "").replace("\r", "")):
            raise ValidationError("Votre message\u00a0: enlevez le caractère invisible.", "invisible")
        return text


class RequestForm(forms.Form):
    """A request that words are enough for. They may be left out, but where the agency must know why."""

    words = WordsField(
        label="Votre message à l’agence", required=False, help_text="Facultatif, 500 caractères au plus."
    )


class ReasonForm(forms.Form):
    words = WordsField(
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
    words = WordsField(
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
    account_holder = forms.CharField(
        label="Titulaire du compte",
        max_length=120,
        help_text="Le compte doit être à votre nom.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": "Écrivez le nom du titulaire du compte.",
            "max_length": "Titulaire\u00a0: 120 caractères au plus.",
            "null_characters_not_allowed": "Titulaire\u00a0: enlevez le caractère invisible.",
        },
    )
    iban = forms.CharField(
        label="IBAN",
        max_length=60,
        help_text="Il est sur votre RIB\u00a0: FR76 puis des chiffres. Les espaces ne comptent pas.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Écrivez votre IBAN.",
            "max_length": "Cet IBAN est trop long.",
            "null_characters_not_allowed": "Cet IBAN contient un caractère invisible.",
        },
    )

    def clean_account_holder(self) -> str:
        holder: str = self.cleaned_data["account_holder"]
        if INVISIBLE.search(holder):
            raise ValidationError("Titulaire\u00a0: enlevez le caractère invisible.", "invisible")
        return holder

    def clean_iban(self) -> str:
        """Without spaces; length, structure and check digits of its country, as ISO 13616 has them."""
        typed: str = self.cleaned_data["iban"]
        if not typed.isascii() or not iban.is_valid(typed, check_country=False):
            raise ValidationError(WRONG_IBAN, "iban")
        number: str = iban.compact(typed)
        return number


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Réponse, lue par le client",
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
