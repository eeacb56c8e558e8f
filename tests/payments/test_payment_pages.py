"""Choose, confirm, leave for the bank, as a client walks it."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.urls import reverse
from paying import SECRET_ENV, age, seal_of, started
from payment_pages import CHOOSE, LIST, START, html, page_of, tags
from people import a_contract

from accounts.models import Client
from contracts.models import Contract
from payments.models import MerchantAccount, PaymentAttempt
from web.french import NBSP

pytestmark = pytest.mark.usefixtures("morning", "merchant")


class TestChoose:
    def test_the_addresses(self, nantes: object) -> None:
        assert reverse("payments:choose", args=["nantes"]) == CHOOSE
        assert reverse("payments:start", args=["nantes"]) == START
        assert reverse("payments:list", args=["nantes"]) == LIST

    def test_the_only_payable_contract_is_ticked(self, helene_browser: Browser, ring: Contract) -> None:
        answer = helene_browser.get(CHOOSE)
        assert answer.status_code == 200
        (box,) = tags(answer, 'name="contract"')
        assert f'value="{ring.number}"' in box
        assert "checked" in box

    def test_among_several_only_the_asked_ones_are_ticked(self, helene_browser: Browser, helene: Client) -> None:
        first, second, third = (a_contract(helene) for _ in range(3))
        assert not tags(helene_browser.get(CHOOSE), "checked")
        answer = helene_browser.get(CHOOSE, {"contract": [first.number, third.number]})
        ticked = "".join(tags(answer, "checked"))
        assert first.number in ticked
        assert third.number in ticked
        assert second.number not in ticked

    def test_what_cannot_be_paid_stands_apart_with_its_reason(
        self, helene_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        blocked = a_contract(helene, status="blocked")
        ended = a_contract(helene, status="closed")
        answer = helene_browser.get(CHOOSE, {"contract": [blocked.number, ended.number]})
        assert answer.status_code == 200
        assert "Ce contrat est bloqué" in html(answer)
        assert blocked.number not in "".join(tags(answer, 'name="contract"'))
        assert ended.number not in html(answer)

    def test_nothing_to_pay_is_said(self, helene_browser: Browser) -> None:
        assert "Aucun contrat ne peut être payé en ligne" in html(helene_browser.get(CHOOSE))

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_another_clients_or_an_unknown_number_is_a_404(
        self, ousmane_browser: Browser, ring: Contract, method: str
    ) -> None:
        for number in (ring.number, "INCONNU", "a\0b", "a/b", ""):
            assert getattr(ousmane_browser, method)(CHOOSE, {"contract": number}).status_code == 404

    def test_no_contract_chosen_is_a_422_with_the_form(self, helene_browser: Browser, ring: Contract) -> None:
        for path in (CHOOSE, START):
            answer = helene_browser.post(path)
            assert answer.status_code == 422
            assert "Cochez au moins un contrat à payer." in html(answer)
            assert 'role="alert"' in html(answer)
            assert '<a href="#contrats">' in html(answer)
            assert tags(answer, 'id="contrats" aria-describedby="erreurs"')
            assert tags(answer, 'name="contract"')

    def test_a_contract_that_cannot_be_paid_is_a_422_and_the_others_stay_ticked(
        self, helene_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        blocked = a_contract(helene, status="blocked")
        free = a_contract(helene, interest_paid_until=date(2026, 11, 23))
        a_contract(helene)
        numbers = [ring.number, blocked.number, free.number]
        answer = helene_browser.post(CHOOSE, {"contract": numbers})
        assert answer.status_code == 422
        assert f"Contrat n°{NBSP}{blocked.number}{NBSP}: Ce contrat est bloqué" in html(answer)
        assert f"Contrat n°{NBSP}{free.number}{NBSP}: Rien n’est à payer aujourd’hui." in html(answer)
        (ticked,) = tags(answer, "checked")
        assert ring.number in ticked

    def test_what_is_settled_or_free_is_left_out(self, helene_browser: Browser, helene: Client, ring: Contract) -> None:
        settled = a_contract(helene, interest_paid_until=date(2026, 11, 23))
        page = html(helene_browser.get(CHOOSE))
        assert ring.number in page
        assert settled.number not in page
        assert "À voir avec l’agence" not in page

    def test_the_ticked_ones_come_first_with_their_button(self, helene_browser: Browser, helene: Client) -> None:
        first, second, third = (a_contract(helene) for _ in range(3))
        assert '<details class="further">' not in html(helene_browser.get(CHOOSE))
        page = html(helene_browser.get(CHOOSE, {"contract": second.number}))
        form = page.split(f'method="post" action="{CHOOSE}"')[1].split("</form>")[0]
        ticked, further = form.split('<details class="further">')
        assert re.findall('name="contract" value="([^"]*)"', ticked) == [second.number]
        assert re.findall('name="contract" value="([^"]*)"', further) == [first.number, third.number]
        assert "Payer d’autres contrats en même temps (2)" in further
        assert ticked.count('<button type="submit"') == further.count('<button type="submit"') == 1

    def test_a_get_changes_nothing(self, helene_browser: Browser, helene: Client, ring: Contract) -> None:
        attempt = started(helene, ring)
        age(attempt, 60)
        before = list(Contract.objects.values()), list(PaymentAttempt.objects.values())
        for path in (CHOOSE, LIST, page_of(attempt)):
            assert helene_browser.get(path).status_code == 200
        assert (list(Contract.objects.values()), list(PaymentAttempt.objects.values())) == before


class TestConfirm:
    def test_sums_and_consequence_are_said_before_the_click(
        self, helene_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        chain = a_contract(helene, principal=Decimal(250))
        answer = helene_browser.post(CHOOSE, {"contract": [ring.number, chain.number]})
        assert answer.status_code == 200
        for value in ("49.20", "10.00", "59.20", "14.80", "74.00"):
            assert f'value="{value}"' in html(answer)
        assert html(answer).count('<time datetime="2027-06-02">') == 2
        assert '<time datetime="2026-11-23">' in html(answer)

    def test_the_form_needs_no_field_beyond_its_hidden_ones(self, helene_browser: Browser, ring: Contract) -> None:
        answer = helene_browser.post(CHOOSE, {"contract": ring.number})
        form = html(answer).split(f'action="{START}"')[1].split("</form>")[0]
        assert all('type="hidden"' in field for field in re.findall(r"<input[^>]*>", form))
        assert helene_browser.post(START, hidden_fields(form)).status_code == 200

    def test_a_number_given_twice_counts_once(self, helene_browser: Browser, ring: Contract) -> None:
        answer = helene_browser.post(CHOOSE, {"contract": [ring.number, ring.number]})
        assert answer.context["total"] == Decimal("59.20")


def hidden_fields(form: str) -> dict[str, str]:
    return dict(re.findall(r'name="([^"]*)" value="([^"]*)"', form))


class TestStart:
    def test_the_browser_gets_the_form_for_the_bank(
        self, helene_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        answer = helene_browser.post(START, {"contract": ring.number, "seal": seal_of(helene, [ring])})
        attempt = PaymentAttempt.objects.get()
        assert answer.status_code == 200
        assert 'action="https://banque.example/vads-payment/"' in html(answer)
        assert f'name="vads_order_id" value="{attempt.order_id}"' in html(answer)
        assert "<strong>banque.example</strong>" in html(answer)
        assert "form-action 'self' https://banque.example;" in f"{answer['Content-Security-Policy']};"

    def test_no_name_of_the_client_goes_to_the_bank(
        self, helene_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        answer = helene_browser.post(START, {"contract": ring.number, "seal": seal_of(helene, [ring])})
        sent = " ".join(tags(answer, 'name="(vads_|signature)'))
        for private in (helene.last_name, helene.email, helene.user.identifier or "", ring.number):
            assert private not in sent

    @pytest.mark.parametrize("seal", ["", "faux", "a:b:c"])
    def test_a_seal_that_is_not_ours_shows_the_quote_again(
        self, helene_browser: Browser, ring: Contract, seal: str
    ) -> None:
        answer = helene_browser.post(START, {"contract": ring.number, "seal": seal})
        assert answer.status_code == 422
        assert not PaymentAttempt.objects.exists()

    def test_what_changed_shows_the_new_quote_and_goes_nowhere(
        self, helene_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        seal = seal_of(helene, [ring])
        Contract.objects.update(fees=Decimal("3.50"))
        answer = helene_browser.post(START, {"contract": ring.number, "seal": seal})
        assert answer.status_code == 422
        assert "Le montant ou une date a changé" in html(answer)
        assert 'value="62.70"' in html(answer)
        assert not PaymentAttempt.objects.exists()
        again = helene_browser.post(START, hidden_fields(html(answer).split(f'action="{START}"')[1]))
        assert again.status_code == 200
        assert PaymentAttempt.objects.get().amount == Decimal("62.70")

    def test_a_second_click_says_that_a_payment_is_under_way(
        self, helene_browser: Browser, helene: Client, ring: Contract
    ) -> None:
        fields = {"contract": ring.number, "seal": seal_of(helene, [ring])}
        helene_browser.post(START, fields)
        answer = helene_browser.post(START, fields)
        assert answer.status_code == 422
        assert f"vous pourrez recommencer à 10{NBSP}h{NBSP}20." in html(answer)
        assert "<h2>Paiement en cours</h2>" in html(answer)
        assert "À voir avec l’agence" not in html(answer)
        assert PaymentAttempt.objects.count() == 1

    def test_another_clients_contract_is_a_404(self, ousmane_browser: Browser, helene: Client, ring: Contract) -> None:
        fields = {"contract": ring.number, "seal": seal_of(helene, [ring])}
        assert ousmane_browser.post(START, fields).status_code == 404
        assert ousmane_browser.post(START, fields | {"contract": "a\0b"}).status_code == 404

    def test_without_a_bank_it_says_so_in_plain_words(
        self, helene_browser: Browser, helene: Client, ring: Contract, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv(SECRET_ENV)
        fields = {"contract": ring.number, "seal": seal_of(helene, [ring])}
        answer = helene_browser.post(START, fields)
        assert answer.status_code == 422
        assert "Le paiement en ligne n’est pas disponible pour le moment." in html(answer)
        MerchantAccount.objects.all().delete()
        assert helene_browser.post(START, fields).status_code == 422

    def test_a_get_is_refused(self, helene_browser: Browser) -> None:
        assert helene_browser.get(START).status_code == 405
