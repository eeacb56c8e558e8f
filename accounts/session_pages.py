"""What pages show of a person's open sessions, and when they offer to close the others."""

from typing import Any, Final, cast

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.session_limits import ago
from accounts.sessions import open_sessions, reference_of
from accounts.user_agents import describe

OFFER: Final = "offer_to_close"  # in the session, by a change of factor, until the next page


def shown_sessions(request: HttpRequest) -> list[dict[str, Any]]:
    now = timezone.now()
    return [
        {
            "browser": describe(session.browser),
            "is_this": session.session_key == request.session.session_key,
            "started_at": session.started_at,
            "last_used": ago(session.last_used_at, now),
            "reference": reference_of(session.session_key),
        }
        for session in open_sessions(cast(User, request.user), now)
    ]


def other_sessions(request: HttpRequest) -> int:
    """How many are open beside the one that asks."""
    here = str(request.session.session_key)
    return open_sessions(cast(User, request.user), timezone.now()).exclude(session_key=here).count()


def offer_to_close(request: HttpRequest) -> None:
    """A factor has just been changed: whoever came in with the former ones may still be inside."""
    request.session[OFFER] = True


def sessions_to_close(request: HttpRequest) -> int:
    """How many other sessions the page shown now offers to close: once after each change."""
    return other_sessions(request) if request.session.pop(OFFER, False) else 0
