"""The link by e-mail, and the page where a password is chosen."""

from typing import Final, assert_never

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import browsers, limits
from accounts.actions import passwords as actions
from accounts.actions.passwords import LinkExpired, PasswordSet
from accounts.captcha import captcha_page
from accounts.forms.passwords import RequestPasswordForm, SetPasswordForm
from accounts.tokens import password_link_tokens, user_of_link
from accounts.views.login import VISITOR
from accounts.views.wait import wait_page
from establishments.requests import EstablishmentRequest
from web.address import client_address

SESSION_KEY = "password_link"
PAGE_MINUTES: Final = 30  # the machine may be shared, and its next person be quick
IN_SESSION = "choisir"  # stands in the address for the token, which leaves it at once


@login_not_required
@captcha_page
@require_http_methods(["GET", "HEAD", "POST"])
def request_password(request: EstablishmentRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        context = {"form": RequestPasswordForm(request=request), "link": request.GET.get("lien")}
        return render(request, "accounts/request_password.html", context)
    form = RequestPasswordForm(request.POST, request=request)
    if not form.is_valid():
        return render(request, "accounts/request_password.html", {"form": form}, status=422)
    identifier = form.cleaned_data["identifier"]
    wait = limits.mail_asked_from(client_address(request)) or limits.password_link_for(
        request.establishment.pk, identifier
    )
    if wait:
        return wait_page(request, wait, form)
    actions.request_password_link(establishment=request.establishment, identifier=identifier, by=VISITOR)
    return render(request, "accounts/password_requested.html")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: EstablishmentRequest, slug: str, uid: str, token: str) -> HttpResponse:
    """Opening the link spends nothing: mail scanners open links too."""
    user = user_of_link(uid, establishment_pk=request.establishment.pk)
    if token == IN_SESSION:
        token, is_open = _kept(request)
        if not is_open:
            return _to_request(request, "ferme")
    elif request.method != "POST" and password_link_tokens.check_token(user, token):
        request.session.cycle_key()  # whoever planted the one before has no part in what comes
        request.session[SESSION_KEY] = {"token": token, "opened_at": timezone.now().timestamp()}
        return redirect("accounts:set_password", slug, uid, IN_SESSION)
    if user is None or not password_link_tokens.check_token(user, token):
        return _expired(request)
    form = SetPasswordForm(user, request.POST or None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        context = {"form": form, "identifier": user.identifier}
        return render(request, "accounts/set_password.html", context, status=status)
    outcome = actions.set_password(user=user, token=token, password=form.cleaned_data["new_password1"], by=VISITOR)
    match outcome:
        case PasswordSet():
            request.session.flush()
            response = render(request, "accounts/password_set.html")
            browsers.remember_link(request, response, user.username)
            return response
        case LinkExpired():
            return _expired(request)
        case _:
            assert_never(outcome)


def _kept(request: EstablishmentRequest) -> tuple[str, bool]:
    """The link's token, and whether its page is still open. Nothing was kept: an empty token, which opens nothing."""
    kept = request.session.get(SESSION_KEY)
    if kept is None:
        return "", True
    return kept["token"], timezone.now().timestamp() - kept["opened_at"] < PAGE_MINUTES * 60


def _expired(request: EstablishmentRequest) -> HttpResponse:
    return _to_request(request, "expire")


def _to_request(request: EstablishmentRequest, why: str) -> HttpResponse:
    request.session.pop(SESSION_KEY, None)
    response = redirect("accounts:request_password", request.establishment.slug)
    response["Location"] += f"?lien={why}"
    return response
