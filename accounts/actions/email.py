"""A new e-mail: asked for behind a step-up, taken by a link to the new address, told to the old one."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import limits
from accounts.actions.profile import lock_client
from accounts.models import Client, ContactChange, SMSDevice
from accounts.notices import tell_client
from establishments.models import Establishment
from journal.actions import record
from messaging.outbox import queue_email
from web.keys import Key

LINK_HOURS: Final = 24
HOURS_AFTER_PHONE: Final = 72
# The row that the link names, and the secret of which that row keeps a digest.
TOKEN: Final = re.compile(r"([0-9a-f]{32})-([0-9A-Za-z_-]{43})")
KEY: Final = Key("accounts.email_change")
KIND: Final = ContactChange.Kind.EMAIL


@dataclass(frozen=True, slots=True)
class LinkSent:
    pass


@dataclass(frozen=True, slots=True)
class SameEmail:
    pass


@dataclass(frozen=True, slots=True)
class NotYet:
    """The phone has just been changed: whoever took it over shall not take the e-mail as well."""

    until: datetime


@dataclass(frozen=True, slots=True)
class TooMany:
    seconds: int


@dataclass(frozen=True, slots=True)
class EmailChanged:
    email: str
    user_pk: int


@dataclass(frozen=True, slots=True)
class LinkExpired:
    """Used, too old, cancelled, replaced by another, or never sent."""


def request_email_change(*, user_pk: int, email: str, by: str) -> LinkSent | SameEmail | NotYet | TooMany:
    """Whether another client has this address is neither asked nor told."""
    if wait := limits.contact_change_of(user_pk):
        return TooMany(wait)
    return _send_link(user_pk=user_pk, email=email, by=by)


@transaction.atomic(durable=True)
def _send_link(*, user_pk: int, email: str, by: str) -> LinkSent | SameEmail | NotYet:
    now = timezone.now()
    client = lock_client(user_pk)
    if (until := email_closed_until(client, now)) is not None:
        return NotYet(until)
    if email.casefold() == client.email.casefold():
        return SameEmail()
    challenge, secret = secrets.token_hex(16), secrets.token_urlsafe(32)
    expires_at = now + timedelta(hours=LINK_HOURS)
    ContactChange.objects.update_or_create(
        client=client,
        kind=KIND,
        defaults={
            "value": email,
            "challenge": challenge,
            "digest": KEY.digest(_bound(challenge, secret, email)),
            "asked_at": now,
            "expires_at": expires_at,
        },
    )
    record("email_change_asked", by=by, subject=client.user)
    _write_to_both(client, email, token=f"{challenge}-{secret}", now=now)
    return LinkSent()


@transaction.atomic(durable=True)
def cancel_email_change(*, user_pk: int, by: str) -> None:
    """The link that waits is dead."""
    client = lock_client(user_pk)
    deleted, _ = client.contact_changes.filter(kind=KIND).delete()
    if deleted:
        record("email_change_cancelled", by=by, subject=client.user)


@transaction.atomic(durable=True)
def confirm_email(*, establishment: Establishment, token: str, by: str) -> EmailChanged | LinkExpired | NotYet:
    """The link proves that the new address is read; it opens nothing else."""
    now = timezone.now()
    named = email_change_of_link(establishment=establishment, token=token, now=now)
    if named is None:
        return LinkExpired()
    client = lock_client(named.client.user_id)
    # Read again under the lock: the link may have served, or been replaced, meanwhile.
    change = email_change_of_link(establishment=establishment, token=token, now=now)
    if change is None:
        return LinkExpired()
    if (until := email_closed_until(client, now)) is not None:
        return NotYet(until)
    former, client.email = client.email, change.value
    client.save(update_fields=["email"])
    change.delete()
    record("email_changed", by=by, subject=client.user)
    _tell_of_change(client, former)
    return EmailChanged(client.email, client.user_id)


def email_change_of_link(*, establishment: Establishment, token: str, now: datetime) -> ContactChange | None:
    """The change that a living link confirms, of an active client of this establishment."""
    parts = TOKEN.fullmatch(token)
    if parts is None:
        return None
    challenge, secret = parts.groups()
    change = (
        ContactChange.objects.filter(
            kind=KIND,
            challenge=challenge,
            client__establishment=establishment,
            client__user__is_active=True,
            expires_at__gte=now,
        )
        .select_related("client")
        .first()
    )
    if change is None or not KEY.has_made(change.digest, _bound(challenge, secret, change.value)):
        return None
    return change


def email_change_in_progress(client: Client, now: datetime) -> ContactChange | None:
    return client.contact_changes.filter(kind=KIND, expires_at__gte=now).first()


def email_closed_until(client: Client, now: datetime) -> datetime | None:
    """When the e-mail may be changed again after a change of phone; None: now."""
    if client.phone_changed_at is None:
        return None
    until = client.phone_changed_at + timedelta(hours=HOURS_AFTER_PHONE)
    return until if now < until else None


def _bound(challenge: str, secret: str, email: str) -> str:
    return f"email-change:{challenge}:{secret}:{email}"


def _write_to_both(client: Client, email: str, *, token: str, now: datetime) -> None:
    """To the new address without a word about whose file it is: a slip of the keyboard may lead to a stranger."""
    path = reverse("accounts:confirm_email", args=[client.establishment.slug, token])
    queue_email(
        "email_confirmation",
        to=email,
        about=client.user,
        establishment=client.establishment,
        context={"link": f"{settings.SITE_URL}{path}", "hours": LINK_HOURS},
    )
    if client.email:
        queue_email(
            "email_change_asked",
            to=client.email,
            about=client.user,
            establishment=client.establishment,
            context={"client": client, "at": now},
        )


def _tell_of_change(client: Client, former: str) -> None:
    """On the mobile when there was no former address: somebody must hear of it who is not the new one."""
    mobiles = [] if former else SMSDevice.objects.filter(user=client.user).values_list("phone", flat=True)
    tell_client(client, "Votre adresse e-mail a été changée.", former_email=former, phones=list(mobiles))
