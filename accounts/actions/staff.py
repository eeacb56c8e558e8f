"""Agents: made by ops, with an authenticator from the first day, which ops replace when it is lost or closed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts import limits
from accounts.actions.sms_code import MOST_FAILURES
from accounts.models import Authenticator, Passkey, Session, User
from accounts.notices import tell_agent
from establishments.models import Establishment
from journal.actions import record

INITIAL_PASSWORD: Final = timedelta(hours=72)  # from the terminal to the agent's own choice


@transaction.atomic(durable=True)
def create_staff(
    *, email: str, establishments: Sequence[Establishment], password: str, by: str, is_initial: bool = False
) -> Authenticator:
    """A new agent with the right to look at everything in `establishments`; the device's `config_url` is shown once.

    `is_initial`: somebody else has seen the password. It lives 72 hours and opens the page that replaces it.
    Errors: ValueError when an agent already has this e-mail.
    """
    if User.objects.filter(username=email).exists():
        raise ValueError(f"{email} : cet agent existe déjà.")
    until = timezone.now() + INITIAL_PASSWORD if is_initial else None
    agent = User.objects.create(
        username=email, is_staff=True, password=make_password(password), initial_password_until=until
    )
    agent.staff_establishments.set(establishments)
    record("staff_created", by=by, subject=agent, establishments=", ".join(e.slug for e in establishments))
    return _new_authenticator(agent)


@transaction.atomic(durable=True)
def close_staff(*, email: str, by: str) -> bool:
    """An agent who left: out at once, and no login any more. False for an unknown agent."""
    agent = User.objects.select_for_update(of=("self",)).filter(username=email, is_staff=True).first()
    if agent is None:
        return False
    agent.is_active = False
    agent.save(update_fields=["is_active"])
    Session.objects.filter(user=agent).delete()
    record("staff_closed", by=by, subject=agent)
    return True


@transaction.atomic(durable=True)
def confirm_agent_code(*, agent: User, code: str, by: str, is_login: bool = True) -> Authenticator | None:
    """The device whose present code this is; None for a code that is wrong or used.

    `is_login`: else a step-up. The twentieth wrong code in a row closes the device: sessions that it opened are
    verified no more, either.
    """
    agent = User.objects.select_for_update(of=("self",)).get(pk=agent.pk)
    devices = Authenticator.objects.select_for_update(of=("self",)).filter(user=agent, confirmed=True)
    device: Authenticator | None = devices.first()
    if device is not None and device.verify_token(code):
        record("staff_login" if is_login else "staff_identity_proved", by=by, subject=agent)
        return device
    record("staff_login_refused" if is_login else "staff_identity_refused", by=by, subject=agent)
    if device is not None and device.throttling_failure_count >= MOST_FAILURES:
        device.confirmed = False
        device.save(update_fields=["confirmed"])
        record("staff_factor_closed", by=by, subject=agent, wrong_codes=MOST_FAILURES)
        tell_agent(
            agent,
            f"Votre application de codes est fermée, après {MOST_FAILURES} codes faux de suite. "
            "Demandez à l’équipe technique de la remplacer.",
        )
    return None


def reset_staff(*, email: str, password: str | None, by: str) -> Authenticator | None:
    """A new authenticator, and a new initial password if one is given; None for an unknown agent."""
    return _reset_staff(email=email, hashed=make_password(password) if password else None, by=by)


@transaction.atomic(durable=True)
def _reset_staff(*, email: str, hashed: str | None, by: str) -> Authenticator | None:
    now = timezone.now()
    agent = User.objects.select_for_update(of=("self",)).filter(username=email, is_staff=True).first()
    if agent is None:
        return None
    Authenticator.objects.filter(user=agent).delete()
    Passkey.objects.filter(user=agent).delete()  # they may be on the lost telephone
    Session.objects.filter(user=agent).delete()
    limits.factor_of_succeeded(agent.pk)
    if hashed is not None:
        agent.password = hashed
        agent.initial_password_until = now + INITIAL_PASSWORD
        agent.save(update_fields=["password", "initial_password_until"])
    record("staff_factor_reset", by=by, subject=agent, with_password=hashed is not None)
    tell_agent(
        agent,
        "Votre application de codes et votre mot de passe ont été remplacés."
        if hashed is not None
        else "Votre application de codes a été remplacée.",
    )
    return _new_authenticator(agent)


def _new_authenticator(agent: User) -> Authenticator:
    device: Authenticator = Authenticator.objects.create(user=agent, name="application", confirmed=True)
    return device
