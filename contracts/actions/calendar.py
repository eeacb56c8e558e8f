"""The private address of a client's calendar: made, made anew, given a title, taken back."""

import hashlib
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts import limits
from accounts.actions.factors import lock_user
from accounts.notices import tell_client
from contracts.models import CalendarLink
from journal.actions import record


@dataclass(frozen=True, slots=True)
class LinkMade:
    """`token`: in clear for the one page that shows it."""

    token: str


@dataclass(frozen=True, slots=True)
class LinkRevoked:
    pass


@dataclass(frozen=True, slots=True)
class TooManyLinks:
    seconds: int


@dataclass(frozen=True, slots=True)
class TitleKept:
    pass


@dataclass(frozen=True, slots=True)
class NoLink:
    pass


def digest_of(token: str) -> str:
    """Without a key: 256 bits of chance need none, and a new SECRET_KEY leaves phones their calendar."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_calendar_link(*, user_pk: int, title: str, by: str) -> LinkMade | TooManyLinks:
    """The address before, if there was one, opens nothing any more."""
    if wait := limits.calendar_links_of(user_pk):
        return TooManyLinks(wait)
    token = secrets.token_urlsafe(32)
    _keep_link(user_pk=user_pk, digest=digest_of(token), title=title, by=by)
    return LinkMade(token)


@transaction.atomic(durable=True)
def _keep_link(*, user_pk: int, digest: str, title: str, by: str) -> None:
    now = timezone.now()
    user = lock_user(user_pk)
    _, is_new = CalendarLink.objects.update_or_create(
        client=user.client, defaults={"digest": digest, "title": title, "made_at": now}
    )
    record("calendar_link_made" if is_new else "calendar_link_renewed", by=by, subject=user)
    tell_client(user.client, "Une adresse privée de calendrier a été faite. Une adresse d’avant ne sert plus.")


@transaction.atomic(durable=True)
def title_calendar(*, user_pk: int, title: str, by: str) -> TitleKept | NoLink | TooManyLinks:
    user = lock_user(user_pk)
    link = CalendarLink.objects.filter(client=user.client).first()
    if link is None:
        return NoLink()
    if wait := limits.account_changes_of(user.pk):
        return TooManyLinks(wait)
    link.title = title
    link.save(update_fields=["title"])
    record("calendar_titled", by=by, subject=user)
    return TitleKept()


@transaction.atomic(durable=True)
def revoke_calendar_link(*, user_pk: int, by: str) -> LinkRevoked | NoLink:
    user = lock_user(user_pk)
    deleted, _ = CalendarLink.objects.filter(client=user.client).delete()
    if not deleted:
        return NoLink()
    record("calendar_link_revoked", by=by, subject=user)
    return LinkRevoked()
