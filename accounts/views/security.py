"""« Sécurité »: open sessions, what happened lately, and the ways to the rest."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import event_words
from accounts.models import User
from accounts.proof import fresh_proof_required
from accounts.requests import AreaRequest
from accounts.session_pages import shown_sessions
from accounts.views.closing import close_one, close_others
from journal.actions import name_of
from journal.models import Event

EVENTS_ON_A_PAGE = 20


@require_safe
def security(request: AreaRequest, slug: str) -> HttpResponse:
    newest = list(events_of(request.user)[: EVENTS_ON_A_PAGE + 1])
    facts = {
        "sessions": shown_sessions(request),
        "events": _in_words(newest[:EVENTS_ON_A_PAGE], request.user),
        "has_more": len(newest) > EVENTS_ON_A_PAGE,
    }
    return render(request, "accounts/security.html", facts)


@require_safe
def events(request: AreaRequest, slug: str) -> HttpResponse:
    """All that happened, by pages; a page that does not exist is the nearest that does."""
    page = Paginator(events_of(request.user), EVENTS_ON_A_PAGE).get_page(request.GET.get("page", ""))
    facts = {"page": page, "events": _in_words(list(page), request.user)}
    return render(request, "accounts/security_events.html", facts)


@require_POST
@fresh_proof_required
def close_session(request: AreaRequest, slug: str, reference: str) -> HttpResponse:
    close_one(request, reference)
    return redirect("accounts:security", slug)


@require_POST
@fresh_proof_required
def close_sessions(request: AreaRequest, slug: str) -> HttpResponse:
    close_others(request)
    return redirect("accounts:security", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def keep_alive(request: AreaRequest, slug: str) -> HttpResponse:
    """POST: « rester connecté »; being asked for is the activity. GET: the seconds left, for another tab's warning."""
    if request.method == "POST":
        return HttpResponse(status=204)
    return JsonResponse({"idle": request.time_left.idle, "whole": request.time_left.whole})


def events_of(user: User) -> Any:
    """What the journal says of this account and has words for, the newest first."""
    return Event.objects.filter(subject=name_of(user), kind__in=event_words.WORDS)


def _in_words(found: list[Event], user: User) -> list[dict[str, Any]]:
    account = name_of(user)
    return [
        {
            "kind": event.kind,
            "at": event.at,
            "words": event_words.WORDS[event.kind],
            "author": event_words.author_of(event.actor, account),
        }
        for event in found
    ]
