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


@transaction.atomic(durable=True)
def confirm_agent_code(*, agent: User, code: str, by: str) -> TOTPDevice | None:
    """The device whose present code this is; None for a code that is wrong, used, or tried too soon after those."""
    devices = TOTPDevice.objects.select_for_update(of=("self",)).filter(user=agent, confirmed=True)
    device: TOTPDevice | None = devices.first()
    if device is None or not device.verify_is_allowed()[0] or not device.verify_token(code):
        record("staff_login_refused", by=by, subject=agent)
        return None
    record("staff_login", by=by, subject=agent)
    return device
