"""Money back: asked by an agent, true by the bank's word, told, and a numbered document that cancels the receipt."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from paying import ACCEPTED, REFUSED, bank_says, hear, paid, verdicts
from pdf_reader import opened_bytes, squeezed, text_in
from people import a_contract

from accounts.models import Client
from contracts.models import Contract
from journal.models import Event
from messaging.models import Message
from payments.actions import settle
from payments.actions.refunds import (
    NotPaid,
    NotWaiting,
    RefundAsked,
    RefundDropped,
    TooMuch,
    ask_refund,
    drop_refund,
    left_of,
)
from payments.ledger_check import differences
from payments.models import Anomaly, CreditNote, PaymentAttempt, Receipt, Refund

pytestmark = pytest.mark.usefixtures("morning", "merchant")

PRICE = Decimal("59.20")


def give_back(attempt: PaymentAttempt, amount: str = "59.20", number: str = "a" * 32) -> str:
    """The bank's word of a refund; our verdict."""
    cents = str(int(Decimal(amount) * 100))
    facts = {"vads_operation_type": "CREDIT", "vads_amount": cents, "vads_trans_uuid": number}
    settle.hear(establishment=attempt.establishment, raw=bank_says(attempt, ACCEPTED, **facts), by="bank")
    return verdicts()[-1]


def ask(attempt: PaymentAttempt, amount: str = "59.20") -> Any:
    return ask_refund(attempt_pk=attempt.pk, amount=Decimal(amount), reason="Payé aussi au guichet", by="user:7")


def mails(to: str) -> list[str]:
    return list(Message.objects.filter(channel="email", recipient=to).order_by("id").values_list("kind", flat=True))


class TestAsked:
    def test_the_banks_word_makes_it_true(self, helene: Client, ring: Contract) -> None:
        attempt = paid(helene, ring)
        assert isinstance(ask(attempt), RefundAsked)
        assert give_back(attempt) == "remboursement"
        refund = Refund.objects.get()
        assert (refund.state, refund.amount, refund.bank_reference) == ("done", PRICE, "a" * 32)
        assert refund.reason == "Payé aussi au guichet"
        assert left_of(attempt) == 0

    def test_never_more_than_what_is_left(self, helene: Client, ring: Contract) -> None:
        attempt = paid(helene, ring)
        assert ask(attempt, "59.21") == TooMuch(PRICE)
        ask(attempt, "20.00")
        assert ask(attempt, "39.21") == TooMuch(Decimal("39.20"))
        assert isinstance(ask(attempt, "39.20"), RefundAsked)

    def test_what_was_not_paid_cannot_be_given_back(self, attempt: PaymentAttempt) -> None:
        assert ask(attempt) == NotPaid()

    def test_dropped_it_counts_no_more(self, helene: Client, ring: Contract) -> None:
        attempt = paid(helene, ring)
        outcome = ask(attempt)
        assert drop_refund(refund_pk=outcome.refund_pk, by="user:7") == RefundDropped()
        assert drop_refund(refund_pk=outcome.refund_pk, by="user:7") == NotWaiting()
        assert left_of(attempt) == PRICE
        kinds = Event.objects.filter(kind__startswith="refund").order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["refund_asked", "refund_dropped"]


class TestHeard:
    def test_nothing_moves_but_the_refund(self, helene: Client, ring: Contract) -> None:
        attempt = paid(helene, ring)
        ring.refresh_from_db()
        before = (ring.due_on, ring.interest_paid_until, ring.status)
        give_back(attempt)
        ring.refresh_from_db()
        attempt.refresh_from_db()
        assert (ring.due_on, ring.interest_paid_until, ring.status) == before
        assert attempt.state == "paid"
        assert Receipt.objects.count() == 1, "a receipt is never erased"

    def test_said_twice_it_is_one(self, helene: Client, ring: Contract) -> None:
        attempt = paid(helene, ring)
        give_back(attempt)
        assert give_back(attempt) == "remboursement (sans effet)"
        assert Refund.objects.count() == CreditNote.objects.count() == 1

    def test_in_parts(self, helene: Client, ring: Contract) -> None:
        attempt = paid(helene, ring)
        give_back(attempt, "9.20", "a" * 32)
        give_back(attempt, "50.00", "b" * 32)
        assert [note.number for note in CreditNote.objects.order_by("id")] == ["NANTES-A000001", "NANTES-A000002"]
        assert not Anomaly.objects.exists()

    def test_client_and_establishment_are_told(self, helene: Client, ring: Contract) -> None:
        attempt = paid(helene, ring)
        give_back(attempt)
        assert mails(helene.email)[-1] == "refund_made"
        assert mails(helene.establishment.email) == ["refund_to_book"]

    def test_who_has_no_email_is_not_written_to(self, helene: Client, ring: Contract) -> None:
        Client.objects.filter(pk=helene.pk).update(email="")
        helene.refresh_from_db()
        give_back(paid(helene, ring))
        assert not Message.objects.filter(kind="refund_made").exists()

    def test_more_than_was_paid_is_for_an_agent(self, helene: Client, ring: Contract) -> None:
        attempt = paid(helene, ring)
        give_back(attempt, number="a" * 32)
        give_back(attempt, "1.00", "b" * 32)
        anomaly = Anomaly.objects.get()
        assert (anomaly.kind, anomaly.detail) == ("refund_too_high", "60.20 €")

    def test_of_what_was_not_paid_here_too(self, attempt: PaymentAttempt) -> None:
        hear(attempt, REFUSED)
        assert give_back(attempt) == "remboursement"
        assert Anomaly.objects.get().kind == "refund_unpaid"
        assert not CreditNote.objects.exists()

    def test_told_before_the_payment_it_has_its_document_once_paid(self, attempt: PaymentAttempt) -> None:
        give_back(attempt, "9.20", "a" * 32)
        assert Anomaly.objects.get().kind == "refund_unpaid"
        hear(attempt, ACCEPTED)
        hear(attempt, ACCEPTED)
        assert CreditNote.objects.get().refund.amount == Decimal("9.20")
        assert mails(attempt.client.email)[-1] == "refund_made"
        assert not list(differences(attempt.establishment))

    def test_too_much_told_before_the_payment_is_seen_once_paid(self, attempt: PaymentAttempt) -> None:
        give_back(attempt, "60.20")
        hear(attempt, ACCEPTED)
        assert set(Anomaly.objects.values_list("kind", flat=True)) == {"refund_unpaid", "refund_too_high"}


class TestPages:
    def test_the_client_sees_it_and_reads_the_document(
        self, helene_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        attempt = paid(helene, ring)
        give_back(attempt, "20.00")
        page = helene_browser.get(f"/nantes/paiements/{attempt.pk}/").content.decode()
        assert 'data-credit-note="NANTES-A000001"' in page
        assert '<data class="amount" value="20.00">' in page
        answer = helene_browser.get(f"/nantes/paiements/{attempt.pk}/avoirs/1.pdf")
        assert answer["Content-Disposition"] == 'attachment; filename="avoir-NANTES-A000001.pdf"'
        words = text_in(answer.content)
        assert squeezed("Avoir n°\u00a0NANTES-A000001") in words
        assert squeezed("annule le reçu n°\u00a0NANTES-000001, à hauteur de 20,00\u00a0€") in words

    def test_the_receipt_says_that_it_is_cancelled(
        self, helene_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        attempt = paid(helene, ring)
        give_back(attempt)
        pdf = helene_browser.get(f"/nantes/paiements/{attempt.pk}/recu.pdf").content
        assert squeezed("59,20\u00a0€ ont été remboursés") in text_in(pdf)
        assert opened_bytes(pdf).Root.MarkInfo.Marked, "and stays readable by ear"

    def test_another_payments_document_is_not_there(
        self, helene_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        other = paid(helene, a_contract(helene))
        give_back(paid(helene, ring))
        assert helene_browser.get(f"/nantes/paiements/{other.pk}/avoirs/1.pdf").status_code == 404

    def test_it_is_not_drawn_without_end(
        self, helene_browser: Browser, helene: Client, ring: Contract, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        attempt = paid(helene, ring)
        give_back(attempt)
        monkeypatch.setattr("accounts.limits.pdf_made_for", lambda user_pk: 7)
        assert helene_browser.get(f"/nantes/paiements/{attempt.pk}/avoirs/1.pdf").status_code == 429
