"""Open sessions, closed by their owner. A closed one is out at its next request."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Session, User
from accounts.sessions import is_reference_of, open_sessions
from accounts.user_agents import describe
from establishments.models import Establishment
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
        if is_reference_of(reference, session.session_key):
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


@transaction.atomic(durable=True)
def close_sessions_of(*, establishments: Iterable[Establishment], by: str) -> int:
    """Clients and agents are out at their next request; how many sessions."""
    total = 0
    for establishment in establishments:
        closed, _ = sessions_of(establishment).delete()
        record("everybody_logged_out", by=by, subject=establishment, count=closed)
        total += closed
    return total


def sessions_of(establishment: Establishment) -> QuerySet[Session]:
    """Of its clients, and of the agents who see it. A login in progress has no owner yet."""
    agents = User.objects.filter(staff_establishments=establishment)
    return Session.objects.filter(Q(user__establishment=establishment) | Q(user__in=agents))


def end_sessions(user: User, *, kept: str = "") -> None:
    """Inside a transaction that holds the user's lock."""
    Session.objects.filter(user=user).exclude(session_key=kept).delete()
