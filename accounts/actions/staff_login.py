"""The agents' way in: e-mail and password, with the code at once or a passkey on the next page."""

from dataclasses import dataclass

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils import timezone

from accounts import limits
from accounts.actions.passkeys import confirm_passkey, confirmed_passkeys
from accounts.actions.sms_code import Accepted, TooMany
from accounts.actions.staff import confirm_agent_code
from accounts.models import User
from journal.actions import record


@dataclass(frozen=True, slots=True)
class AgentAccepted:
    """`agent.otp_device` is what opened the door."""

    agent: User


@dataclass(frozen=True, slots=True)
class PasskeyAsked:
    """The password is right; a passkey of the agent proves the rest."""

    agent: User


@dataclass(frozen=True, slots=True)
class AgentRefused:
    """Nobody is told what is wrong."""


def log_in_agent(
    *, email: str, password: str, code: str, browser: str, address: str, by: str
) -> AgentAccepted | PasskeyAsked | AgentRefused | TooMany:
    """Limits first, then one hash, known or not, then the code. `browser`: see `accounts.browsers`. No code: a passkey.

    An initial password after its time is refused like a wrong one. So is a code too soon after wrong ones: who hears of
    a pause would learn that the password is right.
    """
    if wait := limits.login_from(address, email, browser) or limits.staff_login_as(email, browser):
        return TooMany(wait)
    agent = authenticate(username=email, password=password)
    if not (isinstance(agent, User) and agent.is_staff):
        return _refuse(email, by)
    if agent.initial_password_until is not None and timezone.now() >= agent.initial_password_until:
        return _refuse(email, by, reason="initial_password_expired")
    if not code:
        return PasskeyAsked(agent) if confirmed_passkeys(agent) else _refuse(email, by)
    if limits.factor_of(agent.pk):
        return _refuse(email, by)
    agent.otp_device = confirm_agent_code(agent=agent, code=code, by=by)
    if agent.otp_device is None:
        return AgentRefused()
    limits.factor_of_succeeded(agent.pk)
    limits.staff_login_succeeded(email, browser, address)
    return AgentAccepted(agent)


def log_in_with_passkey(
    *, agent: User, challenge: str, credential: str, browser: str, address: str, by: str
) -> AgentAccepted | AgentRefused | TooMany:
    """After `PasskeyAsked`: `challenge` is what the session kept, `credential` what the browser sent."""
    outcome = confirm_passkey(user_pk=agent.pk, challenge=challenge, credential=credential, event="staff_login", by=by)
    if isinstance(outcome, Accepted):
        limits.staff_login_succeeded(agent.username, browser, address)
        return AgentAccepted(outcome.user)
    return outcome if isinstance(outcome, TooMany) else AgentRefused()


def prove_agent_again(*, agent: User, password: str, code: str, by: str) -> AgentAccepted | AgentRefused | TooMany:
    """The step-up of an agent who is inside: the password, then the application's code."""
    if wait := limits.password_of(agent.pk):
        return TooMany(wait)
    if not check_password(password, agent.password):
        _note_wrong_password(agent=agent, by=by)
        return AgentRefused()
    limits.password_of_succeeded(agent.pk)
    if wait := limits.factor_of(agent.pk):
        return TooMany(wait)
    if confirm_agent_code(agent=agent, code=code, by=by, is_login=False) is None:
        return AgentRefused()
    limits.factor_of_succeeded(agent.pk)
    return AgentAccepted(agent)


@transaction.atomic(durable=True)
def note_staff_logout(*, agent: User, by: str) -> None:
    record("staff_logout", by=by, subject=agent)


def _refuse(email: str, by: str, **reason: str) -> AgentRefused:
    _note_refusal(email=email, by=by, **reason)
    return AgentRefused()


@transaction.atomic(durable=True)
def _note_wrong_password(*, agent: User, by: str) -> None:
    record("staff_identity_refused", by=by, subject=agent)


@transaction.atomic(durable=True)
def _note_refusal(*, email: str, by: str, **reason: str) -> None:
    """An e-mail that is no agent's stands in the journal as `user:None`."""
    agent = User.objects.filter(username=email, is_staff=True).first()
    record("staff_login_refused", by=by, subject=agent or User(), **reason)
