"""Every kind of damage to a folder: a named error and the right exit code, nothing half-written, memory bounded."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from people import a_client, a_contract
from portfolio_folders import Folder

from accounts.models import Client, User
from contracts.models import Contract
from contracts.portfolio.columns import CLIENTS
from contracts.portfolio.reading import TOO_LONG, open_source
from contracts.portfolio.stage import LINES_SAID
from establishments.models import Establishment

HEADER = "numero_client;nom;prenom;date_naissance;adresse"
ROW = "C1;Lefèvre;Zoë;1950-05-31;3 rue du Cœur"
PLAIN = f"{HEADER}\n{ROW}\n"
MEBIBYTE = 1 << 20

# Name of the damage: the file, and a part of the sentence that says what is wrong with it.
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "UTF-16": (PLAIN.encode("utf-16"), "le fichier est en UTF-16"),
    "UTF-16 without its mark": (PLAIN.encode("utf-16-le"), "octets nuls"),
    "a NUL in a name": (PLAIN.replace("Zoë", "Zo\0").encode(), "octets nuls"),
    "two encodings": (PLAIN.encode() + "C2;Lefèvre;Ève;1950-05-31;\n".encode("cp1252"), "mêle l’UTF-8 et"),
    "two encodings, far apart": (
        PLAIN.encode() + b"C2;Petit;Eve;1950-05-31;\n" * 50_000 + "C3;Hélène;E;1950-05-31;\n".encode("cp1252"),
        "mêle l’UTF-8 et",
    ),
    "cut in the middle of a character": (PLAIN.encode() + "C2;Lefèvre;Zoé".encode()[:-1], "la fin manque"),
    "another separator": (PLAIN.replace(";", "|").encode(), "aucune colonne attendue"),
    "no header": (f"{ROW}\n".encode(), "aucune colonne attendue"),
    "blank": (b"\xef\xbb\xbf\n\n \n", "le fichier est vide"),
    "a header of 5 MB": (b"numero_client;" + b"x" * 5 * MEBIBYTE, "la première ligne a plus de"),
    "an image": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "octets nuls"),
}

# Name: the lines under the header, the lines refused and a part of each reason.
REFUSED: dict[str, tuple[list[str], dict[int, str]]] = {
    "separators change": ([ROW, ROW.replace(";", ","), ""], {3: "La ligne a 1 cellules"}),
    "a quote in the air": ([f'C2;"Petit;Ève;1950-05-31;{"x" * 300}', ROW], {2: "guillemet"}),
    "the 31st of February": ([ROW, "C2;Petit;Ève;31/02/1950;"], {3: "n’existe pas"}),
    "a thirteenth month": ([ROW, "C2;Petit;Ève;1950-13-01;"], {3: "n’existe pas"}),
    "a far day": ([ROW, "C2;Petit;Ève;9999-01-01;"], {3: "L’année doit être"}),
    "cut in the middle of a row": ([ROW, "C2;Petit;È"], {3: "La ligne a 3 cellules"}),
    "a line of 5 MB": ([ROW, f"C2;{'x' * 5 * MEBIBYTE}", "C3;Petit;Ève;1950-05-31;"], {3: "plus de 2000000"}),
    "a quoted cell of 5 MB": (['C2;"x', "x" * 5 * MEBIBYTE + '";Ève', ROW], {2: "guillemet", 3: "plus de"}),
}


def logins() -> int:
    return User.objects.count()


@pytest.mark.parametrize("damage", UNREADABLE)
def test_an_unreadable_file_refuses_the_folder(nantes: Establishment, tmp_path: Path, damage: str) -> None:
    content, reason = UNREADABLE[damage]
    outcome = Folder(tmp_path).contracts().raw("clients.csv", content).run()
    assert outcome.code == 1
    assert outcome.error.startswith("clients.csv")
    assert reason in outcome.error
    assert outcome.notes[0]["reason"] in outcome.error
    assert logins() == Contract.objects.count() == 0


@pytest.mark.parametrize("damage", REFUSED)
def test_a_damaged_line_is_refused_alone(nantes: Establishment, tmp_path: Path, damage: str) -> None:
    lines, refused = REFUSED[damage]
    outcome = Folder(tmp_path).raw("clients.csv", "\n".join((HEADER, *lines))).run()
    assert outcome.code == 3
    reasons = {int(note["line"]): note["reason"] for note in outcome.notes}
    assert {line: refused[line] for line in reasons if refused[line] in reasons[line]} == refused
    assert Client.objects.filter(last_name="Lefèvre").exists()
    assert max(len(note["value"]) for note in outcome.notes) < 400


def test_latin_9_is_read_as_windows_1252(nantes: Establishment, tmp_path: Path) -> None:
    """Nothing tells them apart but a few signs."""
    assert Folder(tmp_path).raw("clients.csv", PLAIN.encode("iso8859-15")).run().code == 0
    client = Client.objects.get()
    assert (client.last_name, client.first_name, client.address) == ("Lefèvre", "Zoë", "3 rue du C½ur")


def test_a_number_a_hundred_times_says_its_first_lines(nantes: Establishment, tmp_path: Path) -> None:
    outcome = Folder(tmp_path).raw("clients.csv", "\n".join((HEADER, *[ROW] * 100))).run()
    assert (outcome.code, len(outcome.notes), logins()) == (3, 100, 0)
    first = ", ".join(map(str, range(2, 2 + LINES_SAID)))
    assert {note["reason"] for note in outcome.notes} == {
        f"La même valeur est plusieurs fois dans le fichier, lignes {first}…."
    }


def test_a_double_that_reads_badly_is_told_as_a_double(nantes: Establishment, tmp_path: Path) -> None:
    outcome = Folder(tmp_path).raw("clients.csv", f"{PLAIN}C1;;Ève;1950-05-31;").run()
    assert [place[1:3] for place in outcome.places] == [(2, "numero_client"), (3, "numero_client")]


def test_doubles_across_files_name_the_first_refused_line(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients({}, {"identifiant": ""}).contracts({}, {"numero_contrat": "V2"})
    outcome = folder.pledges({}, {"numero_contrat": "V2"}, {"numero_contrat": "V3"}).run()
    assert outcome.code == 3
    assert [note["reason"] for note in outcome.notes[2:]] == [
        "Ce client est nouveau et refusé\u00a0: clients.csv, ligne 2.",
        "Ce client est nouveau et refusé\u00a0: clients.csv, ligne 2.",
        "Ce contrat est nouveau et refusé\u00a0: contrats.csv, ligne 2.",
        "Ce contrat est nouveau et refusé\u00a0: contrats.csv, ligne 3.",
        "Aucun contrat de l’établissement n’a ce numéro.",
    ]


def test_a_contract_moves_to_a_client_of_the_same_night(nantes: Establishment, tmp_path: Path) -> None:
    contract = a_contract(a_client(nantes, client_number="C9"), number="V1")
    assert Folder(tmp_path).clients().contracts().run().code == 0
    contract.refresh_from_db()
    assert contract.client.client_number == "C1"


def test_a_file_that_shrank_is_doubted(nantes: Establishment, tmp_path: Path) -> None:
    rows = [{"numero_client": f"C{n}", "identifiant": ""} for n in range(120)]
    folder = Folder(tmp_path).clients(*rows)
    assert folder.run().notes == []
    assert folder.clients(*rows[:60]).run().notes == []
    assert folder.clients(*rows).run().notes == []
    outcome = folder.clients(*rows[:59]).run(write=False)
    assert (outcome.code, outcome.places) == (0, [("clients.csv", 1, "", "")])
    assert outcome.reason == "Ce fichier a 59 lignes, il en avait 120 la dernière fois\u00a0: est-il complet\u00a0?"
    assert Client.objects.count() == 120


@pytest.mark.parametrize(
    ("line", "fault"),
    [(lambda: b"C2;" + b"x" * 50 * MEBIBYTE, TOO_LONG), (lambda: b'C2;"' + b"x\n" * 25 * MEBIBYTE, "guillemet")],
    ids=["fifty megabytes on one line", "fifty megabytes in a quote"],
)
def test_memory_is_bounded(tmp_path: Path, line: Callable[[], bytes], fault: str) -> None:
    path = tmp_path / "clients.csv"
    path.write_bytes(PLAIN.encode() + line() + b"\n")
    tracemalloc.start()
    try:
        source = open_source(path, CLIENTS.known, CLIENTS.required)
        records = source.records()
        first, second = next(records), next(records)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (first.cells[0], first.fault) == ("C1", "")
    assert fault in second.fault
    assert peak < 20 * MEBIBYTE
