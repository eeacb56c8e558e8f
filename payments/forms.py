"""What agents type about a payment."""

from decimal import Decimal

from django import forms


class RefundForm(forms.Form):
    amount = forms.DecimalField(
        label="Montant à rembourser, en euros",
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
        localize=True,
        error_messages={"min_value": "Le montant est supérieur à zéro.", "invalid": "Écrivez un montant comme 59,20."},
    )
    reason = forms.CharField(label="Motif, pour vos collègues", max_length=200)


class ClosingForm(forms.Form):
    note = forms.CharField(label="Ce qui a été fait", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
