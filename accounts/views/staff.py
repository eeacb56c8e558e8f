"""The agents' door, and the page where they change their password."""

from typing import Any, assert_never, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts import browsers, staff_pending
from accounts.actions.sms_code import TooMany
from accounts.actions.staff_login import AgentAccepted, AgentRefused, PasskeyAsked, log_in_agent, note_staff_logout
from accounts.actions.staff_password import PasswordChanged, WrongPassword, change_staff_password
from accounts.forms.staff import AgentLoginForm, ChangeAgentPasswordForm
from accounts.models import User
from accounts.proof import note_proof
from accounts.sessions import BROWSER, STARTED
from accounts.views.login import VISITOR
from accounts.views.wait import retry_after
from establishments.staff_admin import is_agent
from journal.actions import name_of
from web.address import client_address
from web.fields import LONGEST_ADDRESS, bounded
from web.french import french_duration


@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("admin:index") if is_agent(request) else _login_page(request, AgentLoginForm())
    form = AgentLoginForm(request.POST)
    if not form.is_valid():
        return _login_page(request, form, status=422)
    email = form.cleaned_data["username"]
    outcome = log_in_agent(
        email=email,
        password=form.cleaned_data["password"],
        code=form.cleaned_data["otp_token"],
        browser=browsers.known_as(request, email),
        address=client_address(request),
        by=VISITOR,
    )
    match outcome:
        case AgentAccepted(agent):
            return open_gestion(request, agent, _come_back(request))
        case PasskeyAsked(agent):
            staff_pending.remember(request, agent, come_back=_come_back(request))
            return redirect("admin:login_passkey")
        case AgentRefused():
            form.refuse()
            return _login_page(request, form, status=422)
        case TooMany(seconds):
            say_wait(form, seconds)
            return retry_after(seconds, _login_page(request, form))
        case _:
            assert_never(outcome)


@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest, admin_context: dict[str, Any]) -> HttpResponse:
    agent = cast(User, request.user)
    form = ChangeAgentPasswordForm(agent, request.POST if request.method == "POST" else None)
    context = {**admin_context, "title": "Changer mon mot de passe", "form": form}
    if not form.is_valid():
        return render(request, "admin/agent_password.html", context, status=422 if form.is_bound else 200)
    outcome = change_staff_password(
        agent=agent,
        current=form.cleaned_data["current_password"],
        new=form.cleaned_data["new_password1"],
        session_key=str(request.session.session_key),
        by=name_of(agent),
    )
    match outcome:
        case PasswordChanged(changed):
            update_session_auth_hash(request, changed)
            messages.success(request, "Votre mot de passe est changé. Vos autres connexions sont fermées.")
            return redirect("admin:index")
        case WrongPassword():
            form.add_error("current_password", "Ce n’est pas votre mot de passe actuel.")
            return render(request, "admin/agent_password.html", context, status=422)
        case TooMany(seconds):
            say_wait(form, seconds)
            return retry_after(seconds, render(request, "admin/agent_password.html", context))
        case _:
            assert_never(outcome)


def note_logout(request: HttpRequest) -> None:
    """Before Django's own view ends the session."""
    agent = cast(User, request.user)
    note_staff_logout(agent=agent, by=name_of(agent))


def open_gestion(request: HttpRequest, agent: User, come_back: str) -> HttpResponse:
    """A clean session: nothing of the person before, a new key; django-otp stores the device."""
    request.session.flush()
    login(request, agent, backend=settings.AUTHENTICATION_BACKENDS[0])
    note_proof(request)
    request.session[STARTED] = timezone.now().timestamp()
    request.session[BROWSER] = request.headers.get("User-Agent", "")[:250]
    inside = come_back.startswith(reverse("admin:index")) and url_has_allowed_host_and_scheme(come_back, None)
    response = redirect(come_back if inside else "admin:index")
    browsers.remember(request, response, agent.username)
    return response


def _login_page(request: HttpRequest, form: AgentLoginForm, status: int = 200) -> HttpResponse:
    return render(request, "admin/agent_login.html", {"form": form, "next": _come_back(request)}, status=status)


def _come_back(request: HttpRequest) -> str:
    return bounded(request.POST.get("next", request.GET.get("next", "")), LONGEST_ADDRESS)


def say_wait(form: forms.Form, seconds: int) -> None:
    form.add_error(None, f"Trop d’essais en peu de temps. Recommencez dans {french_duration(seconds)}.")
