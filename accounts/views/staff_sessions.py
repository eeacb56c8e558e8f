"""An agent's own open sessions: their list stands on the page of passkeys, these are its buttons."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.proof import fresh_agent_proof_required
from accounts.views.closing import close_one, close_others


@require_POST
@fresh_agent_proof_required
def close_session(request: HttpRequest, reference: str) -> HttpResponse:
    close_one(request, reference)
    return redirect("admin:passkeys")


@require_POST
@fresh_agent_proof_required
def close_sessions(request: HttpRequest) -> HttpResponse:
    close_others(request)
    return redirect("admin:passkeys")
