"""A relative pays by a link: what it shows, what it hides, what it does, and when it opens nothing any more."""

import re
from datetime import timedelta
from typing import Any

import pytest
from browsers import CommittingBrowser
from django.test import Client as Browser
from django.utils import timezone
from paying import ACCEPTED, NEXT_DUE, REFUSED, hear, paid, seal_of, started
from payment_pages import CHOOSE, LIST, html, page_of
from people import a_contract

from accounts.models import Client
from contracts.models import Contract
from establishments.models import Establishment
from journal.models import Event
from messaging.models import Message
from payments.actions.start import OfferChanged, start_payment
from payments.models import LiveContract, PaymentAttempt, RelativeLink

pytestmark = pytest.mark.usefixtures("morning", "merchant")

MAKE = "/nantes/payer/lien/"


def link_to(browser: Any, *contracts: Contract) -> str:
    """Its path."""
    page = html(browser.post(MAKE, {"contract": [contract.number for contract in contracts]}))
    found = re.search(r'href="http://localhost:8000(/nantes/proche/[^"]+)"', page)
    assert found, page
    return found[1]


def sealed(page: Any) -> dict[str, str]:
    return {"seal": page.context["seal"]}


@pytest.fixture
def relative() -> Browser:
    return CommittingBrowser()


class TestThePage:
    def test_it_shows_a_sum_a_reference_and_the_establishment(
        self, helene: Client, helene_browser: Any, relative: Browser, ring: Contract
    ) -> None:
        path = link_to(helene_browser, ring, a_contract(helene))
        page = html(relative.get(path))
        assert 'value="118.40"' in page
        assert RelativeLink.objects.get().reference in page
        assert "Crédit Municipal de Nantes" in page

    def test_and_nothing_of_anybody(
        self, helene: Client, helene_browser: Any, relative: Browser, ring: Contract
    ) -> None:
        path = link_to(helene_browser, ring)
        pages = [relative.get(path)]
        pages.append(relative.post(path, sealed(pages[0])))
        pages.append(relative.get(f"/nantes/proche/retour/{PaymentAttempt.objects.get().pk}/"))
        secrets = [
            ring.number,
            helene.last_name,
            helene.first_name,
            helene.client_number,
            helene.email,
            "Bague",
            "prêt",
        ]
        for page in pages:
            assert page.status_code == 200
            assert [word for word in secrets if word in html(page)] == []

    def test_what_is_paid_meanwhile_is_left_out(
        self, helene: Client, helene_browser: Any, relative: Browser, ring: Contract
    ) -> None:
        other = a_contract(helene)
        path = link_to(helene_browser, ring, other)
        paid(helene, other)
        assert 'value="59.20"' in html(relative.get(path))
        paid(helene, ring)
        assert "Il n’y a rien à payer par ce lien" in html(relative.get(path))

    def test_what_went_to_another_client_is_left_out(
        self, ousmane: Client, helene_browser: Any, relative: Browser, ring: Contract
    ) -> None:
        path = link_to(helene_browser, ring)
        Contract.objects.filter(pk=ring.pk).update(client=ousmane)
        assert "Il n’y a rien à payer par ce lien" in html(relative.get(path))

    def test_its_address_is_in_no_log(
        self, helene_browser: Any, relative: Browser, ring: Contract, caplog: pytest.LogCaptureFixture
    ) -> None:
        path = link_to(helene_browser, ring)
        relative.post(path, {"seal": "x"})
        assert "/nantes/proche/…" in caplog.text
        assert path.split("/")[-2] not in caplog.text


class TestPaying:
    def test_the_clients_own_payment_and_the_clients_receipt(
        self, helene: Client, helene_browser: Any, relative: Browser, ring: Contract
    ) -> None:
        path = link_to(helene_browser, ring)
        answer = relative.post(path, sealed(relative.get(path)))
        assert "vads_order_id" in html(answer)
        attempt = PaymentAttempt.objects.get()
        assert (attempt.client, attempt.link) == (helene, RelativeLink.objects.get())
        hear(attempt, ACCEPTED)
        ring.refresh_from_db()
        assert ring.due_on == NEXT_DUE
        assert [message.kind for message in Message.objects.filter(kind="payment_received")] == ["payment_received"]
        assert "un proche, avec votre lien" in html(helene_browser.get(page_of(attempt)))

    @pytest.mark.parametrize(
        ("answer", "words"), [(ACCEPTED, "Merci, le paiement est reçu"), (REFUSED, "Rien n’a été payé")]
    )
    def test_back_from_the_bank(
        self, helene_browser: Any, relative: Browser, ring: Contract, answer: dict[str, str], words: str
    ) -> None:
        path = link_to(helene_browser, ring)
        relative.post(path, sealed(relative.get(path)))
        attempt = PaymentAttempt.objects.get()
        back = relative.get(f"/paiements/retour/{attempt.pk}/", follow=True)
        assert "Nous attendons la banque" in html(back)
        hear(attempt, answer)
        assert words in html(relative.get(f"/nantes/proche/retour/{attempt.pk}/"))

    @pytest.mark.parametrize("answer", [None, ACCEPTED, REFUSED])
    def test_who_knows_the_number_of_a_payment_reads_no_sum(
        self, helene_browser: Any, relative: Browser, ring: Contract, answer: dict[str, str] | None
    ) -> None:
        path = link_to(helene_browser, ring)
        relative.post(path, sealed(relative.get(path)))
        attempt = PaymentAttempt.objects.get()
        if answer is not None:
            hear(attempt, answer)
        page = html(relative.get(f"/nantes/proche/retour/{attempt.pk}/"))
        assert "data-payment-state" in page
        secrets = ("59,20", "59.20", RelativeLink.objects.get().reference, attempt.order_id, "€")
        assert [word for word in secrets if word in page] == []

    def test_the_clients_own_payments_have_no_such_page(
        self, helene: Client, relative: Browser, ring: Contract
    ) -> None:
        attempt = started(helene, ring)
        assert relative.get(f"/nantes/proche/retour/{attempt.pk}/").status_code == 404
        assert (
            f"/nantes/paiements/{attempt.pk}/" in relative.get(f"/paiements/retour/{attempt.pk}/").headers["Location"]
        )

    def test_one_live_payment_whoever_starts_it(
        self, helene: Client, helene_browser: Any, relative: Browser, ring: Contract
    ) -> None:
        path = link_to(helene_browser, ring)
        page = relative.get(path)
        started(helene, ring)
        answer = relative.post(path, sealed(page))
        assert answer.status_code == 422
        assert "Rien n’est payé." in html(answer)
        assert LiveContract.objects.count() == PaymentAttempt.objects.count() == 1

    def test_the_sum_that_was_read_or_none(
        self, helene_browser: Any, relative: Browser, ring: Contract, morning: Any
    ) -> None:
        path = link_to(helene_browser, ring)
        page = relative.get(path)
        morning.shift(timedelta(days=1))
        assert relative.post(path, sealed(page)).status_code == 422
        assert relative.post(path, {"seal": "é\0"}).status_code == 422
        assert not PaymentAttempt.objects.exists()

    def test_ten_tries_an_hour(self, helene_browser: Any, relative: Browser, ring: Contract) -> None:
        path = link_to(helene_browser, ring)
        assert [relative.post(path, {"seal": "x"}).status_code for _ in range(11)] == [422] * 10 + [429]


class TestTheLink:
    def test_it_is_shown_once_and_kept_as_a_digest(self, helene_browser: Any, ring: Contract) -> None:
        token = link_to(helene_browser, ring).split("/")[-2]
        kept = RelativeLink.objects.values().get()
        assert token not in str(kept)
        assert token not in html(helene_browser.get(LIST))
        assert token not in str(list(Event.objects.values()))

    def test_it_can_be_taken_back(self, helene_browser: Any, relative: Browser, ring: Contract) -> None:
        path = link_to(helene_browser, ring)
        page = relative.get(path)
        link = RelativeLink.objects.get()
        assert link.reference in html(helene_browser.get(LIST))
        assert helene_browser.post(f"{MAKE}{link.pk}/annuler/").status_code == 302
        assert link.reference not in html(helene_browser.get(LIST))
        assert relative.get(path).status_code == relative.post(path, sealed(page)).status_code == 404
        assert helene_browser.post(f"{MAKE}{link.pk}/annuler/").status_code == 404
        kinds = list(Event.objects.filter(kind__startswith="relative").order_by("id").values_list("kind", flat=True))
        assert kinds == ["relative_link_made", "relative_link_revoked"]

    def test_taken_back_while_its_page_is_sent_it_starts_nothing(
        self, helene: Client, helene_browser: Any, ring: Contract
    ) -> None:
        link_to(helene_browser, ring)
        link = RelativeLink.objects.get()
        RelativeLink.objects.update(revoked_at=timezone.now())
        seal = seal_of(helene, [ring])
        started = start_payment(client=helene, numbers=[ring.number], seal=seal, by="relative", link=link)
        assert isinstance(started, OfferChanged)

    def test_it_lives_seven_days(self, helene_browser: Any, relative: Browser, ring: Contract, morning: Any) -> None:
        path = link_to(helene_browser, ring)
        morning.shift(timedelta(days=7) - timedelta(seconds=1))
        assert relative.get(path).status_code == 200
        morning.shift(timedelta(seconds=1))
        assert relative.get(path).status_code == 404

    def test_another_client_cannot_take_it_back(
        self, helene_browser: Any, ousmane_browser: Any, ring: Contract
    ) -> None:
        link_to(helene_browser, ring)
        assert ousmane_browser.post(f"{MAKE}{RelativeLink.objects.get().pk}/annuler/").status_code == 404

    def test_elsewhere_and_unknown_it_opens_nothing(
        self, helene_browser: Any, relative: Browser, ring: Contract, paris: Establishment
    ) -> None:
        path = link_to(helene_browser, ring)
        for wrong in (path.replace("nantes", "paris"), "/nantes/proche/inconnu/", "/nantes/proche/é%00/"):
            assert relative.get(wrong).status_code == 404

    def test_of_what_can_be_paid_only(
        self, helene: Client, ousmane: Client, helene_browser: Any, ring: Contract
    ) -> None:
        blocked, foreign = a_contract(helene, status="blocked"), a_contract(ousmane)
        for numbers in ([], [blocked.number], [ring.number, foreign.number]):
            answer = helene_browser.post(MAKE, {"contract": numbers})
            assert answer.headers["Location"] == CHOOSE
        for junk in ("x\0", "n" * 500, "é"):
            assert helene_browser.post(MAKE, {"contract": junk}).status_code == 404
        assert not RelativeLink.objects.exists()

    def test_ten_a_day(self, helene_browser: Any, ring: Contract) -> None:
        codes = [helene_browser.post(MAKE, {"contract": ring.number}).status_code for _ in range(11)]
        assert codes == [200] * 10 + [429]
