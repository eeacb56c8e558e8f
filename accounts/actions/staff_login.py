"""The agents' way in: e-mail, password and code at once."""

from dataclasses import dataclass

from django.contrib.auth import authenticate
from django.db import transaction

from accounts import limits
from accounts.actions.sms_code import TooMany
from accounts.actions.staff import confirm_agent_code
from accounts.models import User
from journal.actions import record


@dataclass(frozen=True, slots=True)
class AgentAccepted:
    """`agent.otp_device` is what the code came from."""

    agent: User


@dataclass(frozen=True, slots=True)
class AgentRefused:
    """One of the three is wrong: nobody is told which."""


def log_in_agent(
    *, email: str, password: str, code: str, browser: str, address: str, by: str
) -> AgentAccepted | AgentRefused | TooMany:
    """Limits first, then one hash, known or not, then the code. `browser`: see `accounts.browsers`.

    A code too soon after wrong ones is refused in the words of a wrong one: who hears of a pause would learn that the
    password is right.
    """
    if wait := limits.login_from(address) or limits.staff_login_as(email, browser):
        return TooMany(wait)
    agent = authenticate(username=email, password=password)
    if not (isinstance(agent, User) and agent.is_staff) or limits.factor_of(agent.pk):
        _note_refusal(email=email, by=by)
        return AgentRefused()
    agent.otp_device = confirm_agent_code(agent=agent, code=code, by=by)
    if agent.otp_device is None:
        return AgentRefused()
    limits.staff_login_succeeded(email, browser, address)
    limits.factor_of_succeeded(agent.pk)
    return AgentAccepted(agent)


@transaction.atomic(durable=True)
def _note_refusal(*, email: str, by: str) -> None:
    """An e-mail that is no agent's stands in the journal as `user:None`."""
    agent = User.objects.filter(username=email, is_staff=True).first()
    record("staff_login_refused", by=by, subject=agent or User())
