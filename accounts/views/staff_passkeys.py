"""An agent's passkeys: the second page of the door, and the page where they are added and removed."""

from typing import Any, assert_never, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import browsers, staff_pending
from accounts.actions import passkeys
from accounts.actions.factors import Refused
from accounts.actions.passkeys import MOST_PASSKEYS, PasskeyAdded, TooManyPasskeys
from accounts.actions.sms_code import TooMany
from accounts.actions.staff_login import AgentAccepted, AgentRefused, log_in_with_passkey
from accounts.actions.staff_passkeys import remove_agent_passkey
from accounts.forms.factors import PasskeyForm
from accounts.forms.login import PasskeyAnswerForm
from accounts.forms.staff import RemovePasskeyForm
from accounts.models import User
from accounts.proof import fresh_agent_proof_required
from accounts.session_pages import shown_sessions
from accounts.views.login import VISITOR
from accounts.views.staff import open_gestion, say_wait
from accounts.views.wait import retry_after
from journal.actions import name_of
from web.address import client_address

CHALLENGE = "new_agent_passkey_challenge"  # in the session until its answer


@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    found = staff_pending.pending_of(request)
    if found is None:
        return redirect("admin:login")
    attempt, agent = found
    form = PasskeyAnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        outcome = log_in_with_passkey(
            agent=agent,
            challenge=attempt["challenge"],
            credential=form.cleaned_data["credential"],
            browser=browsers.known_as(request, agent.username),
            address=client_address(request),
            by=VISITOR,
        )
        match outcome:
            case AgentAccepted(proved):
                return open_gestion(request, proved, attempt["next"])
            case AgentRefused():
                form.add_error(None, "Votre clé d’accès n’a pas été reconnue. Recommencez, ou prenez votre code.")
            case TooMany(seconds):
                say_wait(form, seconds)
                return retry_after(seconds, _answer_page(request, agent, form, status=429))
            case _:
                assert_never(outcome)
    return _answer_page(request, agent, form, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_agent_proof_required
def own_passkeys(request: HttpRequest, admin_context: dict[str, Any]) -> HttpResponse:
    """With the open sessions: whoever changes a factor may want to close the others."""
    agent = cast(User, request.user)
    if request.method == "POST" and "remove" in request.POST:
        return _remove(request, agent)
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    challenge = request.session.pop(CHALLENGE, "")
    if form.is_valid():
        outcome = passkeys.add_passkey(user_pk=agent.pk, challenge=challenge, by=name_of(agent), **form.cleaned_data)
        match outcome:
            case PasskeyAdded():
                messages.success(request, "Votre clé d’accès est ajoutée. Elle remplace le code à la connexion.")
                return redirect("admin:passkeys")
            case TooManyPasskeys():
                form.add_error(None, f"Vous avez déjà {MOST_PASSKEYS} clés d’accès. Retirez-en une d’abord.")
            case Refused():
                form.add_error(None, "Votre clé d’accès n’a pas été ajoutée. Recommencez.")
            case TooMany(seconds):
                say_wait(form, seconds)
            case _:
                assert_never(outcome)
    return _own_page(request, agent, form, admin_context)


def _remove(request: HttpRequest, agent: User) -> HttpResponse:
    form = RemovePasskeyForm(request.POST)
    if form.is_valid() and remove_agent_passkey(
        agent_pk=agent.pk, passkey_pk=form.cleaned_data["remove"], by=name_of(agent)
    ):
        messages.success(request, "Votre clé d’accès est retirée.")
    else:
        messages.error(request, "Cette clé d’accès n’est plus là.")
    return redirect("admin:passkeys")


def _answer_page(request: HttpRequest, agent: User, form: PasskeyAnswerForm, status: int) -> HttpResponse:
    """A passkey signs a new challenge each time: the one before is dead."""
    made = passkeys.passkey_challenge(agent)
    staff_pending.change_challenge(request, made.challenge)
    return render(request, "admin/agent_passkey.html", {"form": form, "options": made.options}, status=status)


def _own_page(request: HttpRequest, agent: User, form: PasskeyForm, admin_context: dict[str, Any]) -> HttpResponse:
    made = passkeys.new_passkey_challenge(agent)
    request.session[CHALLENGE] = made.challenge
    mine = passkeys.confirmed_passkeys(agent)
    context = {
        **admin_context,
        "title": "Mes clés d’accès et mes sessions",
        "form": form,
        "passkeys": mine,
        "options": made.options,
        "sessions": shown_sessions(request),
    }
    return render(request, "admin/agent_passkeys.html", context, status=422 if form.is_bound else 200)
