"""What agents do after the bank, page by page."""

from typing import Any

import pytest
from django.test import Client as Browser
from paying import ACCEPTED, hear, paid
from test_refunds import give_back

from accounts.models import Client
from contracts.models import Contract
from payments.models import Anomaly, PaymentAttempt, Refund

pytestmark = pytest.mark.usefixtures("morning", "merchant")


def page_of(attempt: PaymentAttempt) -> str:
    return f"/gestion/payments/paymentattempt/{attempt.pk}/change/"


def ask(browser: Browser, attempt: PaymentAttempt, amount: str, reason: str = "Erreur") -> Any:
    path = f"/gestion/payments/paymentattempt/{attempt.pk}/rembourser/"
    return browser.post(path, {"amount": amount, "reason": reason})


class TestRefund:
    def test_asked_then_made_on_the_banks_site(self, agent_browser: Browser, helene: Client, ring: Contract) -> None:
        attempt = paid(helene, ring)
        assert "Demander ce remboursement" in agent_browser.get(page_of(attempt)).content.decode()
        assert ask(agent_browser, attempt, "59,20").headers["Location"] == page_of(attempt)
        page = agent_browser.get(page_of(attempt)).content.decode()
        assert "Faites maintenant ce remboursement sur le site de la banque." in page
        assert "Demander ce remboursement" not in page, "nothing is left"
        give_back(attempt)
        assert "avoir n°&nbsp;NANTES-A000001" in agent_browser.get(page_of(attempt)).content.decode()

    @pytest.mark.parametrize(
        ("amount", "words"),
        [
            ("60", "Il reste 59,20\u00a0€ à rembourser au plus."),
            ("0", "Le montant est supérieur à zéro."),
            ("beaucoup", "Écrivez un montant comme 59,20."),
        ],
    )
    def test_a_refusal_keeps_what_was_typed(
        self, agent_browser: Browser, helene: Client, ring: Contract, amount: str, words: str
    ) -> None:
        answer = ask(agent_browser, paid(helene, ring), amount)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert f'value="{amount}"' in answer.content.decode()
        assert not Refund.objects.exists()

    def test_a_payment_that_is_none(self, agent_browser: Browser, attempt: PaymentAttempt) -> None:
        assert "Demander ce remboursement" not in agent_browser.get(page_of(attempt)).content.decode()
        answer = ask(agent_browser, attempt, "10")
        assert answer.status_code == 422
        assert "il n’y a rien à rembourser" in answer.content.decode()

    def test_dropped(self, agent_browser: Browser, helene: Client, ring: Contract) -> None:
        attempt = paid(helene, ring)
        ask(agent_browser, attempt, "10")
        drop = f"/gestion/payments/paymentattempt/{attempt.pk}/rembourser/{Refund.objects.get().pk}/"
        agent_browser.post(drop)
        assert Refund.objects.get().state == "dropped"
        assert "Rien n’a changé" in agent_browser.post(drop, follow=True).content.decode()


class TestToCheck:
    @pytest.fixture
    def anomaly(self, attempt: PaymentAttempt) -> Anomaly:
        hear(attempt, ACCEPTED, vads_amount="1")
        return Anomaly.objects.get()

    def test_it_says_what_to_do(self, agent_browser: Browser, anomaly: Anomaly) -> None:
        page = agent_browser.get(f"/gestion/payments/anomaly/{anomaly.pk}/change/").content.decode()
        assert "Cherchez cette référence sur le site de la banque." in page
        assert "C’est réglé" in page

    def test_closed_by_a_note(self, agent_browser: Browser, anomaly: Anomaly) -> None:
        close = f"/gestion/payments/anomaly/{anomaly.pk}/regler/"
        assert agent_browser.post(close, {"note": ""}).status_code == 422
        page = agent_browser.post(close, {"note": "Vu avec la banque"}, follow=True).content.decode()
        assert "C’est réglé. Votre note est gardée." in page
        assert "un collègue l’a déjà réglé" in agent_browser.post(close, {"note": "x"}, follow=True).content.decode()

    def test_those_to_deal_with_are_one_click_away(self, agent_browser: Browser, anomaly: Anomaly) -> None:
        link = f"/gestion/payments/anomaly/{anomaly.pk}/change/"
        assert link in agent_browser.get("/gestion/payments/anomaly/?suite=a-regler").content.decode()
        assert link not in agent_browser.get("/gestion/payments/anomaly/?suite=regle").content.decode()
