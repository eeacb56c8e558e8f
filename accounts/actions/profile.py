"""What clients change in their file without further proof: the address, and how they like to be spoken to."""

from dataclasses import dataclass, fields

from django.db import transaction

from accounts import limits
from accounts.actions.sms_code import TooMany
from accounts.models import Client, User
from accounts.notices import tell_client
from journal.actions import record


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    address: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    language: str
    prefers_phone_call: bool


@dataclass(frozen=True, slots=True)
class Changed:
    pass


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The file says so already: nobody is told."""


@transaction.atomic(durable=True)
def change_address(*, user_pk: int, address: Address, by: str) -> Changed | Unchanged | TooMany:
    client = lock_client(user_pk)
    outcome = _write(client, address)
    if not isinstance(outcome, Changed):
        return outcome
    record("address_changed", by=by, subject=client.user)
    tell_client(client, "Votre adresse postale a été changée.")
    return outcome


@transaction.atomic(durable=True)
def change_preferences(*, user_pk: int, preferences: Preferences, by: str) -> Changed | Unchanged | TooMany:
    client = lock_client(user_pk)
    outcome = _write(client, preferences)
    if not isinstance(outcome, Changed):
        return outcome
    record("preferences_changed", by=by, subject=client.user)
    tell_client(client, "La façon de vous parler et de vous joindre a été changée.")
    return outcome


def lock_client(user_pk: int) -> Client:
    """The file under the lock of its account, which every change of it takes first.

    Read after the lock: what PostgreSQL joins to a row that it waited for is older than that row.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user_pk)
    client = Client.objects.select_related("establishment").get(user=user)
    client.user = user
    return client


def _write(client: Client, values: Address | Preferences) -> Changed | Unchanged | TooMany:
    """What the file says already costs nothing of the limit."""
    changed = [field.name for field in fields(values) if getattr(client, field.name) != getattr(values, field.name)]
    if not changed:
        return Unchanged()
    if wait := limits.account_changes_of(client.user_id):
        return TooMany(wait)
    for name in changed:
        setattr(client, name, getattr(values, name))
    client.save(update_fields=changed)
    return Changed()
