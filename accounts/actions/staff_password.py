"""An agent changes the own password."""

from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from accounts import limits
from accounts.actions.sms_code import TooMany
from accounts.models import Session, User
from accounts.notices import tell_agent
from journal.actions import record


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    agent: User


@dataclass(frozen=True, slots=True)
class WrongPassword:
    pass


def change_staff_password(
    *, agent: User, current: str, new: str, session_key: str, by: str
) -> PasswordChanged | WrongPassword | TooMany:
    """Every session but `session_key` is closed. Hashing stays outside of the transactions."""
    if wait := limits.password_of(agent.pk):
        return TooMany(wait)
    if not check_password(current, agent.password):
        _note_refusal(agent=agent, by=by)
        return WrongPassword()
    limits.password_of_succeeded(agent.pk)
    if wait := limits.account_changes_of(agent.pk):
        return TooMany(wait)
    return _change(agent_pk=agent.pk, checked=agent.password, hashed=make_password(new), session_key=session_key, by=by)


@transaction.atomic(durable=True)
def _note_refusal(*, agent: User, by: str) -> None:
    record("staff_password_refused", by=by, subject=agent)


@transaction.atomic(durable=True)
def _change(*, agent_pk: int, checked: str, hashed: str, session_key: str, by: str) -> PasswordChanged | WrongPassword:
    agent = User.objects.select_for_update(of=("self",)).get(pk=agent_pk)
    if agent.password != checked:  # changed while this one was hashed
        return WrongPassword()
    agent.password = hashed
    agent.initial_password_until = None
    agent.save(update_fields=["password", "initial_password_until"])
    Session.objects.filter(user=agent).exclude(session_key=session_key).delete()
    record("staff_password_changed", by=by, subject=agent)
    tell_agent(agent, "Votre mot de passe a été changé. Vos autres connexions sont fermées.")
    return PasswordChanged(agent)
