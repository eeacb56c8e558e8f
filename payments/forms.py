"""What clients and agents type about a payment."""

from decimal import Decimal
from typing import Final

from django import forms

from web.fields import LineField, WordsField

A_SUM: Final = {
    "min_value": "Écrivez une somme au-dessus de zéro.",
    "max_digits": "Cette somme est trop grande.",
    "max_whole_digits": "Cette somme est trop grande.",
    "max_decimal_places": "Écrivez deux chiffres au plus après la virgule.",
}


class BudgetForm(forms.Form):
    budget = forms.DecimalField(
        label="La somme que vous avez, en euros",
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
        localize=True,
        error_messages={
            **A_SUM,
            "required": "Écrivez la somme que vous avez.",
            "invalid": "Écrivez une somme comme 100 ou 59,20.",
        },
    )


class CapitalForm(forms.Form):
    capital = forms.DecimalField(
        label="Somme à rembourser sur le prêt, en euros",
        min_value=Decimal("0.01"),
        max_digits=10,
        decimal_places=2,
        localize=True,
        help_text="Par exemple 200.",
        error_messages={
            **A_SUM,
            "required": "Écrivez la somme à rembourser.",
            "invalid": "Écrivez une somme comme 200 ou 200,50.",
        },
    )


class RefundForm(forms.Form):
    amount = forms.DecimalField(
        label="Montant à rembourser, en euros",
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
        localize=True,
        error_messages={"min_value": "Le montant est supérieur à zéro.", "invalid": "Écrivez un montant comme 59,20."},
    )
    reason = LineField(label="Motif, pour vos collègues", named="Motif", max_length=200)


class RefundMadeForm(forms.Form):
    reference = LineField(label="Référence du remboursement, donnée par le comptable", named="Référence", max_length=64)


class ClosingForm(forms.Form):
    note = WordsField(
        label="Ce qui a été fait", named="Votre note", max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
