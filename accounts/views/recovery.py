"""A forgotten identifier."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import limits
from accounts.actions import recovery as actions
from accounts.captcha import captcha_page
from accounts.forms.recovery import RecoverIdentifierForm
from accounts.views.login import VISITOR
from accounts.views.wait import wait_page
from establishments.requests import EstablishmentRequest
from web.address import client_address


@login_not_required
@captcha_page
@require_http_methods(["GET", "HEAD", "POST"])
def recover_identifier(request: EstablishmentRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, "accounts/recover_identifier.html", {"form": RecoverIdentifierForm(request=request)})
    form = RecoverIdentifierForm(request.POST, request=request)
    if not form.is_valid():
        return render(request, "accounts/recover_identifier.html", {"form": form}, status=422)
    facts = {name: form.cleaned_data[name] for name in ("client_number", "birth_date", "contract_number")}
    wait = limits.mail_asked_from(client_address(request)) or limits.recovery_for(
        request.establishment.pk, facts["client_number"]
    )
    if wait:
        return wait_page(request, wait, form)
    actions.recover_identifier(establishment=request.establishment, by=VISITOR, **facts)
    return render(request, "accounts/recovery_requested.html")
