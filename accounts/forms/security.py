"""The security page: a new password, the reference of a message."""

from django import forms

from accounts.forms.passwords import SetPasswordForm
from web.fields import LineField


class ChangePasswordForm(SetPasswordForm):
    """The present password, then two entries of the new one."""

    current_password = forms.CharField(
        label="Mot de passe actuel",
        strip=False,
        max_length=4096,
        error_messages={"required": "Tapez votre mot de passe actuel."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["current_password", "new_password1", "new_password2"]


class CheckMessageForm(forms.Form):
    reference = LineField(
        label="Référence du message",
        named="Référence",
        missing="Tapez la référence du message.",
        max_length=64,
        help_text="Elle est à la fin du message, par exemple K7PM-3QXR.",
        error_messages={"max_length": "Une référence a 8 lettres et chiffres, par exemple K7PM-3QXR."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
