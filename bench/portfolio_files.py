"""An invented portfolio of any size, written row by row: the same seed writes the same bytes."""

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

SEED: Final = 20261125
TODAY: Final = date(2026, 11, 25)
FIRST_NAMES: Final = ("Marie", "Jean", "Hélène", "Ousmane", "Zoë", "Ngọc Ánh", "Fatoumata", "Loïc", "Noé", "Ève")
LAST_NAMES: Final = ("Martin", "Lefèvre", "N’Diaye", "Nguyễn", "Œuvrard", "Petit", "de La Tour", "Benali", "Garçon")
OBJECTS: Final = (
    "Bague or 18 carats",
    "Chaîne or",
    "Montre acier",
    "Bracelet or gris",
    "Alliance",
    "Collier de perles",
)
TOWNS: Final = (("44000", "Nantes"), ("44400", "Rezé"), ("44800", "Saint-Herblain"), ("49000", "Angers"))

CLIENTS: Final = (
    "numero_client", "identifiant", "civilite", "nom", "prenom", "date_naissance", "email", "telephone", "adresse",
    "code_postal", "ville", "pays", "agence", "langue",
)  # fmt: skip
CONTRACTS: Final = (
    "numero_contrat", "numero_client", "agence", "statut", "montant_prete", "estimation", "date_engagement",
    "date_echeance", "interets_payes_jusquau", "tarif", "taux", "taeg", "frais", "reconnaissance", "interets_dus",
    "arrete_au",
)  # fmt: skip
PLEDGES: Final = ("numero_contrat", "rang", "designation", "categorie", "poids_g", "estimation", "photo")
SALES: Final = (
    "numero_contrat", "date_inscription", "date_vente", "lieu", "prix_adjudication", "boni", "date_limite_boni",
    "boni_paye_le",
)  # fmt: skip


def write_portfolio(folder: Path, contracts: int, *, changed: float = 0) -> int:
    """7 clients and 14 objects for 10 contracts, one sale for 50; of each file, the share `changed` says otherwise.

    How many rows there are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    every = round(1 / changed) if changed else 0

    def is_changed(n: int) -> bool:
        return bool(every) and n % every == 0

    clients, objects = contracts * 7 // 10, contracts * 14 // 10
    return sum(
        (
            _write(folder / "clients.csv", CLIENTS, (_client(n, changed=is_changed(n)) for n in range(clients))),
            _write(
                folder / "contrats.csv",
                CONTRACTS,
                (_contract(n, clients, changed=is_changed(n)) for n in range(contracts)),
            ),
            _write(
                folder / "gages.csv", PLEDGES, (_pledge(n, contracts, changed=is_changed(n)) for n in range(objects))
            ),
            _write(folder / "ventes.csv", SALES, (_sale(n, changed=is_changed(n)) for n in range(49, contracts, 50))),
        )
    )


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _client(n: int, *, changed: bool) -> Sequence[object]:
    draw = random.Random(f"{SEED} client {n}")  # noqa: S311 - an invented portfolio
    code, town = draw.choice(TOWNS)
    born = date(1940, 1, 1) + timedelta(days=draw.randrange(24_000))
    return (
        f"C{n:07d}", f"{5_000_000_000 + n}", draw.choice(("mme", "m")), draw.choice(LAST_NAMES),
        f"{draw.choice(FIRST_NAMES)}{' Anne' if changed else ''}", born.isoformat(), f"client{n}@example.org",
        f"06 {n // 10**6:02d} {n // 10**4 % 100:02d} {n // 100 % 100:02d} {n % 100:02d}",
        f"{draw.randrange(1, 200)} rue du Calvaire", code, town, "France", "A1", "fr",
    )  # fmt: skip


def _contract(n: int, clients: int, *, changed: bool) -> Sequence[object]:
    draw = random.Random(f"{SEED} contract {n}")  # noqa: S311
    pledged = TODAY - timedelta(days=draw.randrange(720))
    due = pledged + timedelta(days=365)
    principal = Decimal(draw.randrange(3, 400) * 10)
    paid_until = pledged + timedelta(days=100) if draw.random() < 0.3 and pledged < TODAY - timedelta(days=120) else ""
    status = "au_role" if n % 50 == 49 else "degage" if draw.random() < 0.3 else "en_cours"
    return (
        f"V{n:07d}", f"C{draw.randrange(clients):07d}", "A1", status, f"{principal}",
        f"{principal * 2 + (10 if changed else 0)}", pledged.isoformat(), due.isoformat(), paid_until, "2025-07", "",
        "10,27", "", "nominative", "", "",
    )  # fmt: skip


def _pledge(n: int, contracts: int, *, changed: bool) -> Sequence[object]:
    draw = random.Random(f"{SEED} object {n}")  # noqa: S311
    description = f"{draw.choice(OBJECTS)} n° {n}{', gravée' if changed else ''}"
    weight = f"{draw.randrange(10, 900) / 10:.1f}".replace(".", ",")
    return (
        f"V{n % contracts:07d}", n // contracts + 1, description, "bijou", weight, draw.randrange(3, 400) * 10, "",
    )  # fmt: skip


def _sale(n: int, *, changed: bool) -> Sequence[object]:
    return (f"V{n:07d}", "2026-10-01", "2026-12-12", f"Salle {2 if changed else 1}", "", "", "", "")
