"""Identifier and password, then the code."""

from django import forms
from django.core.exceptions import ValidationError

from accounts import codes
from accounts.forms.fields import CodeInput, IdentifierField


class LoginForm(forms.Form):
    identifier = IdentifierField()
    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        max_length=4096,
        error_messages={"required": "Tapez votre mot de passe."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def refuse(self) -> None:
        """The same words for an unknown identifier and for a wrong password."""
        self.add_error(None, "L’identifiant ou le mot de passe n’est pas le bon. Vérifiez-les, puis recommencez.")


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code de vérification",
        max_length=64,
        error_messages={"required": "Tapez le code reçu par SMS."},
        widget=CodeInput(placeholder="000000"),
    )

    def clean_code(self) -> str:
        code = codes.canonical(self.cleaned_data["code"])
        if code is None:
            raise ValidationError("Le code a 6 chiffres.", "code")
        return code
