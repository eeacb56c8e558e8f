"""The same rows by Django's own ways, as one would write them at first: in bulk, and one by one. Little is checked."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Client, SMSDevice, User
from contracts.models import Contract, Pledge
from contracts.portfolio.columns import STATUSES
from contracts.portfolio.values import day, decimal
from establishments.models import Establishment

BATCH: Final = 1000
SUM: Final = decimal(10, 2)
CLIENT_FIELDS: Final = {
    "civilite": "civility", "nom": "last_name", "prenom": "first_name", "date_naissance": "birth_date",
    "email": "email", "adresse": "address", "code_postal": "postal_code", "ville": "city", "pays": "country",
    "langue": "language",
}  # fmt: skip
CONTRACT_FIELDS: Final = ("client", "agency", "tariff", "status", "principal", "appraisal", "apr", "due_on")


@transaction.atomic
def in_bulk(establishment: Establishment, folder: Path) -> int:
    """`bulk_create(update_conflicts=True)`, a thousand rows at a time. How many rows there were."""
    return (
        _clients_in_bulk(establishment, folder)
        + _contracts_in_bulk(establishment, folder)
        + _pledges_in_bulk(establishment, folder)
    )


def _clients_in_bulk(establishment: Establishment, folder: Path) -> int:
    count = 0
    for rows in _batches(folder / "clients.csv"):
        logins = [_login(establishment, row) for row in rows]
        users = User.objects.bulk_create(
            logins, update_conflicts=True, unique_fields=["establishment", "identifier"], update_fields=["username"]
        )
        Client.objects.bulk_create(
            [Client(establishment=establishment, user=user, **_client(row)) for user, row in _pairs(users, rows)],
            update_conflicts=True, unique_fields=["establishment", "client_number"],
            update_fields=[*CLIENT_FIELDS.values(), "phone"],
        )  # fmt: skip
        SMSDevice.objects.bulk_create(
            [SMSDevice(user=user, name="mobile", phone=_phone(row)) for user, row in _pairs(users, rows)],
            update_conflicts=True, unique_fields=["user"], update_fields=["phone"],
        )  # fmt: skip
        count += len(rows)
    return count


def _contracts_in_bulk(establishment: Establishment, folder: Path) -> int:
    count = 0
    agency, tariff = establishment.agencies.get(), establishment.tariffs.get()
    for rows in _batches(folder / "contrats.csv"):
        clients = _pks(Client, establishment, "client_number", [row["numero_client"] for row in rows])
        signed = [
            Contract(
                establishment=establishment, number=row["numero_contrat"], client_id=clients[row["numero_client"]],
                agency=agency, tariff=tariff, **_contract(row),
            )
            for row in rows
        ]  # fmt: skip
        Contract.objects.bulk_create(
            signed, update_conflicts=True, unique_fields=["establishment", "number"], update_fields=CONTRACT_FIELDS
        )
        count += len(rows)
    return count


def _pledges_in_bulk(establishment: Establishment, folder: Path) -> int:
    count = 0
    for rows in _batches(folder / "gages.csv"):
        numbers = _pks(Contract, establishment, "number", [row["numero_contrat"] for row in rows])
        Pledge.objects.bulk_create(
            [
                Pledge(contract_id=numbers[row["numero_contrat"]], rank=int(row["rang"]), **_pledge(row))
                for row in rows
            ],
            update_conflicts=True, unique_fields=["contract", "rank"], update_fields=["description", "weight_g"],
        )  # fmt: skip
        count += len(rows)
    return count


@transaction.atomic
def one_by_one(establishment: Establishment, folder: Path) -> int:
    """`update_or_create`, as a loop over the rows. How many rows there were."""
    count = 0
    for row in _rows(folder / "clients.csv"):
        login = _login(establishment, row)
        user, _ = User.objects.select_related(None).update_or_create(
            establishment=establishment,
            identifier=login.identifier,
            defaults={"username": login.username, "password": login.password},
        )
        Client.objects.update_or_create(
            establishment=establishment, client_number=row["numero_client"], defaults={"user": user, **_client(row)}
        )
        SMSDevice.objects.update_or_create(user=user, defaults={"name": "mobile", "phone": _phone(row)})
        count += 1
    agency, tariff = establishment.agencies.get(), establishment.tariffs.get()
    for row in _rows(folder / "contrats.csv"):
        client = Client.objects.get(establishment=establishment, client_number=row["numero_client"])
        facts = {"client": client, "agency": agency, "tariff": tariff, **_contract(row)}
        Contract.objects.update_or_create(establishment=establishment, number=row["numero_contrat"], defaults=facts)
        count += 1
    for row in _rows(folder / "gages.csv"):
        contract = Contract.objects.get(establishment=establishment, number=row["numero_contrat"])
        Pledge.objects.update_or_create(contract=contract, rank=int(row["rang"]), defaults=_pledge(row))
        count += 1
    return count


def _pairs(users: list[User], rows: list[dict[str, str]]) -> Iterator[tuple[User, dict[str, str]]]:
    return zip(users, rows, strict=True)


def _login(establishment: Establishment, row: dict[str, str]) -> User:
    identifier = row["identifiant"]
    return User(
        username=User.client_username(establishment.pk, identifier),
        establishment=establishment,
        identifier=identifier,
        password=make_password(None),
    )


def _client(row: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {field: row[name] for name, field in CLIENT_FIELDS.items()}
    return {
        **values,
        "client_number": row["numero_client"],
        "birth_date": day(row["date_naissance"]),
        "phone": _phone(row),
    }


def _contract(row: dict[str, str]) -> dict[str, Any]:
    return {
        "status": STATUSES[row["statut"]], "principal": SUM(row["montant_prete"]), "appraisal": SUM(row["estimation"]),
        "apr": SUM(row["taeg"]), "pledged_on": day(row["date_engagement"]), "due_on": day(row["date_echeance"]),
        "period_started_on": day(row["date_engagement"]),
    }  # fmt: skip


def _pledge(row: dict[str, str]) -> dict[str, Any]:
    return {"description": row["designation"], "category": row["categorie"], "weight_g": SUM(row["poids_g"])}


def _phone(row: dict[str, str]) -> str:
    return f"+33{row['telephone'].replace(' ', '')[1:]}"


def _pks(model: Any, establishment: Establishment, field: str, values: list[str]) -> dict[str, int]:
    found = model.objects.filter(establishment=establishment, **{f"{field}__in": values})
    return dict(found.values_list(field, "pk"))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=";")


def _batches(path: Path) -> Iterator[list[dict[str, str]]]:
    waiting = _rows(path)
    while batch := list(islice(waiting, BATCH)):
        yield batch
