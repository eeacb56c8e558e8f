"""Clients' files made and changed by the back office, many at a time, in the transaction of the import that calls."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Client, SMSDevice, User
from accounts.notices import tell_client
from establishments.models import Establishment
from journal.actions import record

MASTERED: Final = (
    "civility",
    "last_name",
    "first_name",
    "birth_date",
    "email",
    "phone",
    "address",
    "postal_code",
    "city",
    "country",
    "agency_id",
    "language",
    "file_values",
)


CHANGED: Final = "Votre numéro de mobile a été changé dans votre dossier par votre Crédit Municipal."


@dataclass(slots=True, kw_only=True)
class ClientFile:
    """`Client`'s fields. `file_values`: e-mail, phone, address and language as the back office last gave them."""

    client_number: str
    civility: str = ""
    last_name: str
    first_name: str
    birth_date: date
    email: str = ""
    phone: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    agency_id: int | None = None
    language: str = "fr"
    file_values: dict[str, str] = field(default_factory=dict)


def create_clients(
    *,
    establishment: Establishment,
    files: Sequence[ClientFile],
    identifiers: Mapping[str, str],
    mobiles: Mapping[str, str],
) -> None:
    """Logins without a password, files, and the second factor of those who have a mobile.

    `identifiers` (each new in the establishment) and `mobiles` (E.164) go by client number.
    """
    users = User.objects.bulk_create(
        User(
            username=User.client_username(establishment.pk, identifiers[file.client_number]),
            establishment=establishment,
            identifier=identifiers[file.client_number],
            password=make_password(None),
        )
        for file in files
    )
    Client.objects.bulk_create(
        Client(establishment=establishment, user=user, **_columns(file))
        for user, file in zip(users, files, strict=True)
    )
    SMSDevice.objects.bulk_create(
        _device(user.pk, mobiles[file.client_number])
        for user, file in zip(users, files, strict=True)
        if file.client_number in mobiles
    )


def update_clients(
    *, establishment: Establishment, files: Mapping[int, ClientFile], kept: Collection[str] = frozenset()
) -> None:
    """`files` goes by the primary key of the login. The fields `kept` are not written.

    What the client changes here while a long import runs is not overwritten by what was read before.
    """
    Client.objects.bulk_create(
        (Client(establishment=establishment, user_id=user_pk, **_columns(file)) for user_pk, file in files.items()),
        update_conflicts=True,
        unique_fields=["establishment", "client_number"],
        update_fields=[name.removesuffix("_id") for name in MASTERED if name not in kept],
    )


def change_identifiers(*, establishment: Establishment, identifiers: Mapping[int, str], by: str) -> None:
    """`identifiers`, each free in the establishment, go by the primary key of the login."""
    users = list(User.objects.select_for_update(of=("self",)).filter(pk__in=identifiers).order_by("pk"))
    for user in users:
        user.identifier = identifiers[user.pk]
        user.username = User.client_username(establishment.pk, user.identifier)
        record("identifier_changed", by=by, subject=user)
    User.objects.bulk_update(users, ["identifier", "username"])


def replace_mobiles(*, mobiles: Mapping[int, str | None], by: str) -> None:
    """The second factor of each login (by primary key) becomes that number, or none.

    A new device has a new key: the sessions that the old one verified are verified no more. For three days the e-mail
    cannot be changed, as after any other change of phone. The client is told on the old and on the new number.
    """
    now = timezone.now()
    users = list(User.objects.select_for_update(of=("self",)).filter(pk__in=mobiles).order_by("pk"))
    former = dict(SMSDevice.objects.filter(user__in=users).values_list("user_id", "phone"))
    SMSDevice.objects.filter(user__in=users).delete()
    SMSDevice.objects.bulk_create(_device(pk, mobile) for pk, mobile in mobiles.items() if mobile is not None)
    Client.objects.filter(user__in=users).update(phone_changed_at=now)
    for user in users:
        record("phone_changed", by=by, subject=user)
        phones = {former.get(user.pk), mobiles[user.pk]}
        tell_client(user.client, CHANGED, phones=[phone for phone in phones if phone])


def _columns(file: ClientFile) -> dict[str, object]:
    return {name: getattr(file, name) for name in ("client_number", *MASTERED)}


def _device(user_pk: int, mobile: str) -> SMSDevice:
    return SMSDevice(user_id=user_pk, name="mobile", phone=mobile, confirmed=True)
