"""The captcha of a public form: what the page shows, and what is said when it is not passed."""

from typing import Any, ClassVar, assert_never

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django_recaptcha.widgets import ReCaptchaBase, ReCaptchaV2Checkbox, ReCaptchaV3

from accounts import captcha
from accounts.captcha import Denied, Missing, Passed, Proof, Replaced, Stale, TooMany
from web.address import client_address
from web.french import french_duration


class _CaptchaInput(forms.Widget):
    """Reads what came, whichever captcha the page showed, and writes none of it back."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Proof:
        return Proof(data.get("altcha", ""), data.get("g-recaptcha-response") or data.get(name, ""))

    def format_value(self, value: Any) -> None:
        return None


class AltchaInput(_CaptchaInput):
    template_name = "accounts/altcha.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "challenge": captcha.new_challenge()}


class _GoogleInput(_CaptchaInput, ReCaptchaBase):
    """django-recaptcha's widget; our templates carry the page's nonce, and no script inside the page."""

    def __init__(self, nonce: object, **arguments: Any) -> None:
        super().__init__(**arguments)  # type: ignore[no-untyped-call] # django-recaptcha ships no types
        self.nonce = nonce
        self.attrs["data-sitekey"] = settings.RECAPTCHA_PUBLIC_KEY

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)  # type: ignore[no-untyped-call]
        return {**context, "nonce": self.nonce}


class CheckboxInput(_GoogleInput, ReCaptchaV2Checkbox):
    pass


class ScoreInput(_GoogleInput, ReCaptchaV3):
    pass


class _NothingInput(_CaptchaInput, forms.HiddenInput):
    """The page that asks to wait sends the form again: the captcha starts anew."""


class CaptchaField(forms.Field):
    widget: type[forms.Widget] | forms.Widget = AltchaInput
    hidden_widget = _NothingInput

    def __init__(self, *, request: HttpRequest, action: str) -> None:
        super().__init__(label="Vérification", template_name="accounts/captcha.html")
        self.action = action
        self.address = client_address(request)
        if captcha.asked() == "recaptcha":
            self.widget = _google_input(request, action)

    @property
    def is_google(self) -> bool:
        return isinstance(self.widget, ReCaptchaBase)

    def verify(self, proof: Proof) -> None:
        """Errors: ValidationError, and no other, whatever Google's server does. May take `siteverify.SECONDS`."""
        outcome = captcha.check(proof, action=self.action, address=self.address)
        if isinstance(outcome, Replaced):
            self.widget = AltchaInput()
        if not isinstance(outcome, Passed):
            raise ValidationError(_why(outcome), "captcha")


class CaptchaForm(forms.Form):
    """A form of the public doors. Its captcha comes last, and `CAPTCHA=off` leaves no trace of it.

    `captcha_action` names the form to reCAPTCHA v3: letters and underscores.
    """

    captcha_action: ClassVar[str]

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if settings.CAPTCHA != "off":
            self.fields["captcha"] = CaptchaField(request=request, action=self.captcha_action)

    @property
    def shows_recaptcha(self) -> bool:
        field = self.fields.get("captcha")
        return isinstance(field, CaptchaField) and field.is_google

    def clean_captcha(self) -> None:
        """After the other fields: a mistyped number is said at once, and costs neither a try nor Google's time."""
        field, proof = self.fields["captcha"], self.cleaned_data["captcha"]
        assert isinstance(field, CaptchaField)
        if proof.altcha:
            field.widget = AltchaInput()  # who could not open Google's is not asked for it again
        if not self.errors:
            field.verify(proof)


def _google_input(request: HttpRequest, action: str) -> _GoogleInput:
    nonce = getattr(request, "csp_nonce", "")
    if settings.RECAPTCHA_VERSION == "v3":
        return ScoreInput(nonce, action=action, api_params={"hl": "fr"})
    return CheckboxInput(nonce, api_params={"hl": "fr"})


def _why(outcome: Missing | Stale | Denied | Replaced | TooMany) -> str:
    match outcome:
        case Missing():
            return "La vérification n’était pas terminée. Attendez le mot « Vérifié », puis recommencez."
        case Stale():
            return "Cette vérification n’est plus valable. Attendez de nouveau le mot « Vérifié », puis recommencez."
        case Denied():
            return "Google n’a pas confirmé que vous êtes une personne. Recommencez, ou appelez votre agence."
        case Replaced():
            return "La vérification de Google n’est pas arrivée. Recommencez avec la nôtre, quand elle dit « Vérifié »."
        case TooMany(seconds):
            pause = french_duration(seconds)
            return f"Sans la vérification de Google, les essais sont limités. Recommencez dans {pause}."
        case _:
            assert_never(outcome)
