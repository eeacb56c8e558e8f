"""The four files: their columns, what a cell of each may say, and the row that the cells make. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from accounts.identifiers import canonical
from accounts.phones import Phone
from contracts.portfolio import values
from contracts.portfolio.contact import email, phone
from contracts.portfolio.values import BadValueError

Row = TypeVar("Row")


class RefusedError(Exception):
    """This row is refused for what `column` says; `reason` is a French sentence."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(column, reason)
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Column:
    """`field`: of the row. `empty`: what an empty cell says; without the column the field is None.

    `ignorable`: a bad value is reported and read as empty, the rest of the row goes in.
    """

    name: str
    field: str
    read: Callable[[str], Any]
    required: bool = False
    empty: Any = None
    ignorable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    client_number: str
    identifier: str | None = None
    civility: str | None = None
    last_name: str
    first_name: str
    birth_date: date
    email: str | None = None
    phone: Phone | None = None
    address: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None
    agency: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRow:
    number: str
    client_number: str
    agency: str | None = None
    status: str | None = None
    principal: Decimal
    appraisal: Decimal | None = None
    pledged_on: date
    due_on: date
    interest_paid_until: date | None = None
    tariff: str
    rate: Decimal | None = None
    apr: Decimal | None = None
    fees: Decimal | None = None
    ticket_kind: str | None = None
    back_office_due: Decimal | None = None
    back_office_due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeRow:
    contract_number: str
    rank: int
    description: str
    category: str | None = None
    weight_g: Decimal | None = None
    appraisal: Decimal | None = None
    photo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRow:
    contract_number: str
    listed_on: date | None = None
    sale_on: date | None = None
    place: str | None = None
    hammer_price: Decimal | None = None
    surplus: Decimal | None = None
    surplus_deadline: date | None = None
    surplus_paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class FileFormat(Generic[Row]):
    """`keys`: columns that together name one row; the same twice in a file refuses both."""

    name: str
    make: Callable[..., Row]
    columns: tuple[Column, ...]
    keys: tuple[tuple[str, ...], ...]

    @property
    def known(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def row(self, cells: Mapping[str, str], ignored: Callable[[str, str], None]) -> Row:
        """Calls `ignored(column, reason)` for each bad value that does not refuse the row. Errors: RefusedError."""
        fields = {}
        for column in self.columns:
            cell = cells.get(column.name)
            if cell:
                fields[column.field] = _value(column, cell, ignored)
            elif column.required:
                raise RefusedError(column.name, "Cette valeur est obligatoire.")
            elif cell is not None:
                fields[column.field] = column.empty
        return self.make(**fields)


def _value(column: Column, cell: str, ignored: Callable[[str, str], None]) -> Any:
    try:
        return column.read(cell)
    except BadValueError as error:
        if not column.ignorable:
            raise RefusedError(column.name, str(error)) from None
        ignored(column.name, f"{error} La valeur est ignorée, le reste de la ligne est pris.")
        return column.empty


def _identifier(cell: str) -> str:
    identifier = canonical(cell)
    if identifier is None:
        raise BadValueError("Un identifiant a 10 ou 11 chiffres.")
    return identifier


CIVILITIES: Final = {
    "mme": "mme",
    "mme.": "mme",
    "madame": "mme",
    "mlle": "mme",
    "mademoiselle": "mme",
    "m": "m",
    "m.": "m",
    "mr": "m",
    "monsieur": "m",
}
STATUSES: Final = {
    "en_cours": "active",
    "bloque": "blocked",
    "au_role": "on_sale_list",
    "vendu": "sold",
    "degage": "redeemed",
    "renouvele": "renewed",
    "clos": "closed",
}
TICKETS: Final = {"nominative": "named", "porteur": "bearer"}

_price = values.decimal(10, 2)
_sum_due = values.decimal(9, 2)
_percent = values.decimal(7, 4)

CLIENTS: Final = FileFormat(
    "clients.csv",
    ClientRow,
    (
        Column("numero_client", "client_number", values.number, required=True),
        Column("identifiant", "identifier", _identifier),
        Column("civilite", "civility", values.choice(CIVILITIES)),
        Column("nom", "last_name", values.text(120), required=True),
        Column("prenom", "first_name", values.text(120), required=True),
        Column("date_naissance", "birth_date", values.day, required=True),
        Column("email", "email", email, ignorable=True),
        Column("telephone", "phone", phone, ignorable=True),
        Column("adresse", "address", values.text(240)),
        Column("code_postal", "postal_code", values.text(12)),
        Column("ville", "city", values.text(120)),
        Column("pays", "country", values.text(80)),
        Column("agence", "agency", values.text(20)),
        Column("langue", "language", values.language),
    ),
    keys=(("numero_client",), ("identifiant",)),
)

CONTRACTS: Final = FileFormat(
    "contrats.csv",
    ContractRow,
    (
        Column("numero_contrat", "number", values.number, required=True),
        Column("numero_client", "client_number", values.number, required=True),
        Column("agence", "agency", values.text(20)),
        Column("statut", "status", values.choice(STATUSES), empty="active"),
        Column("montant_prete", "principal", values.positive(_price), required=True),
        Column("estimation", "appraisal", _price),
        Column("date_engagement", "pledged_on", values.day, required=True),
        Column("date_echeance", "due_on", values.day, required=True),
        Column("interets_payes_jusquau", "interest_paid_until", values.day),
        Column("tarif", "tariff", values.text(32), required=True),
        Column("taux", "rate", _percent),
        Column("taeg", "apr", _percent),
        Column("frais", "fees", _sum_due),
        Column("reconnaissance", "ticket_kind", values.choice(TICKETS)),
        Column("interets_dus", "back_office_due", _sum_due),
        Column("arrete_au", "back_office_due_on", values.day),
    ),
    keys=(("numero_contrat",),),
)

PLEDGES: Final = FileFormat(
    "gages.csv",
    PledgeRow,
    (
        Column("numero_contrat", "contract_number", values.number, required=True),
        Column("rang", "rank", values.rank, required=True),
        Column("designation", "description", values.text(400), required=True),
        Column("categorie", "category", values.text(80)),
        Column("poids_g", "weight_g", values.decimal(9, 2)),
        Column("estimation", "appraisal", _price),
        Column("photo", "photo", values.file_name),
    ),
    keys=(("numero_contrat", "rang"),),
)

SALES: Final = FileFormat(
    "ventes.csv",
    SaleRow,
    (
        Column("numero_contrat", "contract_number", values.number, required=True),
        Column("date_inscription", "listed_on", values.day),
        Column("date_vente", "sale_on", values.day),
        Column("lieu", "place", values.text(200)),
        Column("prix_adjudication", "hammer_price", _price),
        Column("boni", "surplus", _price),
        Column("date_limite_boni", "surplus_deadline", values.day),
        Column("boni_paye_le", "surplus_paid_on", values.day),
    ),
    keys=(("numero_contrat",),),
)
