"""What was repaid or prolonged here stands until a file shows that it knows, whatever else the file says."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from people import a_client, a_contract
from portfolio_folders import Folder

from contracts.actions.remind import send_reminders
from contracts.capital import repaying
from contracts.crediting import credit
from contracts.models import Contract
from contracts.standing import standing_of
from establishments.models import Establishment

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TODAY = NOW.date()
PAID = {"interets_payes_jusquau": "2026-11-23"}
PROLONGED = {**PAID, "date_echeance": "2027-06-02"}
SETTLED: dict[str, Any] = {"interest_paid_until": TODAY, "duty_paid_for": date(2026, 12, 2)}


@pytest.fixture
def open_nantes(nantes: Establishment) -> Establishment:
    nantes.redemption_online = nantes.partial_repayment_online = True
    nantes.save()
    return nantes


def owed(nantes: Establishment, **facts: Any) -> Contract:
    return a_contract(a_client(nantes, client_number="C1"), number="V1", **facts)


def repay(contract: Contract, capital: int) -> None:
    full = Contract.objects.select_related("establishment", "tariff", "agency").get(pk=contract.pk)
    standing = repaying(standing_of(full, on=TODAY, now=NOW), Decimal(capital))
    assert standing is not None
    assert standing.quote is not None
    credit(full, quote=standing.quote, effect=standing.effect, now=NOW)  # type: ignore[arg-type] # a settlement


def after(contract: Contract, folder: Path, *nights: dict[str, str]) -> Contract:
    for night in nights:
        Folder(folder).contracts(night).run()
    contract.refresh_from_db()
    return contract


class TestWhole:
    @pytest.mark.parametrize(
        "nights",
        [[{}], [PAID], [{**PAID, "statut": "bloque"}, PAID], [{"statut": "au_role"}]],
        ids=["knows nothing", "booked the interest", "blocked for a night", "listed for sale"],
    )
    def test_it_is_not_owed_again(self, open_nantes: Establishment, tmp_path: Path, nights: Any) -> None:
        contract = owed(open_nantes)
        repay(contract, 1000)
        found = after(contract, tmp_path, *nights)
        assert (found.status, found.principal, found.credited_until) == ("repaid", Decimal(1000), TODAY)
        assert send_reminders(on=date(2026, 11, 24), by="system").warnings == 0

    def test_with_the_interest_paid_before(self, open_nantes: Establishment, tmp_path: Path) -> None:
        contract = owed(open_nantes, **SETTLED)
        repay(contract, 1000)
        assert after(contract, tmp_path, PAID).status == "repaid"

    @pytest.mark.parametrize(("statut", "status"), [("degage", "redeemed"), ("clos", "closed")])
    def test_until_the_file_ends_the_contract(
        self, open_nantes: Establishment, tmp_path: Path, statut: str, status: str
    ) -> None:
        contract = owed(open_nantes)
        repay(contract, 1000)
        found = after(contract, tmp_path, {**PAID, "statut": statut})
        assert (found.status, found.credited_until) == (status, None)

    def test_each_night_that_waits_is_remarked(self, open_nantes: Establishment, tmp_path: Path) -> None:
        contract = owed(open_nantes)
        repay(contract, 1000)
        outcome = Folder(tmp_path).contracts(PAID).run()
        assert "En attente du back-office" in str(outcome.notes)


class TestPart:
    @pytest.mark.parametrize("facts", [{}, SETTLED], ids=["with interest", "nothing due"])
    def test_the_larger_loan_does_not_come_back(self, open_nantes: Establishment, tmp_path: Path, facts: Any) -> None:
        contract = owed(open_nantes, **facts)
        repay(contract, 200)
        for night in ({}, PAID, PROLONGED):
            assert after(contract, tmp_path, night).principal == Decimal(800)

    def test_until_the_file_has_it(self, open_nantes: Establishment, tmp_path: Path) -> None:
        contract = owed(open_nantes)
        repay(contract, 200)
        found = after(contract, tmp_path, {**PROLONGED, "montant_prete": "800"})
        assert (found.principal, found.is_partly_repaid_here, found.credited_until) == (Decimal(800), False, None)
        assert after(contract, tmp_path, {**PROLONGED, "montant_prete": "850"}).principal == Decimal(850)

    def test_while_it_waits_the_files_own_dates_are_taken(self, open_nantes: Establishment, tmp_path: Path) -> None:
        """Interest paid at the counter since then is not owed here."""
        contract = owed(open_nantes)
        repay(contract, 200)
        found = after(contract, tmp_path, {**PROLONGED, "interets_payes_jusquau": "2026-12-20"})
        assert (found.interest_paid_until, found.principal) == (date(2026, 12, 20), Decimal(800))


class TestProlongedForNothing:
    def test_the_old_due_date_does_not_come_back(self, nantes: Establishment, tmp_path: Path) -> None:
        contract = owed(nantes, **SETTLED)
        full = Contract.objects.select_related("establishment", "tariff", "agency").get(pk=contract.pk)
        standing = standing_of(full, on=TODAY, now=NOW)
        assert standing.quote is not None
        credit(full, quote=standing.quote, effect=standing.effect, now=NOW)  # type: ignore[arg-type] # a settlement
        assert after(contract, tmp_path, PAID).due_on == date(2027, 6, 2)
        found = after(contract, tmp_path, PROLONGED)
        assert (found.due_on, found.due_on_before, found.credited_until) == (date(2027, 6, 2), None, None)
        assert after(contract, tmp_path, PAID).due_on == date(2026, 12, 2), "from then on the file is the master"
