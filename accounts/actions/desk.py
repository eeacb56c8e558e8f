"""What an agency does for the account of a client who asks for help."""

from django.db import transaction

from accounts import limits
from accounts.models import Client, ContactChange, Session, SMSDevice, User
from accounts.notices import tell_client
from journal.actions import record


@transaction.atomic(durable=True)
def close_all_sessions(*, client_pk: int, by: str) -> int:
    """The client is logged out everywhere, at once; how many sessions were open."""
    user = User.objects.select_for_update(of=("self",)).get(client__pk=client_pk)
    closed, _ = Session.objects.filter(user=user).delete()
    record("all_sessions_closed", by=by, subject=user, count=closed)
    client = Client.objects.select_related("user", "establishment").get(pk=client_pk)
    tell_client(client, "Votre agence a fermé toutes vos connexions à votre espace client.")
    return closed


@transaction.atomic(durable=True)
def unlock_client(*, client_pk: int, reopens_device: bool, by: str) -> bool:
    """Forget the limits that count against this client; whether a device that wrong codes had closed is open again.

    For ops. At the counter a device is opened by `rebind_mobile`, which records the identity check.
    """
    user = User.objects.select_for_update(of=("self",)).get(client__pk=client_pk)
    assert user.establishment_id is not None
    assert user.identifier is not None
    limits.forget_client(user.pk, user.establishment_id, user.identifier, _phones_of(user))
    closed = SMSDevice.objects.select_for_update(of=("self",)).filter(user=user, confirmed=False)
    is_reopened = reopens_device and closed.update(confirmed=True, failures=0) > 0
    record("client_unlocked", by=by, subject=user, is_reopened=is_reopened)
    if is_reopened:
        client = Client.objects.select_related("user", "establishment").get(pk=client_pk)
        tell_client(client, "Votre mobile reçoit de nouveau nos codes.", phones=[client.user.smsdevice_set.get().phone])
    return is_reopened


def _phones_of(user: User) -> list[str]:
    """Where a code may have been refused: the mobile, and a number that waits for its proof."""
    waiting = ContactChange.objects.filter(client__user=user, kind=ContactChange.Kind.PHONE)
    return [
        *SMSDevice.objects.filter(user=user).values_list("phone", flat=True),
        *waiting.values_list("value", flat=True),
    ]
