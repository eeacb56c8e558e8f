"""A loan repaid online, whole or in part: the journey, what it does to the contract, and the papers that say so."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import TestCase
from paying import ACCEPTED, NEXT_DUE, TODAY, hear
from payment_pages import START, html, page_of
from pdf_reader import assert_lasts_and_speaks, text_in
from people import a_contract

from accounts.models import Client
from contracts.models import Contract
from establishments.models import Establishment
from messaging.models import InboxMessage
from payments.exports import write_lines
from payments.ledger_check import differences
from payments.models import Credit, PaymentAttempt, PaymentLine
from payments.receipts.content import ReceiptContent
from payments.receipts.pdf import render_receipt
from web.french import NBSP

pytestmark = pytest.mark.usefixtures("morning", "merchant", "allowed")


@pytest.fixture
def allowed(nantes: Establishment) -> None:
    nantes.partial_repayment_online = nantes.redemption_online = True
    nantes.save()


def repay_page(contract: Contract) -> str:
    return f"{contract.get_absolute_url()}rembourser/"


def confirmed(browser: Any, contract: Contract, capital: str) -> dict[str, Any]:
    """The fields of the confirm page."""
    page = browser.post(repay_page(contract), {"capital": capital})
    assert page.status_code == 200, html(page)
    return {"contract": contract.number, "capital": str(page.context["capital"]), "seal": page.context["seal"]}


def paid(browser: Any, contract: Contract, capital: str) -> PaymentAttempt:
    assert browser.post(START, confirmed(browser, contract, capital)).status_code == 200
    attempt = PaymentAttempt.objects.latest("created_at")
    with TestCase.captureOnCommitCallbacks(execute=True):
        hear(attempt, ACCEPTED)
    attempt.refresh_from_db()
    contract.refresh_from_db()
    return attempt


class TestWhole:
    def test_the_loan_ends_and_the_object_waits(self, helene_browser: Any, ring: Contract) -> None:
        page = html(helene_browser.get(repay_page(ring)))
        assert 'id="redemption-total" value="1059.20"' in page
        attempt = paid(helene_browser, ring, "1000")
        assert (attempt.state, attempt.amount) == ("paid", Decimal("1059.20"))
        assert (ring.status, ring.principal, ring.due_on) == ("repaid", Decimal(1000), date(2026, 12, 2))
        assert ring.interest_paid_until == TODAY
        line = PaymentLine.objects.get()
        assert (line.capital, line.redeems, line.new_due_on) == (Decimal(1000), True, None)
        assert Credit.objects.get().is_applied
        assert list(differences(attempt.establishment)) == []

    def test_what_is_said_before_and_after(self, helene_browser: Any, ring: Contract) -> None:
        page = html(helene_browser.post(repay_page(ring), {"capital": "1000"}))
        assert "votre prêt est entièrement remboursé" in page
        assert 'data-quote-line="capital"' in page
        attempt = paid(helene_browser, ring, "1000")
        status = html(helene_browser.get(page_of(attempt)))
        assert "Votre prêt est remboursé." in status
        assert "demander/appointment/" in status
        assert "Venez reprendre votre objet" in InboxMessage.objects.filter(channel="email").latest("id").text
        assert "Remboursé, à retirer" in html(helene_browser.get(ring.get_absolute_url()))

    def test_the_receipt_and_the_back_office_have_the_sum(
        self, helene_browser: Any, ring: Contract, tmp_path: Any
    ) -> None:
        attempt = paid(helene_browser, ring, "1000")
        receipt = render_receipt(ReceiptContent.from_json(attempt.receipt.content))
        assert_lasts_and_speaks(receipt, f"Reçu de paiement n°{NBSP}{attempt.receipt.number}")
        text = text_in(receipt)
        assert "Leprêtestentièrementremboursé" in text.replace(" ", "").replace(NBSP, "")
        assert "1~000,00~€" in text
        lines = PaymentLine.objects.select_related("attempt__receipt", "attempt__client", "contract", "credit")
        write_lines(tmp_path / "export.csv", lines)
        header, row = (tmp_path / "export.csv").read_text("utf-8-sig").splitlines()
        assert header.endswith("reference_banque;pret_rembourse")
        assert row.endswith(";1000.00")
        assert ";1059.20;" in row

    def test_a_loan_that_changed_meanwhile_is_not_closed(self, helene_browser: Any, ring: Contract) -> None:
        helene_browser.post(START, confirmed(helene_browser, ring, "1000"))
        Contract.objects.filter(pk=ring.pk).update(principal=Decimal(1100))
        hear(PaymentAttempt.objects.get(), ACCEPTED)
        ring.refresh_from_db()
        assert ring.status == "active"
        credit = Credit.objects.get()
        assert (credit.is_applied, credit.reason) == (False, "montant prêté modifié depuis le décompte")

    def test_nor_one_that_has_a_new_fee(self, helene_browser: Any, ring: Contract) -> None:
        helene_browser.post(START, confirmed(helene_browser, ring, "1000"))
        Contract.objects.filter(pk=ring.pk).update(fees=Decimal("11.16"))
        hear(PaymentAttempt.objects.get(), ACCEPTED)
        ring.refresh_from_db()
        assert ring.status == "active"
        assert Credit.objects.get().reason == "frais ajoutés depuis le décompte"

    def test_interest_paid_beyond_today_is_no_difference(self, helene_browser: Any, ring: Contract) -> None:
        Contract.objects.update(interest_paid_until=date(2026, 12, 2), duty_paid_for=date(2026, 12, 2))
        attempt = paid(helene_browser, ring, "1000")
        assert list(differences(attempt.establishment)) == []

    def test_its_refund_lets_the_file_decide(self, helene_browser: Any, ring: Contract) -> None:
        attempt = paid(helene_browser, ring, "1000")
        hear(attempt, {**ACCEPTED, "vads_operation_type": "CREDIT", "vads_trans_uuid": "9" * 32})
        ring.refresh_from_db()
        assert (ring.status, ring.credited_until) == ("repaid", None)

    def test_one_that_is_owed_again_is_noticed(self, helene_browser: Any, ring: Contract) -> None:
        attempt = paid(helene_browser, ring, "1000")
        Contract.objects.update(status="active", credited_until=None)
        assert [one.why for one in differences(attempt.establishment)] == ["prêt remboursé ici, et de nouveau en cours"]

    def test_a_day_before_the_deposit_repays_nothing(self, helene_browser: Any, ring: Contract) -> None:
        Contract.objects.update(pledged_on=TODAY + timedelta(days=1), period_started_on=TODAY + timedelta(days=1))
        assert helene_browser.post(repay_page(ring), {"capital": "1000"}).status_code == 422


class TestPart:
    def test_a_loan_that_became_smaller_is_not_brought_below_its_bracket(
        self, helene_browser: Any, ring: Contract
    ) -> None:
        helene_browser.post(START, confirmed(helene_browser, ring, "800"))
        Contract.objects.filter(pk=ring.pk).update(principal=Decimal(850))
        hear(PaymentAttempt.objects.get(), ACCEPTED)
        ring.refresh_from_db()
        assert ring.principal == Decimal(850)
        assert not Credit.objects.get().is_applied

    def test_less_is_owed_from_now_on(self, helene_browser: Any, ring: Contract) -> None:
        attempt = paid(helene_browser, ring, "200")
        assert attempt.amount == Decimal("259.20")
        assert (ring.status, ring.principal, ring.due_on) == ("active", Decimal(800), NEXT_DUE)
        status = html(helene_browser.get(page_of(attempt)))
        assert f"Dont 200,00{NBSP}€ pour rembourser une partie du prêt." in status
        assert "200,00" in InboxMessage.objects.filter(channel="email").latest("id").text
        assert list(differences(attempt.establishment)) == []

    @pytest.mark.parametrize("capital", ["", "0", "-1", "abc", "900", "5000", "1,234", "\0", "9" * 400, "２００"])
    def test_a_sum_that_cannot_be_is_explained(self, helene_browser: Any, ring: Contract, capital: str) -> None:
        answer = helene_browser.post(repay_page(ring), {"capital": capital})
        assert answer.status_code in {200, 422}
        if answer.status_code == 422:
            assert 'role="alert"' in html(answer)

    def test_a_sum_changed_between_two_pages_starts_nothing(self, helene_browser: Any, ring: Contract) -> None:
        fields = confirmed(helene_browser, ring, "200") | {"capital": "300"}
        answer = helene_browser.post(START, fields)
        assert answer.headers["Location"] == repay_page(ring)
        assert not PaymentAttempt.objects.exists()
        assert "Rien n’est payé." in html(helene_browser.get(repay_page(ring)))

    def test_junk_on_the_way_to_the_bank_does_not_exist(self, helene_browser: Any, ring: Contract) -> None:
        fields = confirmed(helene_browser, ring, "200") | {"capital": "beaucoup"}
        assert helene_browser.post(START, fields).status_code == 404

    def test_of_two_contracts_at_once_there_is_none(self, helene_browser: Any, helene: Client, ring: Contract) -> None:
        fields = confirmed(helene_browser, ring, "200")
        other = a_contract(helene)
        answer = helene_browser.post(START, fields | {"contract": [ring.number, other.number]})
        assert answer.status_code == 404
        assert helene_browser.post(START, {"capital": "200"}).status_code == 404
        assert not PaymentAttempt.objects.exists()


class TestWhereItIsNotOffered:
    def test_the_agency_is_named(self, helene_browser: Any, nantes: Establishment, ring: Contract) -> None:
        nantes.partial_repayment_online = nantes.redemption_online = False
        nantes.save()
        page = html(helene_browser.get(repay_page(ring)))
        assert "Ce prêt se rembourse à l’agence." in page
        assert "Rembourser" not in html(helene_browser.get(ring.get_absolute_url()))
        assert helene_browser.post(repay_page(ring), {"capital": "1000"}).status_code == 422

    def test_a_payment_under_way_is_waited_for(self, helene_browser: Any, ring: Contract) -> None:
        helene_browser.post(START, confirmed(helene_browser, ring, "200"))
        assert "Un paiement est en cours" in html(helene_browser.get(repay_page(ring)))

    def test_of_another_client_or_an_ended_loan_it_does_not_exist(
        self, ousmane: Client, helene: Client, helene_browser: Any
    ) -> None:
        for contract in (a_contract(ousmane), a_contract(helene, status="sold")):
            assert helene_browser.get(repay_page(contract)).status_code == 404
