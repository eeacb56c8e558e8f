"""clients.csv: the back office masters a file, but for the e-mail, phone, address and language changed here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from accounts.actions.clients import ClientFile, change_identifiers, create_clients, replace_mobiles, update_clients
from accounts.identifiers import generate
from accounts.models import Client, User
from accounts.phones import Phone
from contracts.portfolio.columns import CLIENTS, ClientRow, RefusedError
from contracts.portfolio.run import Entry, Run

ADDRESS: Final = ("address", "postal_code", "city", "country")
# An address is one thing: half of the client's and half of the file's would lead nowhere.
CLIENTS_OWN: Final = (("email",), ("phone",), ADDRESS, ("language",))
FILE_FIELDS: Final = tuple(ClientFile.__slots__)


@dataclass(slots=True)
class KnownClient:
    user_pk: int
    identifier: str
    file: ClientFile


class ClientTaker:
    """Takes batches of clients.csv. Holds every identifier of the establishment, with the client number it is of.

    `given`: the identifiers that the file gives, which none that is generated may forestall.
    """

    def __init__(self, run: Run, given: set[str], by: str) -> None:
        self._run = run
        self._given = given
        self._by = by
        users = User.objects.filter(establishment=run.establishment)
        self._owners: dict[str, str | None] = {
            identifier: number
            for identifier, number in users.values_list("identifier", "client__client_number")
            if identifier
        }

    def take(self, entries: Sequence[Entry[ClientRow]]) -> None:
        known = self._known([entry.row.client_number for entry in entries])
        new: list[Entry[ClientRow]] = []
        old: list[Entry[ClientRow]] = []
        for entry in entries:
            try:
                self._check(entry.row)
            except RefusedError as refusal:
                self._run.refuse(CLIENTS, entry, refusal)
            else:
                (old if entry.row.client_number in known else new).append(entry)
        self._create([entry.row for entry in new])
        changed = self._update([(known[entry.row.client_number], entry.row) for entry in old])
        self._run.report.tally(CLIENTS.name, taken=len(new) + len(old), new=len(new), changed=changed)

    def _check(self, row: ClientRow) -> None:
        """Errors: RefusedError."""
        if row.birth_date > self._run.today:
            raise RefusedError("date_naissance", "La date de naissance est après aujourd’hui.")
        self._run.agency(row.agency)
        if row.identifier is not None:
            if self._owners.get(row.identifier, row.client_number) != row.client_number:
                raise RefusedError("identifiant", "Un autre client de l’établissement a déjà cet identifiant.")
            self._owners[row.identifier] = row.client_number

    def _create(self, rows: Sequence[ClientRow]) -> None:
        create_clients(
            establishment=self._run.establishment,
            files=[self._merged(row, _blank(row)) for row in rows],
            identifiers={row.client_number: row.identifier or self._free_identifier(row) for row in rows},
            mobiles={row.client_number: row.phone.number for row in rows if row.phone and row.phone.is_mobile},
        )

    def _update(self, rows: Sequence[tuple[KnownClient, ClientRow]]) -> int:
        """How many clients changed."""
        files: dict[int, ClientFile] = {}
        identifiers: dict[int, str] = {}
        mobiles: dict[int, str | None] = {}
        for known, row in rows:
            file = self._merged(row, known.file)
            if file != known.file:
                files[known.user_pk] = file
            if row.identifier not in {None, known.identifier}:
                identifiers[known.user_pk] = row.identifier or ""
            if row.phone and file.phone != known.file.phone:
                mobiles[known.user_pk] = row.phone.number if row.phone.is_mobile else None
        if identifiers:
            change_identifiers(establishment=self._run.establishment, identifiers=identifiers, by=self._by)
        if mobiles:
            replace_mobiles(mobiles=mobiles, by=self._by)
        self._write(files, {known.user_pk: known.file for known, _ in rows})
        return len(files.keys() | identifiers.keys())

    def _write(self, files: Mapping[int, ClientFile], before: Mapping[int, ClientFile]) -> None:
        """Of the client's own fields, only those where the file has just said something new."""
        alike: dict[frozenset[str], dict[int, ClientFile]] = {}
        for user_pk, file in files.items():
            kept = frozenset(
                name
                for group in CLIENTS_OWN
                if all(getattr(file, name) == getattr(before[user_pk], name) for name in group)
                for name in group
            )
            alike.setdefault(kept, {})[user_pk] = file
        for kept, some in alike.items():
            update_clients(establishment=self._run.establishment, files=some, kept=kept)

    def _merged(self, row: ClientRow, file: ClientFile) -> ClientFile:
        """An empty cell leaves what is there."""
        merged = replace(
            file,
            civility=row.civility or file.civility,
            last_name=row.last_name,
            first_name=row.first_name,
            birth_date=row.birth_date,
            agency_id=self._run.agency(row.agency) or file.agency_id,
            file_values=file.file_values | _contact_of(row),
        )
        for group in CLIENTS_OWN:
            if any(merged.file_values.get(name) != file.file_values.get(name) for name in group):
                for name in group:
                    setattr(merged, name, merged.file_values.get(name) or getattr(file, name))
        return merged

    def _free_identifier(self, row: ClientRow) -> str:
        identifier = generate()
        while identifier in self._owners or identifier in self._given:
            identifier = generate()
        self._owners[identifier] = row.client_number
        return identifier

    def _known(self, numbers: Sequence[str]) -> dict[str, KnownClient]:
        rows = Client.objects.filter(establishment=self._run.establishment, client_number__in=numbers).values_list(
            "user_id", "user__identifier", *FILE_FIELDS
        )
        found = {}
        for user_pk, identifier, *values in rows:
            file = ClientFile(**dict(zip(FILE_FIELDS, values, strict=True)))
            found[file.client_number] = KnownClient(user_pk, identifier, file)
        return found


def _blank(row: ClientRow) -> ClientFile:
    return ClientFile(
        client_number=row.client_number, last_name=row.last_name, first_name=row.first_name, birth_date=row.birth_date
    )


def _contact_of(row: ClientRow) -> dict[str, str]:
    """What the file says of e-mail, phone, address and language, empty cells left out."""
    said: dict[str, str | Phone | None] = {name: getattr(row, name) for group in CLIENTS_OWN for name in group}
    return {
        name: said_of.number if isinstance(said_of, Phone) else said_of for name, said_of in said.items() if said_of
    }
