"""The command on whole folders: what goes in, what a second run does, what a rehearsal says, what refuses all."""

import re
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from people import a_client, a_tariff
from portfolio_folders import Folder, run_import

from accounts.models import Client, SMSDevice, User
from contracts.models import Contract, Pledge, Sale
from contracts.portfolio import ledger, stage
from contracts.portfolio.importing import import_portfolio, open_portfolio
from contracts.portfolio.reading import UnreadableFileError
from contracts.portfolio.report import Note
from establishments.models import Agency, Establishment
from journal.models import Event
from web import staging

NOTHING = (0, 0, 0, 0)


def counts() -> tuple[int, int, int, int]:
    return Client.objects.count(), Contract.objects.count(), Pledge.objects.count(), Sale.objects.count()


def everything() -> list[object]:
    models = (User, Client, SMSDevice, Contract, Pledge, Sale)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def test_four_files_go_in(nantes: Establishment, tmp_path: Path) -> None:
    outcome = Folder(tmp_path).clients().contracts().pledges().sales().run()
    assert (outcome.code, outcome.notes) == (0, [])
    assert "C’est écrit\u00a0: 4\u00a0lignes" in outcome.out
    client = Client.objects.get(client_number="C1")
    assert (client.full_name, client.civility, client.birth_date) == ("Hélène Lefèvre", "mme", date(1950, 5, 31))
    assert (client.email, client.phone, client.language) == ("helene@example.org", "+33639980006", "fr")
    assert (client.address, client.postal_code, client.city, client.country) == (
        "3 rue du Calvaire", "44000", "Nantes", "France",
    )  # fmt: skip
    assert (client.agency, client.user.identifier) == (Agency.objects.get(), "5501234567")
    assert client.user.username == User.client_username(nantes.pk, "5501234567")
    assert not client.user.has_usable_password()
    device = SMSDevice.objects.get(user=client.user)
    assert (device.phone, device.confirmed) == ("+33639980006", True)
    contract = Contract.objects.get(number="V1")
    assert (contract.client, contract.status, contract.ticket_kind) == (client, "active", "named")
    assert (contract.principal, contract.appraisal, contract.apr) == (Decimal(1000), Decimal(1600), Decimal("10.27"))
    assert (contract.pledged_on, contract.due_on, contract.period_started_on) == (
        date(2026, 6, 2), date(2026, 12, 2), date(2026, 6, 2),
    )  # fmt: skip
    assert (contract.rate, contract.fees, contract.interest_paid_until, contract.duty_paid_for) == (
        None,
        Decimal(0),
        None,
        None,
    )
    pledge = contract.pledges.get()
    assert (pledge.description, pledge.weight_g, pledge.photo) == (
        "Bague or 18 carats; saphir",
        Decimal("4.2"),
        "v1.jpg",
    )
    assert (contract.sale.hammer_price, contract.sale.surplus) == (Decimal(2000), Decimal("900.50"))
    assert (contract.sale.sale_on, contract.sale.surplus_deadline) == (date(2026, 11, 20), date(2028, 11, 20))


def test_the_run_is_journalled(nantes: Establishment, tmp_path: Path) -> None:
    Folder(tmp_path).clients().contracts({}, {"numero_contrat": "V2", "tarif": "1999"}).run()
    event = Event.objects.get(kind="portfolio_imported")
    assert (event.actor, event.establishment, event.subject) == ("system", nantes, f"establishment:{nantes.pk}")
    assert event.data == {"read": 3, "new": 2, "changed": 0, "unchanged": 0, "refused": 1, "remarks": 0}


def test_the_same_folder_twice_changes_nothing(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients({}, {"numero_client": "C2", "identifiant": ""}).contracts().pledges().sales()
    folder.run()
    before = everything()
    outcome = folder.run()
    assert everything() == before
    assert (outcome.code, outcome.notes) == (0, [])
    assert "Rien n’a changé" in outcome.out
    assert Event.objects.filter(kind="portfolio_imported", data__new=0, data__unchanged=5).exists()


def test_a_rehearsal_writes_nothing_and_refuses_the_same(
    committed: None, nantes: Establishment, tmp_path: Path
) -> None:
    folder = (
        Folder(tmp_path)
        .clients()
        .contracts({}, {"numero_contrat": "V2", "montant_prete": "1.250,50"})
        .pledges({"photo": ""})
    )
    rehearsal = folder.run(write=False)
    assert counts() == NOTHING
    assert not Event.objects.exists()
    assert "rien n’est écrit" in rehearsal.out
    assert "--write" in rehearsal.out
    assert rehearsal.code == 3
    real = folder.run()
    assert (real.code, real.notes) == (3, rehearsal.notes)
    assert counts() == (1, 1, 1, 0)
    tables = [re.sub("(Répétition|C’est écrit).*", "", outcome.out) for outcome in (rehearsal, real)]
    assert tables[0] == tables[1]


def test_a_run_that_breaks_off_leaves_nothing(
    committed: None, nantes: Establishment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **facts: object) -> None:
        raise DatabaseError("power cut")

    monkeypatch.setattr(ledger, "record", broken)
    with pytest.raises(DatabaseError, match="power cut"):
        Folder(tmp_path).clients().contracts().pledges().sales().run()
    assert counts() == NOTHING


def test_any_file_may_be_missing_and_an_absent_row_changes_nothing(nantes: Establishment, tmp_path: Path) -> None:
    Folder(tmp_path).clients().contracts({}, {"numero_contrat": "V2"}).run()
    folder = tmp_path / "later"
    folder.mkdir()
    assert Folder(folder).contracts({"statut": "degage"}).pledges().run().code == 0
    assert dict(Contract.objects.values_list("number", "status")) == {"V1": "redeemed", "V2": "active"}


def test_a_header_alone_is_a_file_without_rows(nantes: Establishment, tmp_path: Path) -> None:
    outcome = Folder(tmp_path).raw("ventes.csv", "numero_contrat\n").run()
    assert outcome.code == 0
    assert "Rien n’a changé" in outcome.out


def test_unknown_columns_are_named_and_ignored(nantes: Establishment, tmp_path: Path) -> None:
    outcome = Folder(tmp_path).clients({"couleur": "bleu"}).run()
    assert outcome.code == 0
    assert "clients.csv\u00a0: colonnes inconnues, ignorées\u00a0: couleur." in outcome.out


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "le fichier est vide"),
        (b"\xef\xbb\xbf \r\n", "le fichier est vide"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "ce n’est pas un fichier texte"),
        (b"numero_client;nom\nC1;\x81\x8d", "ni en UTF-8 ni en Windows-1252"),
        ("numero_client;nom;date_naissance\n", "il manque la colonne obligatoire «\u00a0prenom\u00a0»"),
        ("nom;nom;numero_client;prenom;date_naissance\n", "la colonne «\u00a0nom\u00a0» est là deux fois"),
        ("C1;Martin;Anne\n", "aucune colonne attendue"),
        ('"numero_client;nom\n', "aucune colonne attendue"),
    ],
)
def test_a_damaged_file_refuses_everything(
    nantes: Establishment, tmp_path: Path, content: bytes | str, reason: str
) -> None:
    outcome = Folder(tmp_path).contracts().raw("clients.csv", content).run()
    assert outcome.code == 1
    assert outcome.error.startswith("clients.csv")
    assert reason in outcome.error
    assert "Rien n’est écrit" in outcome.error
    assert outcome.places[0][:2] == ("clients.csv", 1)
    assert counts() == NOTHING


def test_a_file_that_cannot_be_opened(nantes: Establishment, tmp_path: Path) -> None:
    (tmp_path / "clients.csv").mkdir()
    outcome = run_import(tmp_path)
    assert (outcome.code, "ne peut pas être lu" in outcome.error) == (1, True)


def test_a_file_that_changes_while_it_is_read(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients()
    files = open_portfolio(tmp_path)
    folder.raw("clients.csv", (tmp_path / "clients.csv").read_bytes() + b"\xff\xfe")
    with pytest.raises(UnreadableFileError, match="a changé pendant la lecture"):
        import_portfolio(
            establishment_pk=nantes.pk,
            files=files,
            write=True,
            by="system",
            keep=list[Note]().append,
            advance=list[int]().append,
        )
    assert counts() == NOTHING


def test_a_folder_without_any_file(nantes: Establishment, tmp_path: Path) -> None:
    outcome = run_import(tmp_path)
    assert outcome.code == 1
    assert "aucun des fichiers clients.csv, contrats.csv, gages.csv, ventes.csv" in outcome.error


@pytest.mark.parametrize(
    ("slug", "folder", "report", "reason"),
    [
        ("atlantis", ".", None, "Établissement inconnu"),
        ("nantes", "nowhere", None, "Ce dossier n’existe pas"),
        ("nantes", "clients.csv", None, "Ce dossier n’existe pas"),
        ("nantes", ".", "nowhere/report.csv", "Le rapport ne peut pas être écrit"),
    ],
)
def test_bad_arguments(
    nantes: Establishment, tmp_path: Path, *, slug: str, folder: str, report: str | None, reason: str
) -> None:
    Folder(tmp_path).clients()
    with pytest.raises(CommandError, match=reason) as refusal:
        call_command(
            "import_portfolio",
            slug,
            tmp_path / folder,
            write=True,
            report=report and tmp_path / report,
            stdout=StringIO(),
        )
    assert refusal.value.returncode == 2
    assert counts() == NOTHING


def test_the_first_twenty_refusals_are_shown_all_are_in_the_report(nantes: Establishment, tmp_path: Path) -> None:
    rows = [{"numero_client": f"C{n}", "nom": "x" * 121, "identifiant": ""} for n in range(23)]
    outcome = Folder(tmp_path).clients(*rows).run()
    assert (outcome.code, len(outcome.notes)) == (3, 23)
    assert "23\u00a0lignes refusées" in outcome.error
    assert outcome.out.count("Le texte a 121 caractères") == 20
    assert "3\u00a0autres lignes" in outcome.out
    assert "x" * 41 not in outcome.out
    assert "Rien n’est écrit" in outcome.out


def test_what_a_file_says_does_not_command_the_terminal(nantes: Establishment, tmp_path: Path) -> None:
    outcome = Folder(tmp_path).clients({"nom": "[red]\x1b[2J", "identifiant": ""}).run()
    assert "[red]\N{REPLACEMENT CHARACTER}[2J" in outcome.out
    assert outcome.places == [("clients.csv", 2, "nom", "[red]\x1b[2J")]


def test_two_establishments_do_not_meet(nantes: Establishment, paris: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients().contracts()
    assert (folder.run().code, folder.run(slug="paris").code) == (0, 0)
    assert Client.objects.filter(client_number="C1", user__identifier="5501234567").count() == 2
    assert Contract.objects.filter(number="V1").count() == 2


def test_several_batches(nantes: Establishment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "BATCH", 7)
    monkeypatch.setattr(staging, "PAGE", 3)
    clients = [{"numero_client": f"C{n}", "identifiant": ""} for n in range(20)]
    contracts = [{"numero_contrat": f"V{n}", "numero_client": f"C{n % 20}"} for n in range(50)]
    folder = Folder(tmp_path).clients(*clients).contracts(*contracts)
    folder.run()
    assert counts() == (20, 50, 0, 0)
    assert User.objects.values("identifier").distinct().count() == 20
    assert "Rien n’a changé" in folder.run().out


def test_another_establishments_tariff_and_agency_are_unknown(
    nantes: Establishment, paris: Establishment, tmp_path: Path
) -> None:
    a_tariff(paris, "2030")
    Agency.objects.create(establishment=paris, code="P9", name="Paris", address="", phone="")
    a_client(nantes, client_number="C1")
    outcome = Folder(tmp_path).contracts({"tarif": "2030"}, {"numero_contrat": "V2", "agence": "P9"}).run()
    assert outcome.places == [("contrats.csv", 2, "tarif", "2030"), ("contrats.csv", 3, "agence", "P9")]
