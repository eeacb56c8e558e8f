"""PayFiP under a crowd, on PostgreSQL: notifications and sweeps credit once, browsers open one session."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from at_once import at_once, needs_postgresql
from django.db import IntegrityError
from django.test import Client as Browser
from payfip_bank import at_payfip, decide, notify, payfip_merchant
from paying import seal_of
from people import a_client, a_contract, an_establishment

from accounts.models import Client
from payments.actions import ask, moves, opening
from payments.actions.ask import ask_due_payments
from payments.actions.start import OfferChanged, Started, start_payment
from payments.models import Credit, GatewayMessage, LiveContract, PaymentAttempt, Receipt
from testbank.server import BankServer

pytestmark = [needs_postgresql, pytest.mark.usefixtures("committed")]

A_MOMENT = 0.05  # seconds between reading and writing: what a lock must survive


@pytest.fixture
def client(committed: None, payfip_bank: BankServer) -> Client:
    nantes = an_establishment()
    payfip_merchant(nantes, payfip_bank.payfip_url)
    return a_client(nantes)


def after_a_moment(function: Callable[..., Any]) -> Callable[..., Any]:
    def slow(*args: Any, **facts: Any) -> Any:
        time.sleep(A_MOMENT)
        return function(*args, **facts)

    return slow


@pytest.fixture(autouse=True)
def _slow_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "_release_contracts", after_a_moment(moves._release_contracts))


def test_twenty_notifications_and_two_sweeps_credit_once(client: Client, payfip_bank: BankServer) -> None:
    attempt = at_payfip(client, a_contract(client))
    decide(payfip_bank, attempt, "accepted")
    calls: list[Callable[[], Any]] = [lambda: notify(Browser(), attempt.bank_session)] * 20
    sweeps: list[Callable[[], Any]] = [lambda: ask_due_payments(by="system")] * 2
    answers = at_once([*calls, *sweeps])
    assert answers[:20] == [200] * 20
    assert (Credit.objects.count(), Receipt.objects.count()) == (1, 1)
    assert GatewayMessage.objects.filter(verdict="payé").count() == 1


@pytest.mark.usefixtures("without_locks")
def test_without_the_lock_the_same_crowd_collides(client: Client, payfip_bank: BankServer) -> None:
    """The negative control: the database's own promise, one credit a line, is what refuses then."""
    attempt = at_payfip(client, a_contract(client))
    decide(payfip_bank, attempt, "accepted")
    answers = at_once([lambda: ask.ask_bank(attempt=attempt, by="bank")] * 8)
    assert any(isinstance(answer, IntegrityError) for answer in answers)


def test_two_browsers_open_one_session(client: Client, payfip_bank: BankServer) -> None:
    contract = a_contract(client)
    seal = seal_of(client, [contract])
    answers = at_once([lambda: start_payment(client=client, numbers=[contract.number], seal=seal, by="user:1")] * 4)
    assert sorted(type(answer).__name__ for answer in answers) == [OfferChanged.__name__] * 3 + [Started.__name__]
    assert (PaymentAttempt.objects.count(), LiveContract.objects.count()) == (1, 1)
    assert len(payfip_bank.bank.describe_all()) == 1


def test_a_notification_that_comes_before_the_session_is_stored(
    client: Client, payfip_bank: BankServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bank was quicker than our commit: it is told 404 and the sweep asks."""
    store = opening.store_session
    statuses: list[int] = []

    def notified_first(**facts: Any) -> bool:
        assert payfip_bank.bank.payfip.knows(facts["idop"])
        statuses.append(notify(Browser(), facts["idop"]))
        return store(**facts)

    monkeypatch.setattr(opening, "store_session", notified_first)
    attempt = at_payfip(client, a_contract(client))
    decide(payfip_bank, attempt, "accepted")
    assert statuses == [404]
    assert ask_due_payments(by="system") == 1
    attempt.refresh_from_db()
    assert attempt.state == "paid"
