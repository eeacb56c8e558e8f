"""Many clients at once, each with contracts to pay and a session: how one logs in is not the subject."""

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone
from people import an_establishment

from accounts.models import Client, Session, SMSDevice, User
from accounts.sessions import SessionStore
from contracts.models import Contract
from establishments.models import Establishment
from payments.models import MerchantAccount

SLUGS: Final = ("nantes", "paris")
TWO_CONTRACTS: Final = 5  # one client in so many pays two contracts at once
A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Customer:
    slug: str
    session_key: str
    numbers: tuple[str, ...]


def establishments(bank_url: str, secret_env: str) -> list[Establishment]:
    made = [an_establishment(slug) for slug in SLUGS]
    for rank, establishment in enumerate(made):
        MerchantAccount.objects.create(
            establishment=establishment,
            gateway="systempay",
            mode="TEST",
            site_id=f"4400000{rank}",
            secret_env=secret_env,
            service_url=f"{bank_url}/vads-payment/",
        )
    return made


def customers(tenants: list[Establishment], count: int, chance: random.Random) -> list[Customer]:
    made: list[Customer] = []
    for rank, tenant in enumerate(tenants):
        made += _customers(tenant, len(range(rank, count, len(tenants))), chance)
    return made


def _customers(tenant: Establishment, count: int, chance: random.Random) -> Iterator[Customer]:
    clients = _clients(tenant, count)
    contracts = [_contract(client, rank, chance) for client in clients for rank in range(_how_many(client))]
    Contract.objects.bulk_create(contracts)
    keys = _sessions(clients)
    numbers: dict[int, list[str]] = {}
    for contract in contracts:
        numbers.setdefault(contract.client_id, []).append(contract.number)
    return (Customer(tenant.slug, keys[client.user_id], tuple(numbers[client.pk])) for client in clients)


def _how_many(client: Client) -> int:
    return 2 if client.pk % TWO_CONTRACTS == 0 else 1


def _clients(tenant: Establishment, count: int) -> list[Client]:
    users = [
        User(
            username=User.client_username(tenant.pk, f"{n:010d}"),
            establishment=tenant,
            identifier=f"{n:010d}",
            password="!",  # noqa: S106 - nobody logs in
        )
        for n in range(count)
    ]
    User.objects.bulk_create(users)
    agency = tenant.agencies.get()
    clients = [
        Client(
            establishment=tenant,
            user=user,
            client_number=f"C{n:06d}",
            last_name="Martin",
            first_name="Camille",
            birth_date=timezone.localdate() - 70 * 365 * A_DAY,
            email=f"c{n}@{tenant.slug}.example.org",
            phone=f"+336399{n:05d}",
            agency=agency,
        )
        for n, user in enumerate(users)
    ]
    Client.objects.bulk_create(clients)
    return clients


def _contract(client: Client, rank: int, chance: random.Random) -> Contract:
    """In the window: paying it moves its due date."""
    due_on = timezone.localdate() + chance.randint(1, 25) * A_DAY
    return Contract(
        establishment=client.establishment,
        client=client,
        agency=client.agency,
        tariff=client.establishment.tariffs.get(),
        number=f"V{client.client_number[1:]}{rank}",
        principal=Decimal(chance.randint(101, 6000)),
        appraisal=Decimal(9000),
        pledged_on=due_on - 180 * A_DAY,
        period_started_on=due_on - 180 * A_DAY,
        due_on=due_on,
        apr=Decimal("10.27"),
    )


def _sessions(clients: list[Client]) -> dict[int, str]:
    """By user, verified by the mobile. They are not idle before three hours have passed."""
    devices = [SMSDevice(user=one.user, name="mobile", phone=one.phone, confirmed=True) for one in clients]
    SMSDevice.objects.bulk_create(devices)
    now = timezone.now()
    keys = {client.user_id: secrets.token_hex(16) for client in clients}
    Session.objects.bulk_create(
        Session(
            session_key=keys[device.user_id],
            session_data=SessionStore().encode(_session_of(device)),
            expire_date=now + A_DAY,
            user_id=device.user_id,
            started_at=now,
            last_used_at=now + A_DAY / 8,
        )
        for device in devices
    )
    return keys


def _session_of(device: SMSDevice) -> dict[str, object]:
    return {
        "_auth_user_id": str(device.user_id),
        "_auth_user_backend": "accounts.backends.EstablishmentBackend",
        "_auth_user_hash": device.user.get_session_auth_hash(),
        "otp_device_id": device.persistent_id,
        "started_at": timezone.now().timestamp(),
    }
