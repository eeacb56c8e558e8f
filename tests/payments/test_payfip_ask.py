"""When PayFiP says nothing it is asked: before a payment expires, and for a day after."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from browsers import CommittingBrowser, log_in
from django.core.management import call_command
from payfip_bank import LyingBank, at_payfip, decide, payfip_merchant
from paying import MORNING, seal_of, start, verdicts
from payment_pages import START, html
from people import a_contract

from accounts.models import Client
from contracts.models import Contract
from establishments.models import Establishment
from payments.actions.ask import ask_due_payments, due_to_ask
from payments.actions.reconcile import Reconciled, reconcile
from payments.actions.start import EarlierUnknown, OfferChanged, Started
from payments.gateways import payfip as gateway
from payments.gateways.payfip import NoAnswer
from payments.models import PaymentAttempt
from testbank.payfip import soap
from testbank.payment import Outcome
from testbank.server import BankServer


def after(traveller: time_machine.Traveller, **delay: int) -> None:
    traveller.move_to(MORNING + timedelta(**delay))


def test_a_payment_whose_notification_was_lost_is_settled_by_the_sweep(
    payfip: BankServer, morning: time_machine.Traveller, helene: Client, ring: Contract, capsys: Any
) -> None:
    attempt = at_payfip(helene, ring)
    decide(payfip, attempt, "accepted")
    after(morning, minutes=5)
    call_command("reconcile_payments")
    assert capsys.readouterr().out.startswith("1\xa0réponse de banque, 0\xa0paiement sans suite")
    attempt.refresh_from_db()
    assert (attempt.state, attempt.settled_at) == ("paid", MORNING + timedelta(minutes=5))


def test_it_is_asked_before_it_expires(
    payfip: BankServer, morning: time_machine.Traveller, helene: Client, ring: Contract
) -> None:
    attempt = at_payfip(helene, ring)
    decide(payfip, attempt, "accepted")
    after(morning, minutes=30)
    assert reconcile(by="system") == Reconciled(answers=1, expired=0, long_pending=0)
    attempt.refresh_from_db()
    assert attempt.state == "paid"


def test_without_a_result_it_expires_and_may_still_be_paid(
    payfip: BankServer, morning: time_machine.Traveller, helene: Client, ring: Contract
) -> None:
    attempt = at_payfip(helene, ring)
    decide(payfip, attempt, "silent")
    after(morning, minutes=21)
    assert reconcile(by="system") == Reconciled(answers=1, expired=1, long_pending=0)
    assert verdicts()[-1] == "pas encore de résultat\xa0: P5"
    payfip.bank.payfip.notify_again(attempt.bank_session, Outcome.ACCEPTED)
    after(morning, hours=20)
    assert reconcile(by="system") == Reconciled(answers=1, expired=0, long_pending=0)
    attempt.refresh_from_db()
    assert attempt.state == "paid"


def test_a_paid_one_is_not_asked_again(
    payfip: BankServer, morning: time_machine.Traveller, helene: Client, ring: Contract
) -> None:
    decide(payfip, at_payfip(helene, ring), "accepted")
    assert ask_due_payments(by="system") == 1
    after(morning, hours=1)
    assert ask_due_payments(by="system") == 0


def test_the_older_the_less_often_and_never_after_26_hours(
    payfip: BankServer, morning: time_machine.Traveller, helene: Client, ring: Contract
) -> None:
    at_payfip(helene, ring)
    asked = []
    for minutes in range(0, 27 * 60, 5):
        after(morning, minutes=minutes)
        if ask_due_payments(by="system"):
            asked.append(minutes)
    assert asked[:6] == [0, 5, 10, 15, 20, 25]
    assert max(later - sooner for sooner, later in pairwise(asked)) > 200
    assert len(asked) < 40
    assert asked[-1] < 26 * 60


def test_nothing_yet_is_kept_once(
    payfip: BankServer, morning: time_machine.Traveller, helene: Client, ring: Contract
) -> None:
    at_payfip(helene, ring)
    for minutes in (5, 10, 15):
        after(morning, minutes=minutes)
        ask_due_payments(by="system")
    assert verdicts() == ["ouvert à la banque", "pas encore de résultat\xa0: P5"]


def test_a_session_that_the_night_has_cleaned_is_no_news(
    payfip: BankServer, morning: time_machine.Traveller, helene: Client, ring: Contract
) -> None:
    attempt = at_payfip(helene, ring)
    after(morning, hours=25)
    assert ask_due_payments(by="system") == 1
    assert verdicts()[-1] == "pas encore de résultat\xa0: P1"
    attempt.refresh_from_db()
    assert attempt.state == "redirected"


@pytest.mark.usefixtures("morning")
def test_a_silent_bank_is_asked_once_a_run_and_others_are_asked(
    liar: LyingBank, payfip_bank: BankServer, helene: Client, anh: Client, paris: Establishment
) -> None:
    payfip_merchant(paris, payfip_bank.payfip_url)
    sessions = iter(range(10))
    liar.answer = lambda _: (
        200,
        soap.answer("creerPaiementSecurise", {"idOp": f"session-{next(sessions)}"}).encode(),
    )
    for _ in range(3):
        at_payfip(helene, a_contract(helene))
    decide(payfip_bank, at_payfip(anh, a_contract(anh)), "accepted")
    liar.answer = lambda _: (500, b"")
    assert ask_due_payments(by="system") == 1
    assert len(liar.asked) == 3 + 1
    assert PaymentAttempt.objects.get(state="paid").client == anh


def test_payments_of_banks_that_call_are_not_asked(morning: object, merchant: object, attempt: PaymentAttempt) -> None:
    assert due_to_ask(MORNING + timedelta(minutes=10)) == []


def test_before_a_second_payment_the_bank_is_asked_about_the_first(
    payfip: BankServer, morning: time_machine.Traveller, helene: Client, ring: Contract
) -> None:
    """It was paid, and nobody told us: paying again would be paying twice."""
    attempt = at_payfip(helene, ring)
    decide(payfip, attempt, "accepted")
    after(morning, minutes=25)
    assert isinstance(start(helene, ring), OfferChanged)
    attempt.refresh_from_db()
    assert attempt.state == "paid"


def test_a_bank_that_cannot_be_asked_about_the_first_begins_no_second(
    liar: LyingBank, morning: time_machine.Traveller, helene: Client, ring: Contract
) -> None:
    liar.answer = lambda _: (200, soap.answer("creerPaiementSecurise", {"idOp": "session-0"}).encode())
    first = at_payfip(helene, ring)
    liar.answer = lambda _: (503, b"")
    after(morning, minutes=25)
    asked = len(liar.asked)
    assert isinstance(start(helene, ring), EarlierUnknown)
    assert len(liar.asked) == asked + 1
    answer = log_in(CommittingBrowser(), helene).post(START, {"contract": ring.number, "seal": seal_of(helene, [ring])})
    assert answer.status_code == 422
    assert "Pour ne pas payer deux fois, réessayez dans quelques minutes." in html(answer)
    first.refresh_from_db()
    assert first.state == "redirected"


def test_a_first_one_without_a_result_lets_the_second_begin(
    payfip: BankServer, morning: time_machine.Traveller, helene: Client, ring: Contract
) -> None:
    first = at_payfip(helene, ring)
    after(morning, minutes=25)
    assert isinstance(start(helene, ring), Started)
    first.refresh_from_db()
    assert first.state == "expired"


def test_one_that_expired_while_the_bank_was_down_is_asked_about_before_another(
    payfip: BankServer, helene: Client, ring: Contract, monkeypatch: pytest.MonkeyPatch, morning: time_machine.Traveller
) -> None:
    """Paid at the bank, which was silent for one sweep: a second payment would be a second debit."""
    first = at_payfip(helene, ring)
    decide(payfip, first, "accepted")
    morning.shift(timedelta(minutes=21))
    with monkeypatch.context() as down:
        down.setattr(gateway, "ask", lambda *_: NoAnswer("personne"))
        reconcile(by="sweep")
    first.refresh_from_db()
    assert first.state == "expired"
    assert isinstance(start(helene, ring), OfferChanged)
    first.refresh_from_db()
    assert first.state == "paid"
