"""Rows that depend on one another: doubles, missing owners, empty cells, changes."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from people import a_client, a_contract
from portfolio_folders import Folder

from accounts.models import Client
from contracts.models import Contract, Pledge, Sale
from establishments.models import Establishment


def test_two_contracts_with_one_number_are_both_refused(nantes: Establishment, tmp_path: Path) -> None:
    rows: list[dict[str, str]] = [{}, {"numero_contrat": "V2"}, {"montant_prete": "500"}, {"montant_prete": "600"}]
    outcome = Folder(tmp_path).clients().contracts(*rows).run()
    assert outcome.code == 3
    assert [line for _, line, _, _ in outcome.places] == [2, 4, 5]
    assert {note["reason"] for note in outcome.notes} == {
        "La même valeur est plusieurs fois dans le fichier, lignes 2, 4, 5."
    }
    assert Contract.objects.get().number == "V2"


def test_doubles_of_each_file(nantes: Establishment, tmp_path: Path) -> None:
    twice: tuple[dict[str, str], dict[str, str]] = ({}, {})
    Folder(tmp_path).clients().contracts().run()
    outcome = Folder(tmp_path).clients(*twice).pledges({}, {"rang": "01"}, {"rang": "2"}).sales(*twice).run()
    assert [place[:3] for place in outcome.places] == [
        ("clients.csv", 2, "numero_client"), ("clients.csv", 3, "numero_client"),
        ("gages.csv", 2, "rang"), ("gages.csv", 3, "rang"),
        ("ventes.csv", 2, "numero_contrat"), ("ventes.csv", 3, "numero_contrat"),
    ]  # fmt: skip
    assert (Client.objects.count(), Pledge.objects.get().rank, Sale.objects.count()) == (1, 2, 0)


def test_a_client_of_another_establishment_is_unknown(
    nantes: Establishment, paris: Establishment, tmp_path: Path
) -> None:
    a_client(paris, client_number="C1")
    outcome = Folder(tmp_path).contracts().run()
    assert (outcome.code, outcome.places) == (3, [("contrats.csv", 2, "numero_client", "C1")])
    assert outcome.reason == "Aucun client de l’établissement n’a ce numéro."
    assert not Contract.objects.exists()


def test_what_depends_on_a_refused_new_row_is_refused(nantes: Establishment, tmp_path: Path) -> None:
    outcome = Folder(tmp_path).clients({"nom": ""}).contracts().pledges().sales().run()
    assert [place[:3] for place in outcome.places] == [
        ("clients.csv", 2, "nom"), ("contrats.csv", 2, "numero_client"),
        ("gages.csv", 2, "numero_contrat"), ("ventes.csv", 2, "numero_contrat"),
    ]  # fmt: skip
    assert [note["reason"] for note in outcome.notes[1:]] == [
        "Ce client est nouveau et refusé\u00a0: clients.csv, ligne 2.",
        "Ce contrat est nouveau et refusé\u00a0: contrats.csv, ligne 2.",
        "Ce contrat est nouveau et refusé\u00a0: contrats.csv, ligne 2.",
    ]
    assert not Client.objects.exists()


def test_what_depends_on_a_refused_row_of_old_goes_in(nantes: Establishment, tmp_path: Path) -> None:
    a_contract(a_client(nantes, client_number="C1"), number="V1")
    outcome = Folder(tmp_path).clients({"nom": ""}).contracts({}, {"numero_contrat": "V2"}).run()
    assert [place[0] for place in outcome.places] == ["clients.csv"]
    assert Contract.objects.count() == 2
    outcome = Folder(tmp_path).contracts({"montant_prete": "1.250,50"}).pledges({"rang": "2"}).run()
    assert [place[0] for place in outcome.places] == ["clients.csv", "contrats.csv"]
    assert Pledge.objects.filter(contract__number="V1").count() == 2


def test_a_pledge_or_a_sale_without_contract(nantes: Establishment, paris: Establishment, tmp_path: Path) -> None:
    a_contract(a_client(paris), number="V1")
    outcome = Folder(tmp_path).pledges().sales().run()
    assert [(place[0], place[2]) for place in outcome.places] == [
        ("gages.csv", "numero_contrat"), ("ventes.csv", "numero_contrat"),
    ]  # fmt: skip
    assert {note["reason"] for note in outcome.notes} == {"Aucun contrat de l’établissement n’a ce numéro."}


def test_every_changed_cell_is_taken(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients().contracts().pledges().sales()
    folder.run()
    keys = list(Contract.objects.values_list("pk", flat=True))
    folder.clients({"nom": "Martin", "civilite": "m"}).contracts({"montant_prete": "900", "statut": "bloque"})
    folder.pledges({"designation": "Montre"}).sales({"boni_paye_le": "2026-12-01"})
    assert "C’est écrit\u00a0: 4\u00a0lignes" in folder.run().out
    client = Client.objects.get()
    assert (client.last_name, client.civility, client.user.identifier) == ("Martin", "m", "5501234567")
    contract = Contract.objects.get()
    assert [contract.pk] == keys
    assert (contract.principal, contract.status) == (Decimal(900), "blocked")
    assert contract.pledges.get().description == "Montre"
    assert (contract.sale.surplus_paid_on, contract.sale.surplus) == (date(2026, 12, 1), Decimal("900.50"))


def test_an_empty_optional_cell_clears_nothing(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients().pledges().sales()
    folder.contracts({"taux": "0,5", "frais": "3", "interets_payes_jusquau": "2026-09-02", "statut": "bloque",
                      "reconnaissance": "porteur", "interets_dus": "8", "arrete_au": "2026-10-01"}).run()  # fmt: skip
    models = (Client, Contract, Pledge, Sale)
    before = [model._default_manager.values().get() for model in models]
    empty = dict.fromkeys(
        (
            "identifiant",
            "civilite",
            "email",
            "telephone",
            "adresse",
            "code_postal",
            "ville",
            "pays",
            "agence",
            "langue",
        ),
        "",
    )
    folder.clients(empty).pledges(dict.fromkeys(("categorie", "poids_g", "estimation", "photo"), ""))
    folder.sales(
        dict.fromkeys(("date_inscription", "date_vente", "lieu", "prix_adjudication", "boni", "date_limite_boni"), "")
    )
    columns = ("agence", "estimation", "interets_payes_jusquau", "taux", "taeg", "frais", "reconnaissance",
               "interets_dus", "arrete_au")  # fmt: skip
    folder.contracts({**dict.fromkeys(columns, ""), "statut": "bloque"}).run()
    assert [model._default_manager.values().get() for model in models] == before


def test_an_empty_status_is_en_cours_and_no_column_says_nothing(nantes: Establishment, tmp_path: Path) -> None:
    contract = a_contract(a_client(nantes, client_number="C1"), number="V1", status="blocked")
    header = "numero_contrat;numero_client;montant_prete;date_engagement;date_echeance;tarif"
    row = "V1;C1;1000;2026-06-02;2026-12-02;2025-07"
    folder = Folder(tmp_path).raw("contrats.csv", f"{header}\n{row}\n")
    folder.run()
    contract.refresh_from_db()
    assert contract.status == "blocked"
    folder.raw("contrats.csv", f"{header};statut\n{row};\n").run()
    contract.refresh_from_db()
    assert contract.status == "active"


def test_a_contract_may_move_to_another_client(nantes: Establishment, tmp_path: Path) -> None:
    contract = a_contract(a_client(nantes, client_number="C1"), number="V1")
    heir = a_client(nantes, client_number="C2")
    assert Folder(tmp_path).contracts({"numero_client": "C2"}).run().code == 0
    contract.refresh_from_db()
    assert contract.client == heir
