"""Periods, the back office's own figure, and the file of the night before after a payment of today (rule 5)."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from people import a_client, a_contract
from portfolio_folders import Folder, Outcome

from contracts.crediting import credit
from contracts.interest import quote
from contracts.models import Contract
from contracts.portfolio import importing
from contracts.prolongation import Prolongs
from contracts.tariff_rules import tariff_from_json
from establishments.models import Establishment

PAID_ON = date(2026, 11, 23)
OURS = ("interest_paid_until", "due_on", "period_started_on", "duty_paid_for", "late_taken", "fees", "credited_until")


def contract() -> Contract:
    return Contract.objects.get()


def disputed(folder: Folder, **cells: str) -> bool:
    folder.contracts(cells).run()
    return contract().is_disputed


def paid_here(nantes: Establishment) -> None:
    """Paid and prolonged on 23 November, which the back office does not know yet."""
    pay(a_contract(a_client(nantes, client_number="C1"), number="V1"))


def pay(signed: Contract) -> None:
    due = quote(tariff_from_json(signed.tariff.rules), signed.terms(), PAID_ON)
    credit(signed, quote=due, effect=Prolongs(date(2027, 6, 2)), now=timezone.now())


@pytest.mark.parametrize(
    ("due_on", "paid_until", "period_started_on", "duty_paid_for"),
    [
        ("2026-12-02", "", date(2026, 6, 2), None),
        ("2026-12-02", "2026-06-02", date(2026, 6, 2), None),
        ("2026-12-02", "2026-09-02", date(2026, 6, 2), date(2026, 12, 2)),
        ("2027-06-02", "2026-11-23", date(2026, 12, 2), None),
        ("2027-06-02", "2026-12-03", date(2026, 12, 2), date(2027, 6, 2)),
    ],
)
def test_the_period_of_an_imported_contract(
    nantes: Establishment, tmp_path: Path, *, due_on: str, paid_until: str, period_started_on: date, duty_paid_for: date
) -> None:
    cells = {"date_echeance": due_on, "interets_payes_jusquau": paid_until}
    Folder(tmp_path).clients().contracts(cells).run()
    assert (contract().period_started_on, contract().duty_paid_for) == (period_started_on, duty_paid_for)


def test_a_new_due_date_or_payment_opens_another_period(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients().contracts()
    folder.run()
    Contract.objects.update(late_taken=Decimal("1.50"))
    folder.contracts({"interets_payes_jusquau": "2026-11-30"}).run()
    assert (contract().duty_paid_for, contract().late_taken) == (date(2026, 12, 2), Decimal("1.50"))
    folder.contracts({"interets_payes_jusquau": "2026-11-30", "date_echeance": "2027-06-02"}).run()
    assert (contract().period_started_on, contract().duty_paid_for, contract().late_taken) == (
        date(2026, 12, 2),
        None,
        Decimal(0),
    )


def test_a_pledge_day_put_right_moves_the_first_period(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients().contracts()
    folder.run()
    folder.contracts({"date_engagement": "2026-06-03"}).run()
    assert contract().period_started_on == date(2026, 6, 3)


def test_the_file_of_the_night_before_after_a_payment_of_today(nantes: Establishment, tmp_path: Path) -> None:
    paid_here(nantes)
    before = Contract.objects.values(*OURS).get()
    cells = {
        "frais": "11,16",
        "montant_prete": "1000",
        "statut": "bloque",
        "interets_dus": "59,20",
        "arrete_au": "2026-11-23",
    }
    folder = Folder(tmp_path).contracts(cells)
    outcome = folder.run()
    assert (outcome.code, outcome.places) == (0, [("contrats.csv", 2, "interets_payes_jusquau", "")])
    assert outcome.reason.startswith("En attente du back-office\u00a0: payé ici jusqu’au 23\u00a0novembre\u00a02026.")
    assert "En attente du back-office" in outcome.out
    assert Contract.objects.values(*OURS).get() == before
    assert (contract().status, contract().back_office_due, contract().is_disputed) == (
        "blocked",
        Decimal("59.20"),
        False,
    )
    again = folder.run()
    assert "Rien n’a changé" in again.out
    assert again.notes == outcome.notes


def test_one_day_short_still_waits(nantes: Establishment, tmp_path: Path) -> None:
    paid_here(nantes)
    Folder(tmp_path).contracts({"interets_payes_jusquau": "2026-11-22"}).run()
    assert (contract().due_on, contract().credited_until) == (date(2027, 6, 2), PAID_ON)


def test_the_file_that_knows_of_the_payment_is_taken(nantes: Establishment, tmp_path: Path) -> None:
    paid_here(nantes)
    cells = {
        "interets_payes_jusquau": "2026-11-23", "date_echeance": "2027-06-02", "frais": "5",
        "interets_dus": "5", "arrete_au": "2026-11-23",
    }  # fmt: skip
    folder = Folder(tmp_path).contracts(cells)
    assert folder.run().notes == []
    assert (contract().credited_until, contract().fees, contract().is_disputed) == (None, Decimal(5), False)
    # The same dates: the period that the payment left stands.
    assert (contract().period_started_on, contract().duty_paid_for) == (date(2026, 12, 2), date(2026, 12, 2))
    assert "Rien n’a changé" in folder.run().out


def test_a_back_office_that_prolongs_otherwise_is_the_master(nantes: Establishment, tmp_path: Path) -> None:
    paid_here(nantes)
    Folder(tmp_path).contracts({"interets_payes_jusquau": "2026-11-25", "date_echeance": "2027-05-25"}).run()
    assert (contract().due_on, contract().interest_paid_until) == (date(2027, 5, 25), date(2026, 11, 25))
    assert (contract().period_started_on, contract().duty_paid_for) == (date(2026, 11, 25), None)


def test_what_was_repaid_here_stays_repaid(nantes: Establishment, tmp_path: Path) -> None:
    paid_here(nantes)
    Contract.objects.update(principal=Decimal(800), is_partly_repaid_here=True)
    folder = Folder(tmp_path).contracts()
    assert folder.run().reason.startswith("En attente du back-office")
    assert contract().principal == Decimal(800)
    folder.contracts({"montant_prete": "700"}).run()
    assert contract().principal == Decimal(700)
    knows = {"interets_payes_jusquau": "2026-11-23", "date_echeance": "2027-06-02"}
    folder.contracts({"montant_prete": "800", **knows}).run()
    assert (contract().principal, contract().credited_until) == (Decimal(800), None)


@pytest.mark.parametrize(("said", "status"), [("en_cours", "repaid"), ("", "repaid"), ("degage", "redeemed")])
def test_a_loan_repaid_here_is_not_running_again(nantes: Establishment, tmp_path: Path, said: str, status: str) -> None:
    paid_here(nantes)
    Contract.objects.update(status="repaid")
    Folder(tmp_path).contracts({"statut": said}).run()
    assert contract().status == status


def test_a_pledge_day_after_our_own_dates_is_refused(nantes: Establishment, tmp_path: Path) -> None:
    paid_here(nantes)
    outcome = Folder(tmp_path).contracts({"date_engagement": "2027-07-01", "date_echeance": "2027-08-01"}).run()
    assert (outcome.code, outcome.places) == (3, [("contrats.csv", 2, "date_echeance", "2027-08-01")])


def test_the_back_offices_figure_is_compared(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients()
    assert disputed(folder, interets_dus="59,20", arrete_au="2026-11-23") is False
    assert disputed(folder, interets_dus="59,21", arrete_au="2026-11-23") is True
    outcome = folder.run()
    assert (outcome.code, outcome.places) == (0, [("contrats.csv", 2, "interets_dus", "59,21")])
    assert "59,21\u00a0€ au 23\u00a0novembre\u00a02026, notre calcul 59,20\u00a0€" in outcome.reason
    assert "Rien n’a changé" in outcome.out
    assert disputed(folder) is True
    assert disputed(folder, interets_dus="59,20", arrete_au="2026-11-23") is False


def test_an_ended_contract_has_no_figure_to_compare(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients()
    assert disputed(folder, interets_dus="0", arrete_au="2026-11-23") is True
    assert disputed(folder, interets_dus="0", arrete_au="2026-11-23", statut="degage") is False


def test_a_figure_without_its_day_is_refused(nantes: Establishment, tmp_path: Path) -> None:
    outcome: Outcome = Folder(tmp_path).clients().contracts({"interets_dus": "59,20"}).run()
    assert (outcome.code, outcome.places) == (3, [("contrats.csv", 2, "arrete_au", "")])


def test_a_day_without_a_figure_says_nothing(nantes: Establishment, tmp_path: Path) -> None:
    assert Folder(tmp_path).clients().contracts({"arrete_au": "2026-11-23"}).run().notes == []
    assert contract().back_office_due_on is None


def paid_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """The payment settles between the import's first look at the contract and its lock."""
    monkeypatch.setattr(importing, "lock_contracts", lambda takers: pay(contract()))


def test_a_payment_that_settles_meanwhile_is_not_undone(
    nantes: Establishment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = a_contract(a_client(nantes, client_number="C1"), number="V1")
    cells = {"estimation": "1750", "frais": "11,16", "interets_dus": "70,36", "arrete_au": "2026-11-23"}
    paid_meanwhile(monkeypatch)
    outcome = Folder(tmp_path).contracts(cells).run()
    assert outcome.reason.startswith("En attente du back-office")
    signed.refresh_from_db()
    assert (signed.due_on, signed.interest_paid_until, signed.credited_until) == (date(2027, 6, 2), PAID_ON, PAID_ON)
    assert (signed.appraisal, signed.fees, signed.is_disputed) == (Decimal(1750), Decimal(0), False)


def test_what_was_to_change_may_not_any_more(
    nantes: Establishment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_contract(a_client(nantes, client_number="C1"), number="V1")
    paid_meanwhile(monkeypatch)
    outcome = Folder(tmp_path).contracts({"frais": "11,16", "agence": ""}).run()
    assert outcome.reason.startswith("En attente du back-office")
    assert "Rien n’a changé" in outcome.out


def test_a_row_that_the_payment_makes_impossible_is_refused(
    nantes: Establishment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = a_contract(a_client(nantes, client_number="C1"), number="V1")
    paid_meanwhile(monkeypatch)
    outcome = Folder(tmp_path).contracts({"date_engagement": "2027-07-01", "date_echeance": "2027-08-01"}).run()
    assert (outcome.code, outcome.places) == (3, [("contrats.csv", 2, "date_echeance", "2027-08-01")])
    signed.refresh_from_db()
    assert (signed.pledged_on, signed.due_on) == (date(2026, 6, 2), date(2027, 6, 2))


def test_another_contract_is_not_looked_at_again(
    nantes: Establishment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = a_client(nantes, client_number="C1")
    other = a_contract(client, number="V2", appraisal=Decimal(1))
    signed = a_contract(client, number="V1")
    monkeypatch.setattr(importing, "lock_contracts", lambda takers: pay(signed))
    outcome = Folder(tmp_path).contracts({"estimation": "1750"}, {"numero_contrat": "V2", "estimation": "2"}).run()
    assert [place[1] for place in outcome.places] == [2]
    other.refresh_from_db()
    assert (other.appraisal, other.due_on) == (Decimal(2), date(2026, 12, 2))
