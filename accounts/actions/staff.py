"""Agents: made by ops, with an authenticator from the first day."""

from collections.abc import Sequence

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from establishments.models import Establishment
from journal.actions import record


@transaction.atomic(durable=True)
def create_staff(*, email: str, establishments: Sequence[Establishment], password: str, by: str) -> TOTPDevice:
    """A new agent with the right to look at everything in `establishments`; the device's `config_url` is shown once.

    Errors: ValueError when an agent already has this e-mail.
    """
    if User.objects.filter(username=email).exists():
        raise ValueError(f"{email} : cet agent existe déjà.")
    agent = User.objects.create(username=email, is_staff=True, password=make_password(password))
    agent.staff_establishments.set(establishments)
    record("staff_created", by=by, subject=agent, establishments=", ".join(e.slug for e in establishments))
    device: TOTPDevice = TOTPDevice.objects.create(user=agent, name="application", confirmed=True)
    return device
