"""Encodings, separators, quotes and damaged lines, by a real run."""

from pathlib import Path

import pytest
from portfolio_folders import Folder

from accounts.models import Client
from establishments.models import Establishment

HEADER = "numero_client;nom;prenom;date_naissance;adresse"


def names() -> list[str]:
    return list(Client.objects.order_by("client_number").values_list("last_name", flat=True))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_separators_and_line_ends(
    nantes: Establishment, tmp_path: Path, encoding: str, separator: str, end: str
) -> None:
    lines = (HEADER, "C1;Lefèvre;Zoë;1950-05-31;", "C2;Œuf;Ève;31/05/1950;")
    text = "".join(line.replace(";", separator) + end for line in lines)
    assert Folder(tmp_path).raw("clients.csv", text.encode(encoding)).run().code == 0
    assert names() == ["Lefèvre", "Œuf"]


def test_a_two_byte_character_across_two_blocks(nantes: Establishment, tmp_path: Path) -> None:
    start = f"{HEADER};note\nC1;Martin;Ève;1950-05-31;;".encode()
    filler = b"x" * ((1 << 20) - len(start) - 1)
    Folder(tmp_path).raw("clients.csv", start + filler + "é\nC2;Lefèvre;Ève;1950-05-31;;\n".encode()).run()
    assert names() == ["Martin", "Lefèvre"]


def test_columns_in_any_order_and_case(nantes: Establishment, tmp_path: Path) -> None:
    text = 'Prenom;DATE_NAISSANCE; nom ;"numero_client"\nÈve;1950-05-31;Martin;C1\n'
    assert Folder(tmp_path).raw("clients.csv", text).run().code == 0
    assert names() == ["Martin"]


def test_quoted_cells(nantes: Establishment, tmp_path: Path) -> None:
    text = f'{HEADER}\n"C1";"Martin ; ""dit"" Bob";Ève;1950-05-31;"3 rue A\n1er étage"\nC2;Petit;Ève;1950-05-31;\n'
    outcome = Folder(tmp_path).raw("clients.csv", text).run()
    assert (outcome.code, outcome.notes) == (0, [])
    assert names() == ['Martin ; "dit" Bob', "Petit"]
    assert Client.objects.get(client_number="C1").address == "3 rue A 1er étage"


def test_a_quote_that_nothing_closes_costs_one_line(nantes: Establishment, tmp_path: Path) -> None:
    rows = "".join(f"C{n};Petit;Ève;1950-05-31;\n" for n in range(10, 40))
    outcome = Folder(tmp_path).raw("clients.csv", f'{HEADER}\nC1;"Martin;Ève;1950-05-31;\n{rows}').run()
    assert (outcome.code, outcome.places) == (3, [("clients.csv", 2, "", 'C1;"Martin;Ève;1950-05-31;')])
    assert len(names()) == 30


def test_a_quote_open_on_the_last_line(nantes: Establishment, tmp_path: Path) -> None:
    outcome = Folder(tmp_path).raw("clients.csv", f'{HEADER}\nC2;Petit;Ève;1950-05-31;\nC1;"Martin').run()
    assert outcome.places == [("clients.csv", 3, "", 'C1;"Martin')]
    assert "guillemet" in outcome.reason
    assert names() == ["Petit"]


def test_lines_too_short_or_too_long(nantes: Establishment, tmp_path: Path) -> None:
    lines = ("C1;Martin", "C2;Petit;Ève;1950-05-31;;;", "", ";;;;", "C3;Grand;Ève;1950-05-31;;de trop", "C4;Fin;Ève")
    outcome = Folder(tmp_path).raw("clients.csv", "\n".join((HEADER, *lines))).run()
    assert [line for _, line, _, _ in outcome.places] == [2, 6, 7]
    assert outcome.notes[0]["reason"] == "La ligne a 2 cellules, l’en-tête en a 5."
    assert names() == ["Petit"]
