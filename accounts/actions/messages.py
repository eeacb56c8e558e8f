"""« Ce message vient-il de nous ? »: what a client asks about a message's reference."""

from dataclasses import dataclass

from django.db import transaction

from accounts import limits
from accounts.models import User
from journal.actions import name_of, record
from messaging import references
from messaging.models import Message


@dataclass(frozen=True, slots=True)
class Ours:
    message: Message


@dataclass(frozen=True, slots=True)
class NotOurs:
    """No message about this client has the reference: another client's is not ours for this one."""


@dataclass(frozen=True, slots=True)
class TooManyChecks:
    wait_seconds: int


def check_message(*, user: User, reference: str, by: str) -> Ours | NotOurs | TooManyChecks:
    if wait := limits.message_checks_of(user.pk):
        return TooManyChecks(wait)
    message = references.find(reference, name_of(user))
    _note_check(user=user, is_ours=message is not None, by=by)
    return Ours(message) if message else NotOurs()


@transaction.atomic(durable=True)
def _note_check(*, user: User, is_ours: bool, by: str) -> None:
    record("message_checked", by=by, subject=user, is_ours=is_ours)
