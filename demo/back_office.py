"""The four files of a back office. A row's fields are the columns, under their French names (docs: file formats)."""

import csv
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

Status = Literal["en_cours", "bloque", "au_role", "vendu", "degage", "renouvele", "clos"]
Ticket = Literal["nominative", "porteur"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    numero_client: str
    identifiant: str
    civilite: str
    nom: str
    prenom: str
    date_naissance: date
    email: str
    telephone: str
    adresse: str
    code_postal: str
    ville: str
    pays: str
    agence: str
    langue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRow:
    numero_contrat: str
    numero_client: str
    agence: str
    statut: Status
    montant_prete: Decimal
    estimation: Decimal
    date_engagement: date
    date_echeance: date
    interets_payes_jusquau: date | None
    tarif: str
    taux: Decimal | None
    taeg: Decimal
    frais: Decimal | None
    reconnaissance: Ticket
    interets_dus: Decimal | None
    arrete_au: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeRow:
    numero_contrat: str
    rang: int
    designation: str
    categorie: str
    poids_g: Decimal | None
    estimation: Decimal
    photo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRow:
    numero_contrat: str
    date_inscription: date
    date_vente: date
    lieu: str
    prix_adjudication: Decimal | None
    boni: Decimal | None
    date_limite_boni: date | None
    boni_paye_le: date | None


Row = ClientRow | ContractRow | PledgeRow | SaleRow


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """UTF-8, `;`, days as 2026-05-31, decimals as 1250.50, an absent value as an empty cell. At least one row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(field.name for field in fields(rows[0]))
        writer.writerows(astuple(row) for row in rows)
