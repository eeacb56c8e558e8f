"""A payment settles while the night's import rewrites its contract, on PostgreSQL: in either order, neither is lost."""

import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from at_once import at_once, needs_postgresql
from paying import ACCEPTED, NEXT_DUE, TODAY, a_merchant, hear, started
from people import a_client, a_contract, an_establishment
from portfolio_folders import Folder, Outcome

from contracts.models import Contract
from contracts.portfolio import contract_rows, importing
from payments.actions import settle
from payments.actions.settle import Heard
from payments.ledger_check import differences
from payments.models import Credit, PaymentAttempt

pytestmark = [needs_postgresql, pytest.mark.usefixtures("committed", "bank_key", "morning")]

A_MOMENT = 0.3  # seconds: long enough for the other to come up to the lock
FILE = {"montant_prete": "1000", "estimation": "1750", "frais": "11,16"}


@pytest.fixture
def attempt(committed: None) -> PaymentAttempt:
    """At the bank, for a contract that the night's file describes, too."""
    nantes = an_establishment()
    a_merchant(nantes)
    client = a_client(nantes, client_number="C1")
    return started(client, a_contract(client, number="V1"))


def meeting(attempt: PaymentAttempt, folder: Path, *, after: Event, second: str) -> tuple[Any, Outcome]:
    """Both at once; the `second` one starts when the first one is in the middle of its work."""
    files = Folder(folder).contracts(FILE)

    def when(name: str, act: Callable[[], Any]) -> Callable[[], Any]:
        def waiting() -> Any:
            if name == second:
                assert after.wait(timeout=20)
            return act()

        return waiting

    calls = [when("payment", lambda: hear(attempt, ACCEPTED)), when("import", files.run)]
    heard, imported = at_once(calls)
    return heard, imported


def slowed(monkeypatch: pytest.MonkeyPatch, holder: Any, name: str) -> Event:
    """Between what it reads and what it writes, it says so and takes its time."""
    is_inside, function = Event(), getattr(holder, name)

    def slow(*args: Any, **options: Any) -> Any:
        is_inside.set()
        time.sleep(A_MOMENT)
        return function(*args, **options)

    monkeypatch.setattr(holder, name, slow)
    return is_inside


def dates(contract: Contract) -> tuple[object, ...]:
    return contract.due_on, contract.interest_paid_until, contract.credited_until


def test_the_import_is_first(attempt: PaymentAttempt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The payment waits, then finds new fees that its quote did not know: they stay to be paid."""
    is_inside = slowed(monkeypatch, contract_rows.ContractTaker, "write")
    heard, imported = meeting(attempt, tmp_path, after=is_inside, second="payment")
    contract = Contract.objects.get()
    assert (heard, imported.code) == (Heard(), 0)
    assert dates(contract) == (NEXT_DUE, TODAY, TODAY)
    assert (contract.appraisal, contract.fees) == (Decimal(1750), Decimal("11.16"))
    assert Credit.objects.get().is_applied
    assert not list(differences(attempt.establishment))


def test_the_payment_is_first(attempt: PaymentAttempt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The import looks again once it has the lock: it takes what a file may say of a contract paid here."""
    is_inside = slowed(monkeypatch, settle, "issue_receipt")
    heard, imported = meeting(attempt, tmp_path, after=is_inside, second="import")
    contract = Contract.objects.get()
    assert (heard, imported.code) == (Heard(), 0)
    assert dates(contract) == (NEXT_DUE, TODAY, TODAY)
    assert (contract.appraisal, contract.fees) == (Decimal(1750), Decimal(0))
    assert imported.reason.startswith("En attente du back-office")
    assert not list(differences(attempt.establishment))


def test_without_its_locks_the_import_would_undo_the_payment(
    attempt: PaymentAttempt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: it writes the dates that it had read before."""
    monkeypatch.setattr(importing, "lock_contracts", lambda takers: None)
    is_inside = slowed(monkeypatch, contract_rows.ContractTaker, "write")
    heard, imported = meeting(attempt, tmp_path, after=is_inside, second="payment")
    assert (heard, imported.code) == (Heard(), 0)
    assert dates(Contract.objects.get()) != (NEXT_DUE, TODAY, TODAY)
