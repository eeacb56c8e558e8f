"""Identifier and password, then the code."""

from django import forms
from django.core.exceptions import ValidationError

from accounts import codes
from accounts.forms.captcha import CaptchaForm
from accounts.forms.fields import CodeInput, CredentialField, IdentifierField
from accounts.models import Factor
from web.fields import LineField


class LoginForm(CaptchaForm):
    captcha_action = "login"

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


class ConfirmIdentityForm(forms.Form):
    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        max_length=4096,
        error_messages={"required": "Tapez votre mot de passe."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


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


class AppCodeForm(CodeForm):
    """The same six digits, from the client's application."""

    code = forms.CharField(
        label="Code de votre application",
        max_length=64,
        error_messages={"required": "Tapez le code de votre application."},
        widget=CodeInput(placeholder="000000"),
    )


class PasskeyAnswerForm(forms.Form):
    """The JSON of what the browser signed."""

    credential = CredentialField(widget=forms.HiddenInput)


class BackupCodeForm(forms.Form):
    code = LineField(
        label="Code de secours",
        named="Code de secours",
        missing="Tapez un code de votre feuille.",
        max_length=64,
        help_text="Un code de votre feuille, par exemple K7PM 3QXR 9TDA. Il sert une seule fois.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class FactorForm(forms.Form):
    """Another way to prove who it is."""

    factor = forms.ChoiceField(choices=Factor.choices)
