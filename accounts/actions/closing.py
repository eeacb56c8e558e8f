"""A second factor that was guessed at too often is closed; the client and the agency are told."""

from django_otp.models import Device

from accounts.models import User
from accounts.notices import tell_client
from journal.actions import record
from messaging.outbox import queue_email


def close_factor(user: User, device: Device, what: str, *, by: str) -> None:
    """In the transaction and under the locks of the last wrong code. `what`: « Votre téléphone »."""
    assert user.establishment is not None
    device.confirmed = False
    device.save()
    record("device_closed", by=by, subject=user)
    tell_client(
        user.client,
        f"{what} ne peut plus servir à vous connecter\u00a0: trop de codes faux ont été tapés à la suite. "
        "Si ce n’était pas vous, quelqu’un connaît peut-être votre mot de passe.",
    )
    queue_email(
        "device_closed_staff",
        to=user.establishment.email,
        about=user,
        establishment=user.establishment,
        context={"client": user.client},
    )
