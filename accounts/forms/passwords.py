"""The link, and the password that it lets a client choose."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation

from accounts.forms.captcha import CaptchaForm
from accounts.forms.fields import IdentifierField
from accounts.models import User


class RequestPasswordForm(CaptchaForm):
    captcha_action = "request_password"

    identifier = IdentifierField()


class SetPasswordForm(forms.Form):
    """Two entries of the new password."""

    new_password1 = forms.CharField(
        label="Nouveau mot de passe",
        strip=False,
        max_length=4096,
        help_text="12 caractères au moins. Une phrase facile à retenir convient très bien.",
        error_messages={"required": "Choisissez un mot de passe."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_password2 = forms.CharField(
        label="Le même mot de passe, encore une fois",
        strip=False,
        max_length=4096,
        error_messages={"required": "Tapez le mot de passe une deuxième fois."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new_password1(self) -> str:
        password: str = self.cleaned_data["new_password1"]
        password_validation.validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        first, second = self.cleaned_data.get("new_password1"), self.cleaned_data.get("new_password2")
        if first and second and first != second:
            self.add_error("new_password2", "Les deux mots de passe ne sont pas les mêmes.")
        return self.cleaned_data
