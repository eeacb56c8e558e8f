"""Open sessions, closed by their owner. A closed one is out at its next request."""

from dataclasses import dataclass
from hmac import compare_digest

from django.db import transaction
from django.utils import timezone

from accounts.models import Session, User
from accounts.sessions import open_sessions, reference_of
from accounts.user_agents import describe
from journal.actions import record


@dataclass(frozen=True, slots=True)
class SessionClosed:
    browser: str


@dataclass(frozen=True, slots=True)
class NoSuchSession:
    """Another client's, or ended meanwhile."""


@transaction.atomic(durable=True)
def close_session(*, user: User, reference: str, by: str) -> SessionClosed | NoSuchSession:
    """`reference` is `reference_of` a session of this client."""
    now = timezone.now()
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    for session in open_sessions(user, now):
        if compare_digest(reference_of(session.session_key).encode(), reference.encode()):
            session.delete()
            browser = describe(session.browser)
            record("session_closed", by=by, subject=user, browser=browser)
            return SessionClosed(browser)
    return NoSuchSession()


@transaction.atomic(durable=True)
def close_other_sessions(*, user: User, kept: str, by: str) -> int:
    """All but the one whose key is `kept`; how many were open."""
    now = timezone.now()
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    closed = open_sessions(user, now).exclude(session_key=kept).count()
    end_sessions(user, kept=kept)
    if closed:
        record("sessions_closed", by=by, subject=user, count=closed)
    return closed


def end_sessions(user: User, *, kept: str = "") -> None:
    """Inside a transaction that holds the user's lock."""
    Session.objects.filter(user=user).exclude(session_key=kept).delete()
