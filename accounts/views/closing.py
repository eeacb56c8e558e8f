"""Sessions closed by their owner, a client or an agent: what is done, and said on the next page."""

from typing import assert_never, cast

from django.contrib import messages
from django.http import Http404, HttpRequest

from accounts.actions import sessions as actions
from accounts.actions.sessions import NoSuchSession, SessionClosed
from accounts.models import User
from journal.actions import name_of
from web.french import NBSP, plural


def close_one(request: HttpRequest, reference: str) -> None:
    """Errors: Http404 for a session that is not the own, or has ended."""
    user = cast(User, request.user)
    outcome = actions.close_session(user=user, reference=reference, by=name_of(user))
    match outcome:
        case SessionClosed(browser):
            messages.success(request, f"La session «{NBSP}{browser}{NBSP}» est fermée.")
        case NoSuchSession():
            raise Http404
        case _:
            assert_never(outcome)


def close_others(request: HttpRequest) -> None:
    user, kept = cast(User, request.user), request.session.session_key
    assert kept is not None
    closed = actions.close_other_sessions(user=user, kept=kept, by=name_of(user))
    if closed:
        messages.success(request, f"C’est fait{NBSP}: {plural(closed, 'session fermée', 'sessions fermées')}.")
    else:
        messages.info(request, "Aucune autre session n’était ouverte.")
