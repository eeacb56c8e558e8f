"""The agents' door, and their password."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from accounts import codes
from accounts.forms.fields import CodeInput
from accounts.forms.passwords import SetPasswordForm
from web.fields import MailField

WRONG: Final = (
    "L’e-mail, le mot de passe ou le code n’est pas le bon. "
    "Attendez le code suivant de votre application, puis recommencez."
)
WRONG_FOR_A_PASSKEY: Final = (
    "L’e-mail ou le mot de passe n’est pas le bon, ou vous n’avez pas encore de clé d’accès. "
    "Le code de votre application ouvre aussi la gestion."
)
PASSKEY: Final = "passkey"  # the name of the button that goes on without a code


def _six_digits(typed: str) -> str:
    code = codes.canonical(typed)
    if code is None:
        raise ValidationError("Le code a 6 chiffres.", "code")
    return code


class AgentLoginForm(forms.Form):
    """E-mail, password and code on one page; the same words for whatever is wrong."""

    username = MailField(
        label="E-mail",
        max_length=254,
        error_messages={"required": "Tapez votre e-mail.", "invalid": "L’e-mail s’écrit comme nom@exemple.fr."},
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        max_length=4096,
        error_messages={"required": "Tapez votre mot de passe."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    otp_token = forms.CharField(
        label="Code de votre application",
        max_length=64,
        required=False,
        help_text="6 chiffres. Un code sert une seule fois.",
        widget=CodeInput(),
    )

    def clean_otp_token(self) -> str:
        """Empty for who will use a passkey."""
        if PASSKEY in self.data:
            return ""
        typed = self.cleaned_data["otp_token"]
        if not typed:
            raise ValidationError("Tapez le code de votre application.", "required")
        return _six_digits(typed)

    def refuse(self) -> None:
        self.add_error(None, WRONG_FOR_A_PASSKEY if PASSKEY in self.data else WRONG)


class AgentProofForm(forms.Form):
    """Both factors once more, beside another form of the same page."""

    current_password = forms.CharField(
        label="Votre mot de passe",
        strip=False,
        max_length=4096,
        error_messages={"required": "Tapez votre mot de passe."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    otp_token = forms.CharField(
        label="Code de votre application",
        max_length=64,
        help_text="6 chiffres. Un code sert une seule fois.",
        error_messages={"required": "Tapez le code de votre application."},
        widget=CodeInput(),
    )

    def clean_otp_token(self) -> str:
        return _six_digits(self.cleaned_data["otp_token"])


class ChangeAgentPasswordForm(SetPasswordForm):
    """The new password twice, after the current one."""

    field_order = ["current_password"]

    current_password = forms.CharField(
        label="Mot de passe actuel",
        strip=False,
        max_length=4096,
        error_messages={"required": "Tapez votre mot de passe actuel."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if facts.get("new_password1") and facts.get("new_password1") == facts.get("current_password"):
            self.add_error("new_password1", "C’est déjà votre mot de passe. Choisissez-en un autre.")
        return facts


class RemovePasskeyForm(forms.Form):
    remove = forms.IntegerField(min_value=1, max_value=2**63 - 1)
