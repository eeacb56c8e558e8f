"""A relative pays: the client makes a link, may take it back, and the relative starts the client's own payment."""

import hashlib
import secrets
from base64 import b32encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import limits
from accounts.models import Client
from contracts.models import Contract
from contracts.standing import Standing, standing_of
from journal.actions import record
from payments.models import RelativeLink

LIVES: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LinkMade:
    """`token`: in clear for the one page that shows it."""

    link: RelativeLink
    token: str


@dataclass(frozen=True, slots=True)
class NothingToPay:
    """None of these is a contract of the client that can be paid today."""


@dataclass(frozen=True, slots=True)
class TooManyLinks:
    seconds: int


@transaction.atomic(durable=True)
def make_link(*, client: Client, numbers: Collection[str], by: str) -> LinkMade | NothingToPay | TooManyLinks:
    now = timezone.now()
    standings = _standings(Contract.objects.filter(client=client, number__in=numbers), now)
    if not standings or len(standings) != len(set(numbers)) or not all(one.is_payable for one in standings):
        return NothingToPay()
    if seconds := limits.relative_links_of(client.user_id):
        return TooManyLinks(seconds)
    token = secrets.token_urlsafe(32)
    link = RelativeLink.objects.create(
        client=client,
        digest=_digest_of(token),
        reference="R-" + b32encode(secrets.token_bytes(5)).decode(),
        made_at=now,
        until=now + LIVES,
    )
    link.contracts.set([standing.contract for standing in standings])
    record("relative_link_made", by=by, subject=client.user, reference=link.reference)
    return LinkMade(link, token)


@transaction.atomic(durable=True)
def revoke_link(*, client: Client, link_pk: int, by: str) -> bool:
    """False: another client's, or over already."""
    now = timezone.now()
    link = open_links(now).select_for_update(of=("self",)).filter(client=client, pk=link_pk).first()
    if link is None:
        return False
    link.revoked_at = now
    link.save(update_fields=["revoked_at"])
    record("relative_link_revoked", by=by, subject=client.user, reference=link.reference)
    return True


def open_links(now: datetime) -> QuerySet[RelativeLink]:
    return RelativeLink.objects.filter(revoked_at=None, until__gt=now)


def link_of(token: str, *, establishment_pk: int, now: datetime) -> RelativeLink | None:
    """None for every token that opens nothing: never made, taken back, too old, of another establishment."""
    found = open_links(now).filter(digest=_digest_of(token), client__establishment=establishment_pk)
    return found.select_related("client__user", "client__establishment").first()


def payable_by(link: RelativeLink, now: datetime) -> list[Standing]:
    """What can be paid of it now: a contract paid meanwhile, or gone to another client, is left out."""
    mine = link.contracts.filter(client=link.client_id)
    return [standing for standing in _standings(mine, now) if standing.is_payable]


def _standings(contracts: QuerySet[Contract], now: datetime) -> list[Standing]:
    full = contracts.select_related("establishment", "tariff", "agency").order_by("due_on", "number")
    return [standing_of(contract, on=timezone.localdate(now), now=now) for contract in full]


def _digest_of(token: str) -> str:
    """Without a key: 256 bits of chance need none."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
