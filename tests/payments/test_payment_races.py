"""Many at once, on PostgreSQL: one credit, one live payment, receipts without gaps.

Each promise has its negative control: without the locks the same crowd must collide, or the test shows nothing.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from at_once import at_once, needs_postgresql
from django.db import IntegrityError
from django.test import Client as Browser
from doors import enter
from paying import ACCEPTED, a_merchant, hear, seal_of, started
from payment_pages import START, html
from people import a_client, a_contract, an_establishment

from accounts.models import Client
from contracts.models import Contract
from payments.actions import moves
from payments.actions import start as starting
from payments.actions.settle import Heard
from payments.actions.start import OfferChanged, Started, start_payment
from payments.models import Credit, LiveContract, PaymentAttempt, Receipt
from payments.receipts import issue

pytestmark = [needs_postgresql, pytest.mark.usefixtures("committed", "bank_key")]

A_MOMENT = 0.05  # seconds between reading and writing: what a lock must survive


@pytest.fixture
def client(committed: None) -> Client:
    nantes = an_establishment()
    a_merchant(nantes)
    return a_client(nantes, email="")


@pytest.fixture
def slow_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment passes between what an action reads and what it writes."""
    for module, name in ((moves, "_release_contracts"), (starting, "_new_attempt"), (issue, "_content")):
        monkeypatch.setattr(module, name, _after_a_moment(getattr(module, name)))


def _after_a_moment(function: Callable[..., Any]) -> Callable[..., Any]:
    def slow(*args: Any) -> Any:
        time.sleep(A_MOMENT)
        return function(*args)

    return slow


def notices(client: Client, count: int) -> list[Any]:
    attempt = started(client, a_contract(client))
    return at_once([lambda: hear(attempt, ACCEPTED)] * count)


def starts(client: Client) -> list[Any]:
    contract = a_contract(client)
    seal = seal_of(client, [contract])
    return at_once([lambda: start_payment(client=client, numbers=[contract.number], seal=seal, by="user:1")] * 2)


def settlements(client: Client, count: int) -> list[Any]:
    attempts = [started(client, a_contract(client)) for _ in range(count)]
    return at_once([partial(hear, attempt, ACCEPTED) for attempt in attempts])


@pytest.mark.usefixtures("slow_hands")
class TestWithLocks:
    def test_fifty_notices_of_one_payment_credit_once(self, client: Client) -> None:
        assert notices(client, 50) == [Heard()] * 50
        assert Credit.objects.count() == Receipt.objects.count() == 1
        assert PaymentAttempt.objects.get().messages.count() == 50

    def test_two_starts_of_one_contract_make_one_live_payment(self, client: Client) -> None:
        outcomes = starts(client)
        assert {type(outcome) for outcome in outcomes} == {Started, OfferChanged}
        assert PaymentAttempt.objects.count() == LiveContract.objects.count() == 1

    def test_two_browsers_make_one_live_payment(self, client: Client) -> None:
        """Both show the confirm page; one leaves for the bank, the other is told that a payment is under way."""
        contract = a_contract(client)
        fields = {"contract": contract.number, "seal": seal_of(client, [contract])}
        browsers = [Browser(), Browser()]
        for browser in browsers:
            enter(browser, client)
        answers = at_once([partial(browser.post, START, fields) for browser in browsers])
        assert sorted(answer.status_code for answer in answers) == [200, 422]
        left = next(answer for answer in answers if answer.status_code == 422)
        assert "Un paiement est en cours pour ce contrat." in html(left)
        assert PaymentAttempt.objects.count() == LiveContract.objects.count() == 1

    def test_payments_settling_together_get_receipts_without_gaps(self, client: Client) -> None:
        assert settlements(client, 6) == [Heard()] * 6
        assert sorted(Receipt.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5, 6]

    def test_crossed_contracts_make_no_deadlock(self, client: Client) -> None:
        first, second = a_contract(client), a_contract(client)
        one = started(client, first, second)
        Contract.objects.update(payment_started_at=None)
        LiveContract.objects.all().delete()
        other = started(client, second, first)
        calls = [lambda: hear(one, ACCEPTED), lambda: hear(other, ACCEPTED)] * 4
        assert at_once(calls) == [Heard()] * 8
        assert sorted(Credit.objects.values_list("is_applied", flat=True)) == [False, False, True, True]


@pytest.mark.usefixtures("slow_hands", "without_locks")
class TestWithoutLocks:
    """Only the constraints of the database stand: they refuse what the locks would have avoided."""

    def test_notices_collide(self, client: Client) -> None:
        assert any(isinstance(outcome, IntegrityError) for outcome in notices(client, 6))

    def test_starts_collide(self, client: Client) -> None:
        assert any(isinstance(outcome, IntegrityError) for outcome in starts(client))

    def test_settlements_collide(self, client: Client) -> None:
        assert any(isinstance(outcome, IntegrityError) for outcome in settlements(client, 6))
