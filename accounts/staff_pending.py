"""What the session keeps between an agent’s password and passkey; the clients’ is kept apart."""

from typing import Final, TypedDict, cast

from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.login import LOGIN_MINUTES
from accounts.models import User
from accounts.sessions import is_of_present_password

SESSION_KEY: Final = "agent_login_in_progress"


class AgentPending(TypedDict):
    user_pk: int
    auth_hash: str
    challenge: str
    started_at: float
    next: str


def remember(request: HttpRequest, agent: User, *, come_back: str) -> None:
    """A clean session: nothing of the person before, a new key."""
    request.session.flush()
    kept: AgentPending = {
        "user_pk": agent.pk,
        "auth_hash": agent.get_session_auth_hash(),
        "challenge": "",
        "started_at": timezone.now().timestamp(),
        "next": come_back,
    }
    request.session[SESSION_KEY] = kept


def change_challenge(request: HttpRequest, challenge: str) -> None:
    """What the passkey is to sign next."""
    request.session[SESSION_KEY] = {**request.session[SESSION_KEY], "challenge": challenge}


def pending_of(request: HttpRequest) -> tuple[AgentPending, User] | None:
    """The attempt and whose it is; None when it is too old, or the password or the account changed meanwhile."""
    pending = cast(AgentPending | None, request.session.get(SESSION_KEY))
    if pending is None or timezone.now().timestamp() - pending["started_at"] >= LOGIN_MINUTES * 60:
        return None
    agent = User.objects.filter(pk=pending["user_pk"], is_active=True, is_staff=True).first()
    if agent is None or not is_of_present_password(agent, pending["auth_hash"]):
        return None
    return pending, agent
