"""PayFiP tells of no refund: an agent writes that the accounting officer made it."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from payfip_bank import at_payfip, decide, notify
from paying import paid
from test_payment_desk import ask, page_of

from accounts.models import Client
from contracts.models import Contract
from journal.models import Event
from payments.actions.refunds import (
    BankTells,
    KnownReference,
    NotWaiting,
    RefundMade,
    ask_refund,
    drop_refund,
    note_refund_made,
)
from payments.models import CreditNote, PaymentAttempt, Refund
from testbank.server import BankServer

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def paid_by_payfip(payfip: BankServer, helene: Client, ring: Contract) -> PaymentAttempt:
    attempt = at_payfip(helene, ring)
    decide(payfip, attempt, "accepted")
    notify(Browser(), attempt.bank_session)
    attempt.refresh_from_db()
    assert attempt.state == "paid"
    return attempt


def made(refund: Refund, reference: str = "MANDAT-2026-118") -> Any:
    return note_refund_made(refund_pk=refund.pk, reference=reference, by="user:9")


def asked(attempt: PaymentAttempt, amount: str) -> Refund:
    ask_refund(attempt_pk=attempt.pk, amount=Decimal(amount), reason="Erreur", by="user:9")
    return attempt.refunds.get(state="asked")


def test_it_is_done_with_its_reference_and_its_document(paid_by_payfip: PaymentAttempt) -> None:
    refund = asked(paid_by_payfip, "20.00")
    assert made(refund) == RefundMade()
    refund.refresh_from_db()
    assert (refund.state, refund.bank_reference) == ("done", "MANDAT-2026-118")
    assert CreditNote.objects.get().refund == refund
    assert Event.objects.filter(kind="payment_refunded", actor="user:9").count() == 1


def test_once(paid_by_payfip: PaymentAttempt) -> None:
    refund = asked(paid_by_payfip, "20.00")
    made(refund)
    assert made(refund) == NotWaiting()
    assert made(asked(paid_by_payfip, "5.00")) == KnownReference()
    assert CreditNote.objects.count() == 1


def test_one_that_was_dropped_is_not_made(paid_by_payfip: PaymentAttempt) -> None:
    refund = asked(paid_by_payfip, "20.00")
    drop_refund(refund_pk=refund.pk, by="user:9")
    assert made(refund) == NotWaiting()
    assert not CreditNote.objects.exists()


def test_where_the_bank_tells_an_agent_s_word_is_nothing(merchant: object, helene: Client, ring: Contract) -> None:
    assert made(asked(paid(helene, ring), "20.00")) == BankTells()
    assert not CreditNote.objects.exists()


class TestThePage:
    def test_it_says_who_makes_it_and_asks_for_the_reference(
        self, agent_browser: Browser, paid_by_payfip: PaymentAttempt
    ) -> None:
        ask(agent_browser, paid_by_payfip, "20")
        page = agent_browser.get(page_of(paid_by_payfip)).content.decode()
        assert "Demandez maintenant ce remboursement au comptable." in page
        assert "à faire par le comptable" in page
        assert f"donnez-lui la référence {paid_by_payfip.order_id}" in page
        way = f"/gestion/payments/paymentattempt/{paid_by_payfip.pk}/rembourse/{Refund.objects.get().pk}/"
        assert f'action="{way}"' in page
        assert agent_browser.post(way, {"reference": ""}).status_code == 422
        done = agent_browser.post(way, {"reference": "MANDAT-118"}, follow=True).content.decode()
        assert "C’est remboursé. Le client est prévenu, et l’avoir est fait." in done
        assert "avoir n°&nbsp;NANTES-A000001" in done
        assert "Rien n’a changé" in agent_browser.post(way, {"reference": "x"}, follow=True).content.decode()
        ask(agent_browser, paid_by_payfip, "5")
        again = way.replace(f"/{Refund.objects.first().pk}/", f"/{Refund.objects.last().pk}/")  # type: ignore[union-attr]
        answer = agent_browser.post(again, {"reference": "MANDAT-118"}, follow=True).content.decode()
        assert "cette référence est celle d’un autre remboursement" in answer

    def test_where_the_bank_tells_there_is_no_such_form(
        self, agent_browser: Browser, merchant: object, helene: Client, ring: Contract
    ) -> None:
        attempt = paid(helene, ring)
        ask(agent_browser, attempt, "20")
        assert "/rembourse/" not in agent_browser.get(page_of(attempt)).content.decode()
        way = f"/gestion/payments/paymentattempt/{attempt.pk}/rembourse/{Refund.objects.get().pk}/"
        answer = agent_browser.post(way, {"reference": "x"}, follow=True).content.decode()
        assert "c’est la banque qui dit qu’elle a remboursé" in answer
