"""The written files: their format, their numbers, their dates."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest
from written_portfolio import FILES, SLUGS, TODAYS, Portfolio, day, read, written

from contracts.calendar_units import add_months
from demo.portfolio import write_portfolio
from demo.rulebook import read_rulebook

COLUMNS = {
    "clients.csv": "numero_client identifiant civilite nom prenom date_naissance email telephone adresse code_postal "
    "ville pays agence langue",
    "contrats.csv": "numero_contrat numero_client agence statut montant_prete estimation date_engagement date_echeance "
    "interets_payes_jusquau tarif taux taeg frais reconnaissance interets_dus arrete_au",
    "gages.csv": "numero_contrat rang designation categorie poids_g estimation photo",
    "ventes.csv": "numero_contrat date_inscription date_vente lieu prix_adjudication boni date_limite_boni "
    "boni_paye_le",
}


@pytest.fixture(params=SLUGS)
def slug(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=TODAYS, ids=str)
def portfolio(slug: str, request: pytest.FixtureRequest) -> Portfolio:
    return written(slug, request.param)


@pytest.mark.parametrize("name", FILES)
def test_files_have_the_columns_of_the_back_office(slug: str, name: str, tmp_path: Path) -> None:
    write_portfolio(slug, tmp_path, TODAYS[0])
    rows = read(tmp_path / name)
    assert list(rows[0]) == COLUMNS[name].split()
    assert all(None not in row and None not in row.values() for row in rows), "a row longer or shorter than the header"


def test_same_day_gives_same_bytes(slug: str, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        write_portfolio(slug, folder, TODAYS[0])
    one, two = ([(folder / name).read_bytes() for name in FILES] for folder in folders)
    assert one == two


def test_unknown_establishment_is_refused_in_french(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=re.escape("La démonstration n’a pas d’établissement « ../nantes ».")):
        write_portfolio("../nantes", tmp_path, TODAYS[0])
    assert list(tmp_path.iterdir()) == []


def test_sixty_clients_and_two_hundred_contracts(portfolio: Portfolio) -> None:
    assert (len(portfolio.clients), len(portfolio.contracts)) == (60, 200)


def test_no_number_twice(portfolio: Portfolio) -> None:
    keys = (
        [row["numero_client"] for row in portfolio.clients],
        [row["identifiant"] for row in portfolio.clients if row["identifiant"]],
        [row["email"] for row in portfolio.clients if row["email"]],
        [row["telephone"] for row in portfolio.clients if row["telephone"]],
        [row["numero_contrat"] for row in portfolio.contracts],
        [(row["numero_contrat"], row["rang"]) for row in portfolio.pledges],
        [row["numero_contrat"] for row in portfolio.sales],
    )
    assert [Counter(column).most_common(1)[0][1] for column in keys] == [1] * len(keys)


def test_no_mobile_is_shared_by_two_establishments() -> None:
    phones = [row["telephone"] for slug in SLUGS for row in written(slug, TODAYS[0]).clients if row["telephone"]]
    assert len({phone.replace(" ", "").replace(".", "")[-9:] for phone in phones}) == len(phones)


def test_every_reference_exists(slug: str, portfolio: Portfolio) -> None:
    rulebook = read_rulebook(slug)
    contracts = {row["numero_contrat"] for row in portfolio.contracts}
    assert {row["numero_client"] for row in portfolio.contracts} == {row["numero_client"] for row in portfolio.clients}
    assert {row["numero_contrat"] for row in portfolio.pledges} == contracts
    assert {row["numero_contrat"] for row in portfolio.sales} <= contracts
    assert {row["agence"] for row in chain(portfolio.clients, portfolio.contracts)} == set(rulebook.agencies)
    assert {row["tarif"] for row in portfolio.contracts} <= {tariff.code for tariff in rulebook.tariffs}


def test_dates_of_a_contract_follow_the_law(portfolio: Portfolio) -> None:
    for row in portfolio.contracts:
        pledged_on, due_on = date.fromisoformat(row["date_engagement"]), date.fromisoformat(row["date_echeance"])
        assert pledged_on <= portfolio.today
        assert pledged_on < due_on <= add_months(pledged_on, 24), row
        assert pledged_on <= (day(row, "interets_payes_jusquau") or pledged_on) <= portfolio.today, row
        assert day(row, "arrete_au") in {None, portfolio.today}
        assert bool(row["arrete_au"]) == bool(row["interets_dus"])


def test_dates_of_a_sale_follow_each_other(portfolio: Portfolio) -> None:
    for contract in portfolio.contracts:
        sale = portfolio.sale_of(contract)
        assert (sale is not None) == (contract["statut"] in {"au_role", "vendu"})
        if sale:
            listed_on, sale_on = date.fromisoformat(sale["date_inscription"]), date.fromisoformat(sale["date_vente"])
            assert date.fromisoformat(contract["date_echeance"]) < listed_on <= portfolio.today
            assert listed_on < sale_on
            assert (sale_on <= portfolio.today) == (contract["statut"] == "vendu")
            assert sale_on < (day(sale, "boni_paye_le") or portfolio.today) <= portfolio.today or not sale["boni"]
            assert day(sale, "date_limite_boni") in {None, add_months(sale_on, 24)}


def test_sums_are_realistic(portfolio: Portfolio) -> None:
    principals = [Decimal(row["montant_prete"]) for row in portfolio.contracts]
    assert 600 <= sum(principals) / len(principals) <= 1000
    assert min(principals) >= 20
    for row in portfolio.contracts:
        assert Decimal(row["montant_prete"]) <= Decimal(row["estimation"]) * Decimal("0.65"), row


def test_a_contract_is_appraised_at_the_sum_of_its_objects(portfolio: Portfolio) -> None:
    appraisals: Counter[str] = Counter()
    for row in portfolio.pledges:
        appraisals[row["numero_contrat"]] += int(row["estimation"])
    assert {row["numero_contrat"]: int(row["estimation"]) for row in portfolio.contracts} == appraisals


def test_a_surplus_is_what_the_price_leaves_over(portfolio: Portfolio) -> None:
    for contract in portfolio.contracts:
        sale = portfolio.sale_of(contract)
        if sale and sale["boni"]:
            left_over = Decimal(sale["prix_adjudication"]) - Decimal(contract["montant_prete"])
            assert Decimal(0) <= Decimal(sale["boni"]) <= max(left_over, Decimal(0)), sale
