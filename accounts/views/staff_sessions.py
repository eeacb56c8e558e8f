"""An agent's own open sessions: their list stands on the page of passkeys, these are its buttons."""

from typing import assert_never, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.actions import sessions as actions
from accounts.actions.sessions import NoSuchSession, SessionClosed
from accounts.models import User
from accounts.proof import fresh_agent_proof_required
from journal.actions import name_of
from web.french import NBSP, plural


@require_POST
@fresh_agent_proof_required
def close_session(request: HttpRequest, reference: str) -> HttpResponse:
    agent = cast(User, request.user)
    outcome = actions.close_session(user=agent, reference=reference, by=name_of(agent))
    match outcome:
        case SessionClosed(browser):
            messages.success(request, f"La session «{NBSP}{browser}{NBSP}» est fermée.")
        case NoSuchSession():
            raise Http404
        case _:
            assert_never(outcome)
    return redirect("admin:passkeys")


@require_POST
@fresh_agent_proof_required
def close_sessions(request: HttpRequest) -> HttpResponse:
    agent, kept = cast(User, request.user), request.session.session_key
    assert kept is not None
    closed = actions.close_other_sessions(user=agent, kept=kept, by=name_of(agent))
    if closed:
        messages.success(request, f"C’est fait{NBSP}: {plural(closed, 'session fermée', 'sessions fermées')}.")
    else:
        messages.info(request, "Aucune autre session n’était ouverte.")
    return redirect("admin:passkeys")
