"""Clients' files made and changed by the back office, many at a time, in the transaction of the import that calls."""

from collections.abc import Collection, Mapping
from typing import Final

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q
from django.utils import timezone

from accounts.models import Client, SMSDevice, User
from accounts.notices import tell_client
from establishments.models import Establishment
from journal.actions import record
from web import staging

CHANGED: Final = "Votre numéro de mobile a été changé dans votre dossier par votre Crédit Municipal."
NEW_EMAIL: Final = "Votre adresse e-mail a été changée dans votre dossier par votre Crédit Municipal."
NEW_IDENTIFIER: Final = (
    "Votre identifiant a été changé par votre Crédit Municipal. Pour recevoir le nouveau, choisissez « Identifiant "
    "oublié\u00a0? » sur la page de connexion."
)
# Of the logins and files in a statement: who uses the portal. Nobody else hears of what a file changes.
IN_USE: Final = "(c.invited_at IS NOT NULL OR u.last_login IS NOT NULL)"

# What the client may change here too: of each group, the file is heard only when it says another thing than before.
# An address is one thing: half of the client's and half of the file's would lead nowhere.
OWN: Final = {
    "email": ("email",),
    "phone": ("phone",),
    "address": ("address", "postal_code", "city", "country"),
    "language": ("language",),
}
OWN_NAMES: Final = tuple(name for names in OWN.values() for name in names)
MASTERED: Final = ("civility", "last_name", "first_name", "birth_date")
# The columns of a staging table of clients: null where the file says nothing. `user_id`: null for a new client, who has
# an `identifier`. `mobile`: the phone, when codes can be sent to it. `…_anew`: the file says another thing than before.
STAGED: Final = {
    "user_id": "bigint",
    "client_number": "text",
    "identifier": "text",
    **dict.fromkeys(("civility", "last_name", "first_name"), "text"),
    "birth_date": "date",
    "agency_id": "bigint",
    **dict.fromkeys((*OWN_NAMES, "mobile"), "text"),
    **{f"{name}_anew": "bool" for name in (*OWN, "identifier", "mobile")},
}


def create_clients(*, establishment: Establishment, staged: str) -> None:
    """Logins without a password, files, and the second factor of those who have a mobile. `staged`: a table."""
    owner = str(establishment.pk)
    new = f"FROM {staged} k WHERE k.user_id IS NULL"
    username = f"{staging.literal(User.client_username(establishment.pk, ''))} || k.identifier"
    no_password = f"'{UNUSABLE_PASSWORD_PREFIX}' || {staging.random_hex()}"
    login = {"username": username, "establishment_id": owner, "identifier": "k.identifier", "password": no_password}
    staging.insert(User, login, new)
    user = f"JOIN accounts_user u ON u.establishment_id = {owner} AND u.identifier = k.identifier"
    told = f"FROM {staged} k {user} WHERE k.user_id IS NULL"
    file = {
        "establishment_id": owner, "user_id": "u.id", "client_number": "k.client_number", "agency_id": "k.agency_id",
        **{name: f"COALESCE(k.{name}, '')" for name in (*MASTERED, *OWN_NAMES) if name != "birth_date"},
        "birth_date": "k.birth_date", "language": "COALESCE(k.language, 'fr')", "file_values": _file_values("'{}'"),
    }  # fmt: skip
    staging.insert(Client, file, told)
    device = {"user_id": "u.id", "name": "'mobile'", "phone": "k.mobile", "confirmed": "TRUE"}
    staging.insert(SMSDevice, device, f"{told} AND k.mobile IS NOT NULL")


def update_clients(*, staged: str) -> None:
    """What the client changes here while a long import runs is not overwritten by what was read before."""
    values = {name: f"COALESCE(k.{name}, c.{name})" for name in (*MASTERED, "agency_id")}
    for group, names in OWN.items():
        for name in names:
            former = f"NULLIF({staging.json_text('c.file_values', name)}, '')"
            values[name] = f"CASE WHEN k.{group}_anew THEN COALESCE(k.{name}, {former}, c.{name}) ELSE c.{name} END"
    is_anew = " OR ".join(f"k.{group}_anew" for group in OWN)
    values["file_values"] = f"CASE WHEN {is_anew} THEN {_file_values('c.file_values')} ELSE c.file_values END"
    settings = ", ".join(f"{name} = {value}" for name, value in values.items())
    staging.run(f"UPDATE accounts_client AS c SET {settings} FROM {staged} k WHERE c.user_id = k.user_id")


def change_identifiers(*, establishment: Establishment, identifiers: Mapping[int, str], by: str) -> None:
    """`identifiers`, each free in the establishment, go by the primary key of the login."""
    users = list(User.objects.select_for_update(of=("self",)).filter(pk__in=identifiers).order_by("pk"))
    for user in users:
        user.identifier = identifiers[user.pk]
        user.username = User.client_username(establishment.pk, user.identifier)
        record("identifier_changed", by=by, subject=user)
    User.objects.bulk_update(users, ["identifier", "username"])


def new_emails(staged: str) -> str:
    """Where they come from: e-mails (`k.email`) that `update_clients` is about to change, of logins (`u.id`) in use."""
    return (
        f"{staged} k JOIN accounts_user u ON u.id = k.user_id JOIN accounts_client c ON c.user_id = u.id "
        f"WHERE k.email_anew AND LOWER(k.email) <> LOWER(c.email) AND {IN_USE}"
    )


def tell_new_emails(*, emails: Mapping[int, str], by: str) -> None:
    """Before they are written, by primary key of the login: told to the former address as well, or by SMS if none."""
    users = User.objects.select_for_update(of=("self",)).filter(pk__in=emails).order_by("pk")
    for user in users:
        client, former = user.client, user.client.email
        client.email = emails[user.pk]
        record("email_changed", by=by, subject=user)
        tell_client(
            client, NEW_EMAIL, former_email=former, phones=[client.phone] if client.phone and not former else []
        )


def tell_new_identifiers(*, user_pks: Collection[int]) -> None:
    """After all of the file is written: to the e-mail that it gives. It holds no identifier: others may read it."""
    in_use = Q(last_login__isnull=False) | Q(client__invited_at__isnull=False)
    for user in User.objects.filter(in_use, pk__in=user_pks).order_by("pk"):
        tell_client(user.client, NEW_IDENTIFIER)


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


def _file_values(former: str) -> str:
    """E-mail, phone, address and language as the file last gave them; an empty cell leaves what it gave before."""
    return staging.json_with(former, {name: f"k.{name}" for name in OWN_NAMES})


def _device(user_pk: int, mobile: str) -> SMSDevice:
    return SMSDevice(user_id=user_pk, name="mobile", phone=mobile, confirmed=True)
