"""An authenticator application, a passkey, a sheet of backup codes: each added on a page of its own."""

from typing import Any, assert_never

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django_otp import login as verify_session
from django_otp.models import Device

from accounts import authenticator
from accounts.actions import app_codes, passkeys
from accounts.actions.app_codes import AppAdded
from accounts.actions.backup_codes import SheetMade, make_backup_codes
from accounts.actions.factors import Refused
from accounts.actions.passkeys import MOST_PASSKEYS, PasskeyAdded, TooManyPasskeys
from accounts.actions.sms_code import TooMany
from accounts.backup_codes import grouped
from accounts.forms.factors import FirstAppCodeForm, PasskeyForm
from accounts.models import BackupCode
from accounts.proof import fresh_proof_required
from accounts.requests import AreaRequest
from accounts.session_pages import offer_to_close, other_sessions
from accounts.views.wait import retry_after, wait_page
from accounts.views.waiting import too_many
from journal.actions import name_of

APP_KEY = "new_app_key"  # in the session until its first code
CHALLENGE = "new_passkey_challenge"  # in the session until its answer

WRONG_FIRST_CODE = (
    "Ce code n’est pas celui que nous attendons. Attendez le code suivant de l’application, puis tapez-le. "
    "Vérifiez aussi que l’heure de votre téléphone est réglée automatiquement."
)
TOO_MANY_PASSKEYS = f"Vous avez déjà {MOST_PASSKEYS} clés d’accès. Supprimez-en une pour en ajouter une autre."


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof_required
def add_app(request: AreaRequest, slug: str) -> HttpResponse:
    """The key lives in the session: what a telephone has scanned stays right when the page is opened again."""
    key = request.session.setdefault(APP_KEY, authenticator.generate_key())
    form = FirstAppCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        outcome = app_codes.add_app(
            user_pk=request.user.pk, key=key, code=form.cleaned_data["code"], by=name_of(request.user)
        )
        match outcome:
            case AppAdded(device):
                del request.session[APP_KEY]
                _go_on_with(request, device)
                offer_to_close(request)
                messages.success(request, "Votre application est ajoutée. Elle peut servir à la prochaine connexion.")
                return redirect("accounts:factors", slug)
            case Refused():
                form.add_error("code", WRONG_FIRST_CODE)
            case TooMany(seconds):
                return wait_page(request, seconds)
            case _:
                assert_never(outcome)
    return render(
        request, "accounts/factors_app.html", _app_facts(request, key, form), status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof_required
def add_passkey(request: AreaRequest, slug: str) -> HttpResponse:
    if request.method == "POST":
        return _keep_passkey(request, PasskeyForm(request.POST))
    if len(passkeys.confirmed_passkeys(request.user)) >= MOST_PASSKEYS:
        messages.warning(request, TOO_MANY_PASSKEYS)
        return redirect("accounts:factors", slug)
    return _passkey_page(request, PasskeyForm())


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof_required
def backup_codes(request: AreaRequest, slug: str) -> HttpResponse:
    """The answer to the POST is the only page that ever shows the codes."""
    if request.method != "POST":
        left = BackupCode.objects.filter(sheet__user=request.user, used_at=None).count()
        return render(request, "accounts/factors_codes.html", {"left": left})
    outcome = make_backup_codes(user_pk=request.user.pk, by=name_of(request.user))
    match outcome:
        case SheetMade(sheet, codes):
            _go_on_with(request, sheet)
            shown = [grouped(code) for code in codes]
            context = {"sheet": sheet, "codes": shown, "others": other_sessions(request)}
            return render(request, "accounts/factors_sheet.html", context)
        case TooMany(seconds):
            return wait_page(request, seconds)
        case _:
            assert_never(outcome)


def _go_on_with(request: AreaRequest, device: Device) -> None:
    """A session that was opened by the application or sheet that `device` replaces goes on with the new one."""
    if isinstance(request.user.otp_device, type(device)):
        verify_session(request, device)


def _app_facts(request: AreaRequest, key: str, form: FirstAppCodeForm) -> dict[str, Any]:
    address = authenticator.address(key, issuer=request.establishment.name, account=f"client {request.user}")
    return {
        "form": form,
        "address": address,
        "drawing": authenticator.drawing(address),
        "key": authenticator.key_to_type(key),
    }


def _keep_passkey(request: AreaRequest, form: PasskeyForm) -> HttpResponse:
    challenge = request.session.pop(CHALLENGE, "")
    if not form.is_valid():
        return _passkey_page(request, form)
    outcome = passkeys.add_passkey(
        user_pk=request.user.pk, challenge=challenge, by=name_of(request.user), **form.cleaned_data
    )
    match outcome:
        case PasskeyAdded():
            offer_to_close(request)
            messages.success(request, "Votre clé d’accès est ajoutée. Elle peut servir à la prochaine connexion.")
            return redirect("accounts:factors", request.establishment.slug)
        case TooManyPasskeys():
            form.add_error(None, TOO_MANY_PASSKEYS)
        case Refused():
            form.add_error(None, "Votre clé d’accès n’a pas été ajoutée. Recommencez.")
        case TooMany(seconds):
            form.add_error(None, too_many(seconds))
            return retry_after(seconds, _passkey_page(request, form))
        case _:
            assert_never(outcome)
    return _passkey_page(request, form)


def _passkey_page(request: AreaRequest, form: PasskeyForm, status: int = 422) -> HttpResponse:
    """With a new challenge each time: the one before is dead."""
    made = passkeys.new_passkey_challenge(request.user)
    request.session[CHALLENGE] = made.challenge
    context = {"form": form, "options": made.options}
    return render(request, "accounts/factors_passkey.html", context, status=status if form.is_bound else 200)
