from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from agents import LOGIN, agent_facts
from django.db.models import QuerySet
from django.test import Client as Browser
from payfip_bank import LyingBank, a_lying_bank, payfip_merchant
from paying import KEY, MORNING, SECRET_ENV, a_merchant, started
from people import a_contract

from accounts.models import Client, User
from contracts.models import Contract
from establishments.models import Establishment
from payments.models import MerchantAccount, PaymentAttempt
from testbank import server
from testbank.server import BankServer


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


@pytest.fixture
def payfip_bank() -> Iterator[BankServer]:
    """The test bank, over loopback."""
    bank = server.start(late_after=0.2)
    yield bank
    bank.stop()


@pytest.fixture
def payfip(nantes: Establishment, payfip_bank: BankServer) -> BankServer:
    """Nantes is paid by PayFiP, at the test bank."""
    payfip_merchant(nantes, payfip_bank.payfip_url)
    return payfip_bank


@pytest.fixture
def liar(nantes: Establishment) -> Iterator[LyingBank]:
    """Nantes is paid by PayFiP, whose service answers anything."""
    with a_lying_bank() as bank:
        payfip_merchant(nantes, bank.url)
        yield bank


@pytest.fixture
def agent_browser(browser: Browser, agent: User) -> Browser:
    browser.post(LOGIN, agent_facts(agent))
    return browser
