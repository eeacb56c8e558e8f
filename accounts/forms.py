"""What clients type on the public forms."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.core.exceptions import ValidationError

from accounts import codes, identifiers
from accounts.actions.staff import confirm_agent_code
from accounts.models import User

FIRST_YEAR = 1900
WRONG_IDENTIFIER = (
    "Votre identifiant a 10 ou 11 chiffres. Il vous a été envoyé par e-mail. Le numéro client ne fonctionne plus."
)


class CodeInput(forms.TextInput):
    """What a phone or an authenticator shows; never written back into the page."""

    def __init__(self, **attrs: str) -> None:
        super().__init__({"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code", **attrs})

    def format_value(self, value: Any) -> None:
        return None


class IdentifierField(forms.CharField):
    """Spaces, dots and dashes are ignored; anything but 10 or 11 digits is refused."""

    def __init__(self) -> None:
        super().__init__(
            label="Identifiant",
            max_length=64,
            help_text="Votre identifiant (10 ou 11 chiffres)",
            error_messages={"required": "Tapez votre identifiant.", "max_length": WRONG_IDENTIFIER},
            widget=forms.TextInput(attrs={"autocomplete": "username", "inputmode": "numeric", "spellcheck": "false"}),
        )

    def clean(self, value: str) -> str:
        digits = identifiers.canonical(super().clean(value))
        if digits is None:
            raise ValidationError(WRONG_IDENTIFIER, "identifier")
        return digits


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


class RequestPasswordForm(forms.Form):
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


def _birth_date_part(label: str, part: str, digits: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=16,
        error_messages={"required": f"{label} : tapez {digits} chiffres."},
        widget=forms.TextInput(
            attrs={
                "autocomplete": f"bday-{part}",
                "inputmode": "numeric",
                "placeholder": {"day": "jj", "month": "mm", "year": "aaaa"}[part],
            }
        ),
    )


class RecoverIdentifierForm(forms.Form):
    """Three facts of the file. The day comes first, as everywhere in France."""

    client_number = forms.CharField(
        label="Numéro client", max_length=32, error_messages={"required": "Tapez votre numéro client."}
    )
    birth_date_day = _birth_date_part("Jour de naissance", "day", 2)
    birth_date_month = _birth_date_part("Mois de naissance", "month", 2)
    birth_date_year = _birth_date_part("Année de naissance", "year", 4)
    contract_number = forms.CharField(
        label="Numéro de contrat", max_length=32, error_messages={"required": "Tapez un numéro de contrat."}
    )

    def clean(self) -> dict[str, Any]:
        parts = [self.cleaned_data.get(f"birth_date_{part}", "").strip() for part in ("year", "month", "day")]
        if all(parts):
            try:
                self.cleaned_data["birth_date"] = _date_of(parts)
            except ValueError:
                self.add_error(
                    "birth_date_day",
                    "Cette date n’est pas possible. Tapez l’année en 4 chiffres, par exemple 31 05 1950.",
                )
        return self.cleaned_data


def _date_of(parts: list[str]) -> date:
    """Year, month, day typed in ASCII digits. Errors: ValueError."""
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise ValueError
    day = date(*map(int, parts))
    if day.year < FIRST_YEAR:
        raise ValueError
    return day


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
