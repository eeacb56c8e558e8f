"""The process dies between two steps of a PayFiP payment: whatever the bank took is found, and nothing stays held."""

from datetime import timedelta
from typing import Any, NoReturn

import pytest
import time_machine
from payfip_bank import at_payfip, decide
from paying import MORNING, start

from accounts.models import Client
from contracts.models import Contract
from payments.actions import ask, opening, settle
from payments.actions.reconcile import Reconciled, reconcile
from payments.actions.start import OfferChanged, Started
from payments.gateways import payfip as gateway
from payments.models import Credit, PaymentAttempt
from testbank.server import BankServer


class Killed(BaseException):
    """No `except Exception` sees it, as none sees kill -9."""


def die(*args: Any, **facts: Any) -> NoReturn:
    raise Killed


def killed_in(place: Any, name: str, call: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, name, die)
        with pytest.raises(Killed):
            call()


@pytest.mark.usefixtures("payfip")
@pytest.mark.parametrize(("place", "name"), [(gateway, "open_session"), (opening, "store_session")])
def test_before_the_session_is_stored(
    morning: time_machine.Traveller, helene: Client, ring: Contract, place: Any, name: str
) -> None:
    """Reserved and committed: held for 20 minutes, then free. The client never had the address of the bank's page."""
    killed_in(place, name, lambda: start(helene, ring))
    attempt = PaymentAttempt.objects.get()
    assert (attempt.state, attempt.bank_session) == ("created", "")
    assert isinstance(start(helene, ring), OfferChanged)
    morning.move_to(MORNING + timedelta(minutes=21))
    assert reconcile(by="system") == Reconciled(answers=0, expired=1, long_pending=0)
    assert isinstance(start(helene, ring), Started)


def test_between_the_banks_answer_and_its_storing(
    payfip: BankServer, morning: time_machine.Traveller, helene: Client, ring: Contract
) -> None:
    attempt = at_payfip(helene, ring)
    decide(payfip, attempt, "accepted")
    killed_in(ask, "_store_answer", lambda: ask.ask_bank(attempt=attempt, by="bank"))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.asked_at) == ("redirected", None)
    assert reconcile(by="system").answers == 1
    attempt.refresh_from_db()
    assert (attempt.state, Credit.objects.count()) == ("paid", 1)


def test_in_the_middle_of_settling(
    payfip: BankServer, morning: time_machine.Traveller, helene: Client, ring: Contract
) -> None:
    """All of it or nothing: the receipt's number is not spent."""
    attempt = at_payfip(helene, ring)
    decide(payfip, attempt, "accepted")
    killed_in(settle, "tell_outcome", lambda: ask.ask_bank(attempt=attempt, by="bank"))
    assert not Credit.objects.exists()
    assert reconcile(by="system").answers == 1
    attempt.refresh_from_db()
    assert attempt.receipt.sequence == 1
