"""Who is inside proves once more who it is, before what somebody else must not do."""

from typing import assert_never

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import pending
from accounts.actions import login as actions
from accounts.actions.login import NoFactor, Started, WrongCredentials
from accounts.actions.sms_code import SmsCut, TooMany
from accounts.forms.login import ConfirmIdentityForm
from accounts.requests import AreaRequest
from accounts.views.login import why_no_factor
from accounts.views.wait import wait_page
from journal.actions import name_of
from web.address import client_address


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_identity(request: AreaRequest, slug: str) -> HttpResponse:
    """The password here, then the code on the page of the login."""
    form = ConfirmIdentityForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        password, address = form.cleaned_data["password"], client_address(request)
        outcome = actions.prove_again(user=request.user, password=password, address=address, by=name_of(request.user))
        match outcome:
            case Started():
                pending.remember(request, outcome, come_back=request.GET.get("next", ""), is_step_up=True)
                return redirect("accounts:code", slug)
            case TooMany(seconds):
                return wait_page(request, seconds, form)
            case WrongCredentials():
                form.add_error("password", "Ce mot de passe n’est pas le bon.")
            case NoFactor() | SmsCut():
                form.add_error(None, why_no_factor(outcome, request))
            case _:
                assert_never(outcome)
    return render(request, "accounts/confirm_identity.html", {"form": form}, status=422 if form.is_bound else 200)
