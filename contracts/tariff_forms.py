"""What an agent pastes or sends to try a draft tariff."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from contracts.models import Tariff
from contracts.tariff_draft import MOST_CHARACTERS, Draft, draft_of
from web.fields import PastedField
from web.toml_tables import FileError
from web.uploads import ending_of

LONGEST_TERM: Final = 24  # D514-7: two years at most
A_TERM: Final = f"Durée du prêt\u00a0: un nombre de mois entier, de 1 à {LONGEST_TERM}."
TOO_LONG: Final = "20\u00a0000 caractères au plus\u00a0: un tarif n’en a guère plus de 1\u00a0000."


class TariffChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # Django's class takes no model when it runs
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.establishment.name}, tarif {obj.code} (depuis le {obj.valid_from:%d/%m/%Y})"


class DraftForm(forms.Form):
    """The button `source` says which of the two is read: the other one is neither lost nor looked at."""

    text = PastedField(
        label="Le projet, copié ici",
        named="Le projet",
        required=False,
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 18, "cols": 80, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=(
            "La table [[tariffs]], comme dans le fichier de l’établissement, avec ou sans exemples. "
            'Les taux et les sommes s’écrivent entre guillemets, avec un point\u00a0: "0.820".'
        ),
        error_messages={"max_length": f"Le projet\u00a0: {TOO_LONG}"},
    )
    file = forms.FileField(
        label="ou son fichier", required=False, allow_empty_file=True, help_text="Un fichier .toml, en UTF-8."
    )
    tariff = TariffChoice(
        label="Comparer au tarif",
        queryset=Tariff.objects.none(),
        required=False,
        empty_label="Aucun : le projet seul",
        error_messages={"invalid_choice": "Comparer au tarif\u00a0: choisissez un tarif de la liste."},
    )
    months = forms.IntegerField(
        label="Durée du prêt, en mois",
        min_value=1,
        max_value=LONGEST_TERM,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), A_TERM),
    )

    def __init__(self, *args: Any, tariffs: QuerySet[Tariff], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["tariff"].queryset = tariffs  # type: ignore[attr-defined] # it is a TariffChoice

    def clean(self) -> None:
        source = "file" if self.data.get("source") == "file" else "text"
        if source in self.errors:
            return
        try:
            self.cleaned_data["draft"] = self._draft(source)
        except FileError as error:
            self.add_error(source, f"{'Le fichier' if source == 'file' else 'Le projet'}\u00a0: {error}")
        except ValidationError as error:
            self.add_error(source, error)

    def _draft(self, source: str) -> Draft:
        text = self._text_of_the_file() if source == "file" else self.cleaned_data["text"]
        if not text.strip():
            raise ValidationError("Ce fichier est vide." if source == "file" else "Copiez ici le projet de tarif.")
        return draft_of(text)

    def _text_of_the_file(self) -> str:
        sent = self.cleaned_data["file"]
        if sent is None:
            raise ValidationError("Choisissez le fichier du projet.")
        if ending_of(sent.name) not in {"", ".toml", ".txt"}:
            raise ValidationError("Le nom de ce fichier finit par .toml ou .txt.")
        if sent.size > MOST_CHARACTERS:
            raise ValidationError(f"Ce fichier est trop long\u00a0: {TOO_LONG}")
        try:
            return str(sent.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise ValidationError("Ce fichier n’est pas un texte UTF-8.") from None
