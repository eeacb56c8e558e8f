"""The link by e-mail and the password that it lets a client define; a new password chosen inside the area.

A link never logs in. A new password ends what the one before had opened or begun.
"""

from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from accounts import limits
from accounts.actions.sessions import end_sessions
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


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    user: User
    """With the new password: what `update_session_auth_hash` needs."""


@dataclass(frozen=True, slots=True)
class WrongPassword:
    pass


@dataclass(frozen=True, slots=True)
class SamePassword:
    """The new one is the present one."""


@dataclass(frozen=True, slots=True)
class TooManyTries:
    wait_seconds: int


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
    record(
        "password_link_sent" if reader.client.email else "password_link_impossible",
        by=by,
        subject=user or establishment,
    )


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
    _replace_password(user, hashed)
    record("password_set", by=by, subject=user)
    return PasswordSet()


def change_password(
    *, user: User, current: str, new: str, session_key: str, by: str
) -> PasswordChanged | WrongPassword | SamePassword | TooManyTries:
    """Check and hash outside of the transaction, since both are slow; the session of `session_key` goes on."""
    if wait := limits.password_of(user.pk):
        return TooManyTries(wait)
    if not check_password(current, user.password):
        _note_wrong_password(user=user, by=by)
        return WrongPassword()
    limits.password_of_succeeded(user.pk)
    if new == current:
        return SamePassword()
    if wait := limits.account_changes_of(user.pk):
        return TooManyTries(wait)
    hashed = make_password(new)
    return _swap_password(user=user, hashed=hashed, session_key=session_key, by=by)


@transaction.atomic(durable=True)
def _swap_password(*, user: User, hashed: str, session_key: str, by: str) -> PasswordChanged | WrongPassword:
    """Only if the password that was checked is still the one of the account."""
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if locked.password != user.password:
        return WrongPassword()
    _replace_password(locked, hashed, kept_session=session_key)
    record("password_changed", by=by, subject=locked)
    return PasswordChanged(locked)


@transaction.atomic(durable=True)
def _note_wrong_password(*, user: User, by: str) -> None:
    record("password_refused", by=by, subject=user)


def _replace_password(user: User, hashed: str, *, kept_session: str = "") -> None:
    """Inside a transaction that holds the user's lock."""
    # A login in progress was started with the password before.
    SMSDevice.objects.filter(user=user).update(token="", challenge="", tries_left=0, resends_left=0)
    end_sessions(user, kept=kept_session)
    user.password = hashed
    user.save(update_fields=["password"])
    assert user.establishment is not None
    if user.client.email:
        queue_email(
            "password_changed",
            to=user.client.email,
            about=user,
            establishment=user.establishment,
            context={"client": user.client},
        )
