"""What goes wrong after the bank, from its word to the agent's note: kept, flagged, told once, given back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from agents import LOGIN, agent_facts
from browsers import log_in
from django.test import Client as Browser
from paying import ACCEPTED, bank_says, hear, paid, started, verdicts
from people import a_contract
from test_refunds import give_back

from accounts.models import Client, User
from contracts.models import Contract
from journal.models import Event
from messaging.models import Message
from payments.actions import settle
from payments.actions.anomalies import close_anomaly
from payments.actions.expire import expire_stale_payments
from payments.actions.refunds import left_of
from payments.actions.settle import Forged
from payments.ledger_check import differences
from payments.models import Anomaly, CreditNote, GatewayMessage, PaymentAttempt, Refund
from web.french import NBSP

pytestmark = pytest.mark.usefixtures("morning", "merchant")


@pytest.fixture
def desk(agent: User) -> Browser:
    """An agent's browser."""
    browser = Browser()
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


def anomaly_page(desk: Browser, anomaly: Anomaly) -> str:
    return desk.get(f"/gestion/payments/anomaly/{anomaly.pk}/change/").content.decode()


def ask_refund(desk: Browser, attempt: PaymentAttempt, amount: str) -> None:
    path = f"/gestion/payments/paymentattempt/{attempt.pk}/rembourser/"
    assert desk.post(path, {"amount": amount, "reason": "Payé deux fois"}).status_code == 302


def settle_with_a_note(desk: Browser, anomaly: Anomaly) -> None:
    desk.post(f"/gestion/payments/anomaly/{anomaly.pk}/regler/", {"note": "Remboursé, client appelé"})
    anomaly.refresh_from_db()
    assert anomaly.closed_at is not None


class TestExpiredThenCharged:
    """The first payment is not heard of, the client pays again, then the bank's word on the first one comes."""

    @pytest.fixture
    def both(self, helene: Client, ring: Contract, morning: time_machine.Traveller) -> tuple[PaymentAttempt, ...]:
        first = started(helene, ring)
        morning.shift(timedelta(minutes=20))
        assert expire_stale_payments(by="system") == 1
        second = paid(helene, ring)
        morning.shift(timedelta(minutes=1))
        hear(first, ACCEPTED, vads_trans_uuid="2" * 32)
        return first, second

    def test_the_money_is_kept_and_the_contract_moves_once(
        self, both: tuple[PaymentAttempt, ...], ring: Contract
    ) -> None:
        first, second = both
        first.refresh_from_db()
        assert first.state == "paid"
        assert [line.credit.is_applied for one in (first, second) for line in one.lines.all()] == [False, True]
        assert not list(differences(ring.establishment))

    def test_it_is_flagged_told_given_back_and_closed(
        self, both: tuple[PaymentAttempt, ...], desk: Browser, helene: Client
    ) -> None:
        first, _ = both
        anomaly = Anomaly.objects.get()
        assert (anomaly.attempt, anomaly.kind) == (first, "not_applied")
        assert Message.objects.filter(kind="payment_to_check", about=f"paymentattempt:{first.pk}").count() == 1
        assert "ou remboursez-le" in anomaly_page(desk, anomaly)
        ask_refund(desk, first, "59,20")
        give_back(first)
        assert Refund.objects.get().state == "done"
        assert CreditNote.objects.get().refund.attempt == first
        settle_with_a_note(desk, anomaly)
        assert not list(differences(helene.establishment))

    def test_the_client_reads_all_of_it(
        self, both: tuple[PaymentAttempt, ...], browser: Browser, helene: Client
    ) -> None:
        first, _ = both
        give_back(first)
        page = log_in(browser, helene).get(f"/nantes/paiements/{first.pk}/").content.decode()
        assert "Votre paiement est reçu, mais votre contrat a changé entre-temps" in page
        assert "L’agence s’occupe du contrat" in page
        assert 'data-credit-note="NANTES-A000001"' in page


class TestPaidTwice:
    """The bank took the same sum twice: what came in excess goes back, and the receipt stands."""

    @pytest.fixture
    def twice(self, helene: Client, ring: Contract) -> PaymentAttempt:
        attempt = paid(helene, ring)
        hear(attempt, ACCEPTED, vads_trans_uuid="2" * 32)
        return attempt

    def test_it_is_kept_flagged_and_given_back(self, desk: Browser, twice: PaymentAttempt) -> None:
        anomaly = Anomaly.objects.get()
        assert (anomaly.kind, anomaly.detail) == ("paid_twice", "2" * 32)
        assert GatewayMessage.objects.filter(attempt=twice).count() == 2
        assert "remboursez l’autre" in anomaly_page(desk, anomaly)
        ask_refund(desk, twice, "59,20")
        give_back(twice)
        refund = Refund.objects.get()
        assert (refund.state, refund.is_surplus) == ("done", True)
        assert not CreditNote.objects.exists(), "the receipt is not cancelled"
        settle_with_a_note(desk, anomaly)
        assert not list(differences(twice.establishment))

    def test_the_client_is_told_that_the_payment_stands(
        self, browser: Browser, twice: PaymentAttempt, helene: Client
    ) -> None:
        give_back(twice)
        assert Message.objects.filter(kind="refund_made", recipient=helene.email).count() == 1
        assert Message.objects.filter(kind="refund_to_book").count() == 1
        page = log_in(browser, helene).get(f"/nantes/paiements/{twice.pk}/").content.decode()
        assert "pris deux fois par la banque" in page
        assert "data-credit-note" not in page

    def test_what_goes_back_beyond_it_cancels_the_receipt(self, twice: PaymentAttempt) -> None:
        assert left_of(twice) == Decimal("118.40")
        give_back(twice, number="a" * 32)
        give_back(twice, number="b" * 32)
        assert [refund.is_surplus for refund in Refund.objects.order_by("pk")] == [True, False]
        assert CreditNote.objects.get().refund.bank_reference == "b" * 32
        assert left_of(twice) == 0
        give_back(twice, "1.00", "c" * 32)
        assert Anomaly.objects.filter(kind="refund_too_high").get().detail == "119.40 €"


class TestOverpaid:
    """The bank took another sum than the one that was sent."""

    def test_it_is_kept_credits_nothing_and_says_what_differs(
        self, desk: Browser, attempt: PaymentAttempt, ring: Contract
    ) -> None:
        hear(attempt, ACCEPTED, vads_amount="7000")
        attempt.refresh_from_db()
        ring.refresh_from_db()
        assert (attempt.state, ring.credited_until) == ("redirected", None)
        assert verdicts() == [f"ne correspond pas{NBSP}: vads_amount"]
        assert "vads_amount=7000" in GatewayMessage.objects.get().raw
        page = anomaly_page(desk, Anomaly.objects.get())
        assert "le montant" in page
        assert "vads_amount" not in page

    def test_given_back_whole_it_is_recorded_without_cancelling_a_receipt(self, attempt: PaymentAttempt) -> None:
        hear(attempt, ACCEPTED, vads_amount="7000")
        assert give_back(attempt, "70.00") == "remboursement"
        refund = Refund.objects.get()
        assert (refund.state, refund.amount) == ("done", Decimal("70.00"))
        assert not CreditNote.objects.exists(), "there was no receipt"
        assert set(Anomaly.objects.values_list("kind", flat=True)) == {"mismatch", "refund_unpaid"}
        assert not list(differences(attempt.establishment))

    def test_the_contract_may_then_be_paid(
        self, attempt: PaymentAttempt, helene: Client, ring: Contract, morning: time_machine.Traveller
    ) -> None:
        hear(attempt, ACCEPTED, vads_amount="7000")
        give_back(attempt, "70.00")
        morning.shift(timedelta(minutes=20))
        assert paid(helene, ring).amount == Decimal("59.20")


class TestFlood:
    def words(self, attempt: PaymentAttempt, count: int) -> list[Any]:
        raw = bank_says(attempt, ACCEPTED, key="faux")
        return [settle.hear(establishment=attempt.establishment, raw=raw, by="bank") for _ in range(count)]

    def test_it_is_told_once_and_belongs_to_no_payment(self, attempt: PaymentAttempt) -> None:
        assert self.words(attempt, 60) == [Forged()] * 60
        assert not Anomaly.objects.exists()
        assert self.words(attempt, 5) == [Forged()] * 5
        anomaly = Anomaly.objects.get()
        assert (anomaly.kind, anomaly.attempt) == ("flood", None)
        assert GatewayMessage.objects.count() == 60
        assert Message.objects.filter(kind="anomaly", recipient=attempt.establishment.email).count() == 1
        assert Event.objects.get(kind="anomaly_found").subject == f"establishment:{attempt.establishment_id}"

    def test_the_banks_true_word_is_heard_all_the_same(self, attempt: PaymentAttempt) -> None:
        self.words(attempt, 65)
        hear(attempt, ACCEPTED)
        attempt.refresh_from_db()
        assert attempt.state == "paid"

    def test_its_page_says_what_to_do_and_closes_it(self, desk: Browser, attempt: PaymentAttempt) -> None:
        self.words(attempt, 61)
        anomaly = Anomaly.objects.get()
        page = anomaly_page(desk, anomaly)
        assert "la clé de la boutique a peut-être changé" in page
        assert "Voir le paiement" not in page
        settle_with_a_note(desk, anomaly)
        self.words(attempt, 1)
        assert Anomaly.objects.filter(closed_at=None).count() == 1, "it goes on"

    def test_closing_it_is_journalled(self, attempt: PaymentAttempt) -> None:
        self.words(attempt, 61)
        close_anomaly(anomaly_pk=Anomaly.objects.get().pk, note="Vu", by="user:7")
        assert Event.objects.filter(kind="anomaly_closed").get().subject == f"establishment:{attempt.establishment_id}"


def test_what_did_not_follow_names_the_contract_that_was_blocked(attempt: PaymentAttempt, helene: Client) -> None:
    """Two contracts, one of them blocked meanwhile: the other one moves."""
    other = a_contract(helene)
    two = started(helene, other, a_contract(helene))
    Contract.objects.filter(pk=other.pk).update(status="blocked")
    hear(two, ACCEPTED)
    assert sorted(line.credit.is_applied for line in two.lines.all()) == [False, True]
    assert Anomaly.objects.get().detail == "contrat bloqué"
