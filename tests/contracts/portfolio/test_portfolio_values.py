"""Each tolerance and each refusal of a single cell, by a real run."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from people import a_client
from portfolio_folders import Folder

from accounts.models import Client
from contracts.models import Contract, Pledge
from establishments.models import Establishment

# Of a contract: column, cell, field, value.
TAKEN = [
    ("montant_prete", "1250.50", "principal", Decimal("1250.50")),
    ("montant_prete", "1250,5", "principal", Decimal("1250.50")),
    ("montant_prete", "1 250,50", "principal", Decimal("1250.50")),
    ("montant_prete", "1\u00a0250,50", "principal", Decimal("1250.50")),
    ("montant_prete", "1\u202f250\u202f000.50", "principal", Decimal("1250000.50")),
    ("montant_prete", "99999999,99", "principal", Decimal("99999999.99")),
    ("estimation", "0", "appraisal", Decimal(0)),
    ("taux", "0,8205", "rate", Decimal("0.8205")),
    ("frais", "11,16", "fees", Decimal("11.16")),
    ("date_engagement", "31/05/2026", "pledged_on", date(2026, 5, 31)),
    ("date_engagement", "2026-05-31", "pledged_on", date(2026, 5, 31)),
    ("date_echeance", "29/02/2028", "due_on", date(2028, 2, 29)),
    ("statut", "", "status", "active"),
    ("statut", "Bloque", "status", "blocked"),
    ("statut", "au_role", "status", "on_sale_list"),
    ("statut", "vendu", "status", "sold"),
    ("statut", "degage", "status", "redeemed"),
    ("statut", "renouvele", "status", "renewed"),
    ("statut", "clos", "status", "closed"),
    ("reconnaissance", "porteur", "ticket_kind", "bearer"),
    ("reconnaissance", "", "ticket_kind", "named"),
    ("numero_contrat", "2026-A_1.b", "number", "2026-A_1.b"),
]

DAYS = "Un jour s’écrit 2026-05-31 ou 31/05/2026."
NUMBERS = "Un numéro a 32 caractères au plus"
REFUSED = [
    ("montant_prete", "1.250,50", "deux séparateurs"),
    ("montant_prete", "1,250.50", "deux séparateurs"),
    ("montant_prete", "1250,505", "plus de 2 décimales"),
    ("montant_prete", "1250.500", "plus de 2 décimales"),
    ("montant_prete", "-5", "négatif"),
    ("montant_prete", "0,00", "plus grand que zéro"),
    ("montant_prete", "100000000", "trop grand"),
    ("montant_prete", "12 50", "s’écrit 1250.50"),
    ("montant_prete", "1250 €", "s’écrit 1250.50"),
    ("montant_prete", "١٢٣", "s’écrit 1250.50"),
    ("montant_prete", "", "obligatoire"),
    ("taux", "0,82051", "plus de 4 décimales"),
    ("taeg", "1000", "trop grand"),
    ("frais", "-1", "négatif"),
    ("date_engagement", "31/02/2026", "n’existe pas"),
    ("date_engagement", "2026-5-1", DAYS),
    ("date_engagement", "20260531", DAYS),
    ("date_engagement", "05/31/2026", "n’existe pas"),
    ("date_engagement", "1026-05-31", "L’année doit être entre 1900 et 2199"),
    ("date_echeance", "2026-06-02", "après la date d’engagement"),
    ("date_echeance", "2026-06-01", "après la date d’engagement"),
    ("interets_payes_jusquau", "2026-06-01", "avant l’engagement"),
    ("statut", "perdu", "À choisir entre\u00a0: en_cours, bloque, au_role, vendu, degage, renouvele, clos."),
    ("reconnaissance", "autre", "À choisir entre\u00a0: nominative, porteur."),
    ("numero_contrat", "V 1", NUMBERS),
    ("numero_contrat", "V/1", NUMBERS),
    ("numero_contrat", "..", NUMBERS),
    ("numero_contrat", "V" * 33, NUMBERS),
    ("numero_contrat", "V\x071", NUMBERS),
    ("numero_client", "C9", "Aucun client de l’établissement n’a ce numéro."),
    ("tarif", "1999", "Aucun tarif de l’établissement n’a ce code."),
    ("agence", "ZZ", "Aucune agence de l’établissement n’a ce code."),
]


@pytest.mark.parametrize(("column", "cell", "field", "value"), TAKEN)
def test_a_cell_that_is_taken(
    nantes: Establishment, tmp_path: Path, *, column: str, cell: str, field: str, value: object
) -> None:
    a_client(nantes, client_number="C1")
    outcome = Folder(tmp_path).contracts({column: cell}).run()
    assert (outcome.code, outcome.notes) == (0, [])
    assert getattr(Contract.objects.get(), field) == value


@pytest.mark.parametrize(("column", "cell", "reason"), REFUSED)
def test_a_cell_that_refuses_its_row_alone(
    nantes: Establishment, tmp_path: Path, *, column: str, cell: str, reason: str
) -> None:
    a_client(nantes, client_number="C1")
    outcome = Folder(tmp_path).contracts({"numero_contrat": "V7"}, {column: cell}, {"numero_contrat": "V8"}).run()
    assert (outcome.code, outcome.places) == (3, [("contrats.csv", 3, column, cell)])
    assert reason in outcome.reason
    assert set(Contract.objects.values_list("number", flat=True)) == {"V7", "V8"}


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("nom", "x" * 121, "Le texte a 121 caractères, la limite est 120."),
        ("nom", "Mar\x08tin", "caractère de commande"),
        ("nom", "", "obligatoire"),
        ("code_postal", "x" * 13, "la limite est 12"),
        ("civilite", "docteur", "À choisir entre"),
        ("langue", "français", "deux ou trois lettres"),
        ("agence", "ZZ", "Aucune agence"),
        ("identifiant", "55012345", "10 ou 11 chiffres"),
        ("identifiant", "٥٥٠١٢٣٤٥٦٧", "10 ou 11 chiffres"),
        ("date_naissance", "2999-01-01", "L’année doit être"),
        ("date_naissance", "2199-01-01", "après aujourd’hui"),
    ],
)
def test_a_bad_value_of_a_client(nantes: Establishment, tmp_path: Path, *, column: str, cell: str, reason: str) -> None:
    plain = {"numero_client": "C2", "identifiant": ""}
    outcome = Folder(tmp_path).clients({column: cell}, plain).run()
    assert (outcome.code, outcome.places) == (3, [("clients.csv", 2, column, cell)])
    assert reason in outcome.reason
    assert Client.objects.get().client_number == "C2"


@pytest.mark.parametrize(
    ("cell", "civility"), [("Mme", "mme"), ("Mademoiselle", "mme"), ("M.", "m"), ("Monsieur", "m"), ("", "")]
)
def test_civilities(nantes: Establishment, tmp_path: Path, cell: str, civility: str) -> None:
    Folder(tmp_path).clients({"civilite": cell}).run()
    assert Client.objects.get().civility == civility


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("rang", "premier", "nombre entier"),
        ("rang", "-1", "nombre entier"),
        ("rang", "32768", "nombre entier"),
        ("poids_g", "4,255", "plus de 2 décimales"),
        ("designation", "x" * 401, "la limite est 400"),
        ("photo", "../secret.jpg", "sans dossier"),
        ("photo", "C:\\secret.jpg", "sans dossier"),
        ("photo", ".htaccess", "sans dossier"),
    ],
)
def test_a_bad_value_of_a_pledge(nantes: Establishment, tmp_path: Path, *, column: str, cell: str, reason: str) -> None:
    outcome = Folder(tmp_path).clients().contracts().pledges({"rang": "2"}, {column: cell}).run()
    assert (outcome.code, outcome.places) == (3, [("gages.csv", 3, column, cell)])
    assert reason in outcome.reason
    assert Pledge.objects.get().rank == 2


def test_a_bad_value_of_a_sale(nantes: Establishment, tmp_path: Path) -> None:
    outcome = Folder(tmp_path).clients().contracts().sales({"boni": "900,505"}).run()
    assert (outcome.code, outcome.places) == (3, [("ventes.csv", 2, "boni", "900,505")])
    assert not hasattr(Contract.objects.get(), "sale")
