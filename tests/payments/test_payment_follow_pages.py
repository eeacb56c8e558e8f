"""What became of a payment, as the client sees it: its page, the receipt, the list."""

import re
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from browsers import log_in
from django.test import Client as Browser
from paying import ACCEPTED, CANCELLED, NEXT_DUE, REFUSED, SILENT, TECHNICAL, hear, paid, started
from payment_pages import CHOOSE, LIST, html, page_of, receipt_of, tags
from people import a_contract

from accounts import limits
from accounts.models import Client
from contracts.models import Contract
from web.french import NBSP

pytestmark = pytest.mark.usefixtures("morning", "merchant")


STATES = [
    ({}, "redirected", "Nous attendons la réponse de la banque"),
    (SILENT, "pending", "Ne payez pas une seconde fois"),
    (REFUSED, "refused", "Rien n’a été payé"),
    (CANCELLED, "cancelled", "Vous avez quitté la page de la banque"),
    (TECHNICAL, "error", "n’a pas pu traiter le paiement"),
    (ACCEPTED, "paid", "La banque nous a confirmé votre paiement"),
]


class TestStatus:
    @pytest.mark.parametrize("case", STATES, ids=lambda case: case[1])
    def test_each_state_says_what_happened(
        self, helene_browser: Browser, helene: Client, ring: Contract, case: tuple[dict[str, str], str, str]
    ) -> None:
        answer, state, words = case
        attempt = started(helene, ring)
        if answer:
            hear(attempt, answer)
        page = helene_browser.get(page_of(attempt))
        assert f'data-payment-state="{state}"' in html(page)
        assert words in html(page)
        assert attempt.order_id in html(page)
        assert bool(page.context["next_look"]) == (state in {"redirected", "pending"})
        assert page.context["may_retry"] == (state in {"refused", "cancelled", "error"})

    def test_it_says_when_one_may_try_again(self, helene_browser: Browser, helene: Client, ring: Contract) -> None:
        page = helene_browser.get(page_of(started(helene, ring)))
        assert f"10{NBSP}h{NBSP}20" in html(page)

    def test_without_news_it_has_expired_before_any_sweep(
        self, helene_browser: Browser, helene: Client, ring: Contract, morning: time_machine.Traveller
    ) -> None:
        attempt = started(helene, ring)
        morning.shift(timedelta(minutes=20))
        log_in(helene_browser, helene)  # the session before has ended, too
        page = helene_browser.get(page_of(attempt))
        assert 'data-payment-state="expired"' in html(page)
        assert page.context["next_look"] is None
        assert f"{CHOOSE}?contract={ring.number}" in html(page)
        assert 'data-payment-state="expired"' in html(helene_browser.get(LIST))

    def test_paid_shows_the_new_date_and_the_receipt(
        self, helene_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        attempt = paid(helene, ring)
        page = html(helene_browser.get(page_of(attempt)))
        assert f'<time datetime="{NEXT_DUE}">' in page
        assert receipt_of(attempt) in page
        assert f"N°{NBSP}NANTES-000001" in page.replace("&nbsp;", NBSP)

    def test_a_contract_that_did_not_follow_is_told(
        self, helene_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        attempt = started(helene, ring)
        Contract.objects.update(status=Contract.Status.BLOCKED)
        hear(attempt, ACCEPTED)
        assert "il n’est pas modifié" in html(helene_browser.get(page_of(attempt)))

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            ({}, "Votre contrat sera mis à jour dès que la banque confirme."),
            (SILENT, "Votre contrat sera mis à jour dès que la banque confirme."),
            (REFUSED, "Ce contrat n’a pas changé."),
        ],
    )
    def test_until_the_bank_answers_the_contract_is_said_to_wait(
        self, helene_browser: Browser, helene: Client, ring: Contract, answer: dict[str, str], words: str
    ) -> None:
        attempt = started(helene, ring)
        if answer:
            hear(attempt, answer)
        page = html(helene_browser.get(page_of(attempt)))
        assert words in page
        assert "data-contract" not in page

    def test_a_renewal_says_until_when_to_wait_for_a_call(self, helene_browser: Browser, helene: Client) -> None:
        capped = a_contract(helene, pledged_on=date(2024, 12, 2), due_on=date(2026, 12, 2))
        page = html(helene_browser.get(page_of(paid(helene, capped))))
        assert 'Sans appel avant le <strong><time datetime="2026-12-02">' in page

    def test_others_and_unknown_payments_are_404(
        self, ousmane_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        attempt = paid(helene, ring)
        assert ousmane_browser.get(page_of(attempt)).status_code == 404
        assert ousmane_browser.get(receipt_of(attempt)).status_code == 404
        assert ousmane_browser.get(f"/nantes/paiements/{uuid.uuid4()}/").status_code == 404
        assert not tags(ousmane_browser.get(LIST), "data-payment-state")

    def test_a_visitor_is_led_to_the_login(self, browser: Browser, helene: Client, ring: Contract) -> None:
        attempt = paid(helene, ring)
        for path in (CHOOSE, LIST, page_of(attempt), receipt_of(attempt)):
            assert browser.get(path)["Location"].startswith("/nantes/connexion/")


class TestReceipt:
    def test_it_is_a_pdf_with_a_discreet_name(self, helene_browser: Browser, helene: Client, ring: Contract) -> None:
        answer = helene_browser.get(receipt_of(paid(helene, ring)))
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'attachment; filename="recu-NANTES-000001.pdf"'
        assert answer.content.startswith(b"%PDF-")

    def test_it_is_not_drawn_without_end(self, helene_browser: Browser, helene: Client, ring: Contract) -> None:
        receipt = receipt_of(paid(helene, ring))
        assert limits.pdf_made_for(helene.user_id) == 0
        for _ in range(59):
            limits.pdf_made_for(helene.user_id)
        answer = helene_browser.get(receipt)
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 60
        assert "Trop d’essais" in html(answer)

    def test_there_is_none_before_the_payment(self, helene_browser: Browser, helene: Client, ring: Contract) -> None:
        attempt = started(helene, ring)
        assert helene_browser.get(receipt_of(attempt)).status_code == 404
        hear(attempt, REFUSED)
        assert helene_browser.get(receipt_of(attempt)).status_code == 404


class TestList:
    def test_the_newest_comes_first(
        self, helene_browser: Browser, helene: Client, ring: Contract, morning: time_machine.Traveller
    ) -> None:
        first = started(helene, ring)
        hear(first, CANCELLED)
        morning.shift(timedelta(minutes=1))
        second = paid(helene, ring)
        page = html(helene_browser.get(LIST))
        assert page.index(second.order_id) < page.index(first.order_id)
        assert re.findall('data-payment-state="([a-z]+)"', page) == ["paid", "cancelled"]
        assert receipt_of(second) in page
        assert receipt_of(first) not in page

    def test_each_payment_names_its_contracts_and_its_hour(
        self, helene_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        chain = a_contract(helene)
        paid(helene, ring, chain)
        page = html(helene_browser.get(LIST)).replace("&nbsp;", NBSP)
        assert f"Contrats n°{NBSP}{ring.number}, {chain.number}</p>" in page
        assert f"23{NBSP}novembre{NBSP}2026 à 10{NBSP}h{NBSP}00</time></a>" in page

    def test_an_empty_list_says_so(self, helene_browser: Browser) -> None:
        assert "Vous n’avez encore rien payé en ligne." in html(helene_browser.get(LIST))
