"""The second factors of a client: which there are, which is asked first, and how one goes."""

from typing import assert_never

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import codes
from accounts.actions import factors as actions
from accounts.actions.factors import (
    LastFactor,
    NotThere,
    Preferred,
    Removed,
    TooManyChanges,
    confirmed_factors,
    leaves_a_factor,
)
from accounts.actions.passkeys import MOST_PASSKEYS, confirmed_passkeys
from accounts.factor_offer import forget_factor_offer
from accounts.forms.factors import PreferForm, RemoveForm
from accounts.models import Authenticator, BackupCodes, Factor, SMSDevice
from accounts.proof import fresh_proof_required
from accounts.requests import AreaRequest
from accounts.session_pages import offer_to_close, sessions_to_close
from accounts.views.wait import wait_page
from journal.actions import name_of

GONE = {
    Factor.APP: "L’application de codes est supprimée.",
    Factor.PASSKEY: "La clé d’accès est supprimée.",
    Factor.BACKUP: "Vos codes de secours sont supprimés.",
}


@require_safe
def list_factors(request: AreaRequest, slug: str) -> HttpResponse:
    return _page(request)


@require_POST
@fresh_proof_required
def remove(request: AreaRequest, slug: str, factor: str) -> HttpResponse:
    form = RemoveForm({"factor": factor, "passkey": request.POST.get("passkey", "")})
    if not form.is_valid():
        raise Http404
    chosen: Factor = form.cleaned_data["factor"]
    outcome = actions.remove_factor(
        user_pk=request.user.pk, factor=chosen, passkey_pk=form.cleaned_data["passkey"], by=name_of(request.user)
    )
    match outcome:
        case Removed():
            offer_to_close(request)
            messages.success(request, GONE[chosen])
            return redirect("accounts:factors", slug)
        case LastFactor():
            return _page(request, is_last=True)
        case NotThere():
            raise Http404
        case TooManyChanges(seconds):
            return wait_page(request, seconds, form)
        case _:
            assert_never(outcome)


@require_POST
@fresh_proof_required
def prefer(request: AreaRequest, slug: str) -> HttpResponse:
    form = PreferForm(request.POST)
    if not form.is_valid():
        raise Http404
    factor: Factor = form.cleaned_data["factor"]
    outcome = actions.prefer_factor(user_pk=request.user.pk, factor=factor, by=name_of(request.user))
    match outcome:
        case Preferred():
            messages.success(request, f"À la prochaine connexion, nous vous demanderons d’abord\u00a0: {factor.label}.")
            return redirect("accounts:factors", slug)
        case NotThere():
            raise Http404
        case TooManyChanges(seconds):
            return wait_page(request, seconds, form)
        case _:
            assert_never(outcome)


@require_POST
def dismiss_offer(request: AreaRequest, slug: str) -> HttpResponse:
    """« Plus tard »: until the next login by SMS."""
    forget_factor_offer(request)
    return redirect("contracts:overview", slug)


def _page(request: AreaRequest, *, is_last: bool = False) -> HttpResponse:
    """`is_last`: what was to be removed is the last factor, and stays."""
    user = request.user
    factors, passkeys = confirmed_factors(user), confirmed_passkeys(user)
    app = Authenticator.objects.filter(user=user).first()
    sheet = BackupCodes.objects.filter(user=user, confirmed=True).first()
    mobile = SMSDevice.objects.filter(user=user, confirmed=True).first()
    context = {
        "is_last": is_last,
        "others": sessions_to_close(request),
        "preferred": user.preferred_factor,
        "may_choose": len([factor for factor in factors if factor != Factor.BACKUP]) > 1,
        "mobile": mobile,
        "masked_phone": codes.masked(mobile.phone) if mobile else "",
        "app": app,
        "app_may_go": leaves_a_factor(factors, Factor.APP, passkeys=len(passkeys)),
        "passkeys": passkeys,
        "passkey_may_go": leaves_a_factor(factors, Factor.PASSKEY, passkeys=len(passkeys)),
        "may_add_passkey": len(passkeys) < MOST_PASSKEYS,
        "sheet": sheet,
        "codes_left": sheet.codes.filter(used_at=None).count() if sheet else 0,
    }
    return render(request, "accounts/factors.html", context, status=422 if is_last else 200)
