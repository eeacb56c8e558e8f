"""Every state that a screen may have to show is in every portfolio."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from written_portfolio import SLUGS, TODAYS, Portfolio, Row, day, due_in, written

from contracts.calendar_units import add_months

WINDOW = timedelta(30)

Question = Callable[[Portfolio, Row], bool]


def _in_progress(question: Question) -> Question:
    return lambda portfolio, row: row["statut"] == "en_cours" and question(portfolio, row)


def _sold(question: Question) -> Question:
    """The question is asked of the sale's row."""

    def of_contract(portfolio: Portfolio, row: Row) -> bool:
        sale = portfolio.sale_of(row)
        return row["statut"] == "vendu" and sale is not None and question(portfolio, sale)

    return of_contract


def _is_lapsed(portfolio: Portfolio, sale: Row) -> bool:
    deadline = day(sale, "date_limite_boni")
    return deadline is not None and deadline < portfolio.today


def _late_days(first: int, last: int) -> Question:
    return _in_progress(lambda portfolio, row: first <= -due_in(row, portfolio.today).days <= last)


def _is_at_cap(_portfolio: Portfolio, row: Row) -> bool:
    pledged_on = day(row, "date_engagement")
    return pledged_on is not None and day(row, "date_echeance") == add_months(pledged_on, 24)


STATES: dict[str, Question] = {
    "in order": _in_progress(lambda portfolio, row: due_in(row, portfolio.today) > WINDOW),
    "due soon": _in_progress(lambda portfolio, row: timedelta(0) <= due_in(row, portfolio.today) <= WINDOW),
    "interest paid to a day": _in_progress(lambda portfolio, row: bool(row["interets_payes_jusquau"])),
    "first late step": _late_days(1, 150),
    "second late step": _late_days(151, 210),
    "third late step": _late_days(211, 9999),
    "at the cap, in the window": _in_progress(
        lambda portfolio, row: _is_at_cap(portfolio, row) and timedelta(0) <= due_in(row, portfolio.today) <= WINDOW
    ),
    "bearer": _in_progress(lambda portfolio, row: row["reconnaissance"] == "porteur"),
    "free loan": _in_progress(lambda portfolio, row: row["taux"] == "0" or int(row["montant_prete"]) <= 100),
    "with fees": _in_progress(lambda portfolio, row: bool(row["frais"])),
    "figure of the back office": _in_progress(lambda portfolio, row: bool(row["interets_dus"])),
    "no figure of the back office": _in_progress(lambda portfolio, row: not row["interets_dus"]),
    "blocked": lambda portfolio, row: row["statut"] == "bloque",
    "on the sale list": lambda portfolio, row: row["statut"] == "au_role",
    "surplus available": _sold(
        lambda portfolio, sale: sale["boni"] > "0.00" and not sale["boni_paye_le"] and not _is_lapsed(portfolio, sale)
    ),
    "surplus paid": _sold(lambda portfolio, sale: bool(sale["boni_paye_le"])),
    "surplus lapsed": _sold(lambda portfolio, sale: not sale["boni_paye_le"] and _is_lapsed(portfolio, sale)),
    "no surplus": _sold(lambda portfolio, sale: sale["boni"] == "0.00"),
    "redeemed": lambda portfolio, row: row["statut"] == "degage",
    "renewed": lambda portfolio, row: row["statut"] == "renouvele" and _is_at_cap(portfolio, row),
    "closed": lambda portfolio, row: row["statut"] == "clos",
}


@pytest.mark.parametrize("today", TODAYS, ids=str)
@pytest.mark.parametrize("slug", SLUGS)
def test_every_state_appears(slug: str, today: date) -> None:
    portfolio = written(slug, today)
    missing = [
        state for state, question in STATES.items() if not any(question(portfolio, row) for row in portfolio.contracts)
    ]
    assert missing == []


@pytest.mark.parametrize("slug", SLUGS)
def test_one_client_has_thirty_contracts_and_nobody_none(slug: str) -> None:
    portfolio = written(slug, TODAYS[0])
    owners = Counter(row["numero_client"] for row in portfolio.contracts)
    assert owners["100002"] == max(owners.values()) == 30
    assert len(owners) == len(portfolio.clients)


@pytest.mark.parametrize("slug", SLUGS)
def test_some_contracts_have_several_objects(slug: str) -> None:
    objects = Counter(row["numero_contrat"] for row in written(slug, TODAYS[0]).pledges)
    assert set(objects.values()) >= {1, 2, 3}


@pytest.mark.parametrize("slug", SLUGS)
def test_some_clients_cannot_be_reached(slug: str) -> None:
    clients = written(slug, TODAYS[0]).clients
    phones = [row["telephone"].replace(".", " ") for row in clients]
    assert any(not row["email"] for row in clients)
    assert "" in phones
    assert any(phone.startswith(("01", "02", "04")) for phone in phones), "a landline gets no SMS"
    assert len({row["langue"] for row in clients}) >= 5
