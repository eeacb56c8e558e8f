"""The link by e-mail, and the password that it lets a client define. A link never logs in."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import Client, SMSDevice, User
from accounts.nobody import nobody
from accounts.tokens import LINK_HOURS, password_link, password_link_tokens
from establishments.models import Establishment
from journal.actions import record
from messaging.outbox import queue_email


@dataclass(frozen=True, slots=True)
class PasswordSet:
    pass


@dataclass(frozen=True, slots=True)
class LinkExpired:
    """Used, too old, or of another account."""


@transaction.atomic(durable=True)
def request_password_link(*, establishment: Establishment, identifier: str, by: str) -> None:
    """Mail the link, if the identifier is known and the file has an e-mail; else to nobody, with the same work."""
    username = User.client_username(establishment.pk, identifier)
    user = User.objects.filter(username=username, is_active=True).first()
    reader = user or nobody(establishment)
    queue_email(
        "password_link",
        to=reader.client.email,
        about=user or establishment,
        establishment=establishment,
        context={"client": reader.client, "link": password_link(reader), "hours": LINK_HOURS},
    )
    kind = "password_link_sent" if reader.client.email else "password_link_impossible"
    record(kind, by=by, subject=user or establishment)


@transaction.atomic(durable=True)
def invite(*, client_pk: int, by: str) -> bool:
    """The welcome e-mail, once; False when the client was invited meanwhile or has no e-mail."""
    now = timezone.now()
    client = Client.objects.select_for_update(of=("self",)).select_related("user", "establishment").get(pk=client_pk)
    if client.invited_at is not None or not client.email:
        return False
    client.invited_at = now
    client.save(update_fields=["invited_at"])
    queue_email(
        "invitation",
        to=client.email,
        about=client.user,
        establishment=client.establishment,
        context={"client": client, "link": password_link(client.user), "hours": LINK_HOURS},
    )
    record("client_invited", by=by, subject=client.user)
    return True


def set_password(*, user: User, token: str, password: str, by: str) -> PasswordSet | LinkExpired:
    """Hash first, outside of the transaction since it is slow, then spend the link."""
    return _spend_link(user_pk=user.pk, token=token, hashed=make_password(password), by=by)


@transaction.atomic(durable=True)
def _spend_link(*, user_pk: int, token: str, hashed: str, by: str) -> PasswordSet | LinkExpired:
    user = User.objects.select_for_update(of=("self",)).get(pk=user_pk)
    if not password_link_tokens.check_token(user, token):
        return LinkExpired()
    # A login in progress was started with the password before.
    SMSDevice.objects.filter(user=user).update(token="", challenge="", tries_left=0, resends_left=0)
    user.password = hashed
    user.save(update_fields=["password"])
    record("password_set", by=by, subject=user)
    assert user.establishment is not None
    if user.client.email:
        queue_email(
            "password_changed",
            to=user.client.email,
            about=user,
            establishment=user.establishment,
            context={"client": user.client},
        )
    return PasswordSet()
