"""What the session keeps between the password and the second factor, of a login or of a step-up."""

from typing import Final, TypedDict, cast

from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.login import LOGIN_MINUTES, Started
from accounts.models import Factor, User
from accounts.sessions import is_of_present_password
from web.fields import LONGEST_ADDRESS, bounded

SESSION_KEY: Final = "login_in_progress"


class Pending(TypedDict):
    user_pk: int
    factor: str
    challenge: str
    auth_hash: str
    started_at: float
    next: str
    is_step_up: bool
    sms_challenge: str  # of the code by SMS that this attempt has had; empty: none


def remember(request: HttpRequest, started: Started, *, come_back: str, is_step_up: bool) -> None:
    """At a login a clean session: nothing of the person before, a new key."""
    if not is_step_up:
        request.session.flush()
    kept: Pending = {
        "user_pk": started.user_pk,
        "factor": started.factor,
        "challenge": started.challenge,
        "auth_hash": started.auth_hash,
        "started_at": timezone.now().timestamp(),
        "next": bounded(come_back, LONGEST_ADDRESS),
        "is_step_up": is_step_up,
        "sms_challenge": _sms_challenge(started),
    }
    request.session[SESSION_KEY] = kept


def change_factor(request: HttpRequest, pending: Pending, started: Started) -> None:
    """Another factor of the same attempt, which does not live longer for it."""
    request.session[SESSION_KEY] = {
        **pending,
        "factor": started.factor,
        "challenge": started.challenge,
        "sms_challenge": _sms_challenge(started) or pending["sms_challenge"],
    }


def change_challenge(request: HttpRequest, challenge: str) -> None:
    """What a passkey is to sign next."""
    request.session[SESSION_KEY] = {**request.session[SESSION_KEY], "challenge": challenge}


def pending_of(request: HttpRequest) -> tuple[Pending, User] | None:
    """The attempt and whose it is; None when it is too old, or the password or the account changed meanwhile."""
    pending = cast(Pending | None, request.session.get(SESSION_KEY))
    if pending is None or timezone.now().timestamp() - pending["started_at"] >= LOGIN_MINUTES * 60:
        return None
    user = User.objects.filter(pk=pending["user_pk"], is_active=True).first()
    if user is None or not is_of_present_password(user, pending["auth_hash"]):
        return None
    if pending["is_step_up"] and request.user.pk != user.pk:
        return None
    return pending, user


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def _sms_challenge(started: Started) -> str:
    return started.challenge if started.factor == Factor.SMS else ""
