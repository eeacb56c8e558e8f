from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db.models import QuerySet
from paying import KEY, MORNING, SECRET_ENV, a_merchant, started
from people import a_contract

from accounts.models import Client
from contracts.models import Contract
from establishments.models import Establishment
from payments.models import MerchantAccount, PaymentAttempt


@pytest.fixture
def bank_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET_ENV, KEY)


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of a race: nothing waits for anything."""

    def unlocked(rows: QuerySet[Any], **options: Any) -> QuerySet[Any]:
        return rows.all()

    monkeypatch.setattr(QuerySet, "select_for_update", unlocked)


@pytest.fixture
def morning() -> Iterator[time_machine.Traveller]:
    """23 November 2026, ten o'clock: in the window of a contract due on 2 December."""
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def merchant(nantes: Establishment, bank_key: None) -> MerchantAccount:
    """Nantes takes cards."""
    return a_merchant(nantes)


@pytest.fixture
def ring(helene: Client) -> Contract:
    """Hélène's: 59.20 € today, and then due on 2 June 2027."""
    return a_contract(helene)


@pytest.fixture
def attempt(helene: Client, ring: Contract) -> PaymentAttempt:
    """Hélène is at the bank, to pay for her ring."""
    return started(helene, ring)
