"""The four files: their columns, what a cell of each may say, and the row that the cells make. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, NamedTuple

from accounts.identifiers import canonical
from contracts.portfolio import values
from contracts.portfolio.contact import email, phone
from contracts.portfolio.values import BadValueError

TEXT: Final = "text"
DAY: Final = "date"
SUM: Final = "decimal"
WHOLE: Final = "integer"


class Fault(NamedTuple):
    """What is wrong with a cell; `reason` is a French sentence. Not a refusal: the rest of the row goes in."""

    column: str
    cell: str
    reason: str
    is_refusal: bool


@dataclass(frozen=True, slots=True)
class Column:
    """`read` gives a value of `kind`, which is a type of the database.

    `empty`: what an empty cell says; without the column the field is None.
    `ignorable`: a bad value is reported and read as empty, the rest of the row goes in.
    """

    name: str
    field: str
    read: Callable[[str], Any]
    kind: str = TEXT
    required: bool = False
    empty: Any = None
    ignorable: bool = False


@dataclass(frozen=True, slots=True)
class FileFormat:
    """`keys`: columns that together name one row; the same twice in a file refuses both."""

    name: str
    columns: tuple[Column, ...]
    keys: tuple[tuple[str, ...], ...]

    @property
    def known(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(column.field for column in self.columns)

    @property
    def staged(self) -> dict[str, str]:
        """The type of each field in a staging table."""
        return {column.field: column.kind for column in self.columns}

    def fields_of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        by_name = {column.name: column.field for column in self.columns}
        return tuple(by_name[name] for name in names)


class RowReader:
    """Reads the cells of one file, whose header says where each column stands."""

    def __init__(self, file_format: FileFormat, header: Sequence[str]) -> None:
        places = {name: place for place, name in reversed(list(enumerate(header)))}
        self._columns = [(places.get(column.name), column) for column in file_format.columns]
        self._quick = [
            (0, _nothing, None) if place is None else (place, column.read, column.empty)
            for place, column in self._columns
        ]
        required = [places[name] for name in file_format.required]
        self._required = itemgetter(*required, required[0])

    def read(self, cells: Sequence[str]) -> tuple[list[Any], list[Fault]]:
        """The value of each field, None where there is none, and the first refusal alone or else the remarks."""
        if "" in self._required(cells):
            return self._read_with_faults(cells)
        try:
            return [read(cell) if (cell := cells[place]) else empty for place, read, empty in self._quick], []
        except BadValueError:
            return self._read_with_faults(cells)

    def _read_with_faults(self, cells: Sequence[str]) -> tuple[list[Any], list[Fault]]:
        values: list[Any] = []
        faults: list[Fault] = []
        for place, column in self._columns:
            value, fault = (None, None) if place is None else _value(column, cells[place])
            values.append(value)
            if fault:
                faults.append(fault)
        refusal = next((fault for fault in faults if fault.is_refusal), None)
        return values, [refusal] if refusal else faults


def _nothing(cell: str) -> None:
    """Of a column that the file does not have."""


def _value(column: Column, cell: str) -> tuple[Any, Fault | None]:
    if not cell:
        missing = Fault(column.name, cell, "Cette valeur est obligatoire.", is_refusal=True)
        return column.empty, missing if column.required else None
    try:
        return column.read(cell), None
    except BadValueError as error:
        ignored = " La valeur est ignorée, le reste de la ligne est pris." if column.ignorable else ""
        return column.empty, Fault(column.name, cell, f"{error}{ignored}", is_refusal=not column.ignorable)


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
    (
        Column("numero_client", "client_number", values.number, required=True),
        Column("identifiant", "identifier", _identifier),
        Column("civilite", "civility", values.choice(CIVILITIES)),
        Column("nom", "last_name", values.text(120), required=True),
        Column("prenom", "first_name", values.text(120), required=True),
        Column("date_naissance", "birth_date", values.day, DAY, required=True),
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
    (
        Column("numero_contrat", "number", values.number, required=True),
        Column("numero_client", "client_number", values.number, required=True),
        Column("agence", "agency", values.text(20)),
        Column("statut", "status", values.choice(STATUSES), empty="active"),
        Column("montant_prete", "principal", values.positive(_price), SUM, required=True),
        Column("estimation", "appraisal", _price, SUM),
        Column("date_engagement", "pledged_on", values.day, DAY, required=True),
        Column("date_echeance", "due_on", values.day, DAY, required=True),
        Column("interets_payes_jusquau", "interest_paid_until", values.day, DAY),
        Column("tarif", "tariff", values.text(32), required=True),
        Column("taux", "rate", _percent, SUM),
        Column("taeg", "apr", _percent, SUM),
        Column("frais", "fees", _sum_due, SUM),
        Column("reconnaissance", "ticket_kind", values.choice(TICKETS)),
        Column("interets_dus", "back_office_due", _sum_due, SUM),
        Column("arrete_au", "back_office_due_on", values.day, DAY),
    ),
    keys=(("numero_contrat",),),
)

PLEDGES: Final = FileFormat(
    "gages.csv",
    (
        Column("numero_contrat", "contract_number", values.number, required=True),
        Column("rang", "rank", values.rank, WHOLE, required=True),
        Column("designation", "description", values.text(400), required=True),
        Column("categorie", "category", values.text(80)),
        Column("poids_g", "weight_g", values.decimal(9, 2), SUM),
        Column("estimation", "appraisal", _price, SUM),
        Column("photo", "photo", values.file_name),
    ),
    keys=(("numero_contrat", "rang"),),
)

SALES: Final = FileFormat(
    "ventes.csv",
    (
        Column("numero_contrat", "contract_number", values.number, required=True),
        Column("date_inscription", "listed_on", values.day, DAY),
        Column("date_vente", "sale_on", values.day, DAY),
        Column("lieu", "place", values.text(200)),
        Column("prix_adjudication", "hammer_price", _price, SUM),
        Column("boni", "surplus", _price, SUM),
        Column("date_limite_boni", "surplus_deadline", values.day, DAY),
        Column("boni_paye_le", "surplus_paid_on", values.day, DAY),
    ),
    keys=(("numero_contrat",),),
)
