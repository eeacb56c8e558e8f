"""What clients change in their file without further proof: the address, and how they like to be spoken to."""

from dataclasses import dataclass, fields

from django.db import transaction

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
def change_address(*, user_pk: int, address: Address, by: str) -> Changed | Unchanged:
    client = lock_client(user_pk)
    if not _write(client, address):
        return Unchanged()
    record("address_changed", by=by, subject=client.user)
    tell_client(client, "Votre adresse postale a été changée.")
    return Changed()


@transaction.atomic(durable=True)
def change_preferences(*, user_pk: int, preferences: Preferences, by: str) -> Changed | Unchanged:
    client = lock_client(user_pk)
    if not _write(client, preferences):
        return Unchanged()
    record("preferences_changed", by=by, subject=client.user)
    tell_client(client, "La façon de vous parler et de vous joindre a été changée.")
    return Changed()


def lock_client(user_pk: int) -> Client:
    """The file under the lock of its account, which every change of it takes first.

    Read after the lock: what PostgreSQL joins to a row that it waited for is older than that row.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user_pk)
    client = Client.objects.select_related("establishment").get(user=user)
    client.user = user
    return client


def _write(client: Client, values: Address | Preferences) -> bool:
    """Whether anything differs from what the file says."""
    changed = [field.name for field in fields(values) if getattr(client, field.name) != getattr(values, field.name)]
    for name in changed:
        setattr(client, name, getattr(values, name))
    if changed:
        client.save(update_fields=changed)
    return bool(changed)
