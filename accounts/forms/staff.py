"""The agents' door."""

from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.core.exceptions import ValidationError

from accounts import codes
from accounts.actions.staff import confirm_agent_code
from accounts.forms.fields import CodeInput
from accounts.models import User


class AgentLoginForm(AuthenticationForm):
    """E-mail, password and code on one page; the same words for whatever is wrong."""

    username = UsernameField(
        label="E-mail",
        error_messages={"required": "Tapez votre e-mail."},
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
        help_text="6 chiffres. Un code sert une seule fois.",
        error_messages={"required": "Tapez le code de votre application."},
        widget=CodeInput(),
    )
    error_messages = {
        "invalid_login": "L’e-mail, le mot de passe ou le code n’est pas le bon. "
        "Attendez le code suivant de votre application, puis recommencez."
    }

    def clean_otp_token(self) -> str:
        code = codes.canonical(self.cleaned_data["otp_token"])
        if code is None:
            raise ValidationError("Le code a 6 chiffres.", "code")
        return code

    def clean(self) -> dict[str, Any]:
        if self.errors:
            return self.cleaned_data
        super().clean()
        agent: Any = self.get_user()  # django-otp adds the device to it
        agent.otp_device = confirm_agent_code(agent=agent, code=self.cleaned_data["otp_token"], by="visitor")
        if agent.otp_device is None:
            raise self.get_invalid_login_error()
        return self.cleaned_data

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """Not for clients: their door is their establishment's."""
        if not (isinstance(user, User) and user.is_staff):
            raise self.get_invalid_login_error()
