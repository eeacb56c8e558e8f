"""Folders of the back office, and real runs of the command on them."""

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command

CLIENT = {
    "numero_client": "C1",
    "identifiant": "5501234567",
    "civilite": "mme",
    "nom": "Lefèvre",
    "prenom": "Hélène",
    "date_naissance": "1950-05-31",
    "email": "helene@example.org",
    "telephone": "06 39 98 00 06",
    "adresse": "3 rue du Calvaire",
    "code_postal": "44000",
    "ville": "Nantes",
    "pays": "France",
    "agence": "A1",
    "langue": "fr",
}
CONTRACT = {
    "numero_contrat": "V1",
    "numero_client": "C1",
    "agence": "A1",
    "statut": "en_cours",
    "montant_prete": "1000",
    "estimation": "1600",
    "date_engagement": "2026-06-02",
    "date_echeance": "2026-12-02",
    "interets_payes_jusquau": "",
    "tarif": "2025-07",
    "taux": "",
    "taeg": "10,27",
    "frais": "",
    "reconnaissance": "nominative",
    "interets_dus": "",
    "arrete_au": "",
}
PLEDGE = {
    "numero_contrat": "V1",
    "rang": "1",
    "designation": "Bague or 18 carats; saphir",
    "categorie": "bague",
    "poids_g": "4,2",
    "estimation": "1600",
    "photo": "v1.jpg",
}
SALE = {
    "numero_contrat": "V1",
    "date_inscription": "2026-10-01",
    "date_vente": "2026-11-20",
    "lieu": "Salle 1",
    "prix_adjudication": "2 000,00",
    "boni": "900,50",
    "date_limite_boni": "20/11/2028",
    "boni_paye_le": "",
}

Cells = dict[str, str]


class Folder:
    """Writes files with the cells of a plain case, changed as a test needs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def clients(self, *changes: Cells) -> "Folder":
        return self._write("clients.csv", CLIENT, changes)

    def contracts(self, *changes: Cells) -> "Folder":
        return self._write("contrats.csv", CONTRACT, changes)

    def pledges(self, *changes: Cells) -> "Folder":
        return self._write("gages.csv", PLEDGE, changes)

    def sales(self, *changes: Cells) -> "Folder":
        return self._write("ventes.csv", SALE, changes)

    def everything(self) -> "Folder":
        return self.clients().contracts().pledges().sales()

    def raw(self, name: str, content: bytes | str) -> "Folder":
        (self.path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def run(self, *, slug: str = "nantes", write: bool = True) -> "Outcome":
        return run_import(self.path, slug=slug, write=write)

    def _write(self, name: str, plain: Cells, changes: tuple[Cells, ...]) -> "Folder":
        with (self.path / name).open("w", encoding="utf-8", newline="") as file:
            rows = [plain | change for change in changes or ({},)]
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
        return self


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one run: exit code, what it printed, the sentence of its error, the rows of its report."""

    code: int
    out: str
    error: str
    notes: list[dict[str, str]]

    @property
    def places(self) -> list[tuple[str, int, str, str]]:
        """File, line, column and value of each note."""
        return [(note["file"], int(note["line"]), note["column"], note["value"]) for note in self.notes]

    @property
    def reason(self) -> str:
        """Of the only note."""
        (note,) = self.notes
        return note["reason"]


def run_import(folder: Path, *, slug: str = "nantes", write: bool = True) -> Outcome:
    """`import_portfolio SLUG FOLDER --report …`, with `--write` unless told otherwise."""
    report = folder.parent / f"{folder.name}-report.csv"
    out, code, sentence = StringIO(), 0, ""
    try:
        call_command("import_portfolio", slug, str(folder), write=write, report=report, stdout=out)
    except CommandError as error:
        code, sentence = error.returncode, str(error)
    with report.open(encoding="utf-8", newline="") as file:
        notes = list(csv.DictReader(file))
    return Outcome(code, out.getvalue(), sentence, notes)
