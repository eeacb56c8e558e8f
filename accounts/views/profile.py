"""« Mon dossier »: what the establishment knows of a client, and what changes without further proof."""

from typing import assert_never

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import codes
from accounts.actions import profile as actions
from accounts.actions.email import email_change_in_progress, email_closed_until
from accounts.actions.profile import Address, Changed, Preferences, Unchanged
from accounts.actions.sms_code import TooMany
from accounts.forms.profile import AddressForm, PreferencesForm, language_name
from accounts.proof import fresh_proof_required
from accounts.requests import AreaRequest
from accounts.session_pages import sessions_to_close
from accounts.views.wait import retry_after
from accounts.views.waiting import too_many
from journal.actions import name_of

ADDRESS = ("address", "postal_code", "city", "country")


@require_safe
def profile(request: AreaRequest, slug: str) -> HttpResponse:
    if "numero" in request.GET:
        return _with_whole_phone(request)
    return _page(request, codes.masked(request.user.client.phone))


@fresh_proof_required
def _with_whole_phone(request: AreaRequest) -> HttpResponse:
    return _page(request, request.user.client.phone)


def _page(request: AreaRequest, phone: str) -> HttpResponse:
    client, now = request.user.client, timezone.now()
    facts = {
        "client": client,
        "others": sessions_to_close(request),
        "phone": phone if client.phone else "",
        "phone_is_whole": phone == client.phone,
        "language": language_name(client.language),
        "email_change": email_change_in_progress(client, now),
        "email_closed_until": email_closed_until(client, now),
    }
    return render(request, "accounts/profile.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def change_address(request: AreaRequest, slug: str) -> HttpResponse:
    client = request.user.client
    if request.method != "POST":
        return _form_page(request, AddressForm(initial={name: getattr(client, name) for name in ADDRESS}))
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    outcome = actions.change_address(
        user_pk=request.user.pk, address=Address(**form.cleaned_data), by=name_of(request.user)
    )
    return _after(request, form, outcome, "Votre adresse est enregistrée.")


@require_http_methods(["GET", "HEAD", "POST"])
def change_preferences(request: AreaRequest, slug: str) -> HttpResponse:
    client = request.user.client
    if request.method != "POST":
        initial = {"language": client.language, "prefers_phone_call": client.prefers_phone_call}
        return _form_page(request, PreferencesForm(initial=initial, current=client.language))
    form = PreferencesForm(request.POST, current=client.language)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    outcome = actions.change_preferences(
        user_pk=request.user.pk, preferences=Preferences(**form.cleaned_data), by=name_of(request.user)
    )
    return _after(request, form, outcome, "Vos préférences sont enregistrées.")


def _form_page(request: AreaRequest, form: AddressForm | PreferencesForm, status: int = 200) -> HttpResponse:
    name = "address" if isinstance(form, AddressForm) else "preferences"
    return render(request, f"accounts/profile_{name}.html", {"form": form}, status=status)


def _after(
    request: AreaRequest, form: AddressForm | PreferencesForm, outcome: Changed | Unchanged | TooMany, words: str
) -> HttpResponse:
    match outcome:
        case Changed():
            messages.success(request, words)
        case Unchanged():
            messages.info(request, "Rien n’a changé\u00a0: votre dossier disait déjà cela.")
        case TooMany(seconds):
            form.add_error(None, too_many(seconds))
            return retry_after(seconds, _form_page(request, form))
        case _:
            assert_never(outcome)
    return redirect("accounts:profile", request.establishment.slug)
