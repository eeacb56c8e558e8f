"""Requests to the agency, from the client's form to the answer that comes by message."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from agents import LOGIN, agent_facts
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import a_contract
from request_forms import IBAN, a_sold_contract, an_identity, ask

from accounts import limits
from accounts.models import Client, User
from contracts.actions.requests import ClosedBefore, answer_request, withdraw_request
from contracts.forms import SurplusForm
from contracts.models import ClientRequest, Contract
from journal.models import Event
from messaging.models import Message

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """In the window of a contract due on 2 December 2026."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def ring(helene: Client) -> Contract:
    return a_contract(helene)


@pytest.fixture
def sold(helene: Client) -> Contract:
    return a_sold_contract(helene)


@pytest.fixture
def agent_browser(agent: User) -> Browser:
    browser = Browser()
    browser.post(LOGIN, agent_facts(agent))
    return browser


class TestAsking:
    def test_a_lost_paper(self, helene_browser: Browser, helene: Client, ring: Contract) -> None:
        answer = ask(helene_browser, ring, "lost_ticket", words="Perdu dans le tram")
        asked = ClientRequest.objects.get()
        assert answer.headers["Location"] == f"/nantes/demandes/{asked.pk}/"
        assert (asked.kind, asked.state, asked.words) == ("lost_ticket", "open", "Perdu dans le tram")
        page = helene_browser.get(answer.headers["Location"]).content.decode()
        assert "Votre demande est arrivée à l’agence." in page
        assert "Perdu dans le tram" in page
        event = Event.objects.get(kind="request_opened")
        assert (event.actor, event.data) == (f"user:{helene.user_id}", {"request": asked.pk, "sort": "lost_ticket"})
        assert Message.objects.filter(kind="request_opened", recipient=helene.establishment.email).count() == 1

    def test_an_appointment(self, helene_browser: Browser, ring: Contract) -> None:
        ask(helene_browser, ring, "appointment", wished_on="01/12/2026", half_day="morning")
        asked = ClientRequest.objects.get()
        assert (asked.wished_on, asked.half_day) == (date(2026, 12, 1), "morning")

    @pytest.mark.parametrize("wished_on", ["23/11/2026", "2027-06-01", "hier", "", "31/02/2027"])
    def test_a_day_that_cannot_be(self, helene_browser: Browser, ring: Contract, wished_on: str) -> None:
        answer = ask(helene_browser, ring, "appointment", wished_on=wished_on, half_day="morning", words="Merci")
        assert answer.status_code == 422
        assert "Merci" in answer.content.decode(), "nothing typed is lost"
        assert not ClientRequest.objects.exists()

    def test_more_time_needs_a_reason(self, helene_browser: Browser, ring: Contract) -> None:
        assert ask(helene_browser, ring, "more_time").status_code == 422
        assert ask(helene_browser, ring, "more_time", words="Mon salaire arrive le 5").status_code == 302

    def test_twice_is_once(self, helene_browser: Browser, ring: Contract) -> None:
        first = ask(helene_browser, ring, "lost_ticket")
        assert ask(helene_browser, ring, "lost_ticket").headers["Location"] == first.headers["Location"]
        assert ClientRequest.objects.count() == 1

    def test_too_late_says_until_when(self, helene_browser: Browser, ring: Contract) -> None:
        page = helene_browser.get(f"/nantes/contrats/{ring.number}/demander/sale/")
        assert "jusqu’au 2\u00a0novembre\u00a02026" in page.content.decode()
        assert "ENVOYER MA DEMANDE" not in page.content.decode()
        assert ask(helene_browser, ring, "sale").status_code == 422

    def test_ten_a_day(self, helene_browser: Browser, helene: Client, ring: Contract) -> None:
        for _ in range(10):
            limits.client_requests_of(helene.user_id)
        assert ask(helene_browser, ring, "lost_ticket").status_code == 429
        assert not ClientRequest.objects.exists()

    def test_what_does_not_exist(self, helene_browser: Browser, ousmane: Client, ring: Contract) -> None:
        theirs = a_contract(ousmane)
        assert ask(helene_browser, theirs, "lost_ticket").status_code == 404
        assert ask(helene_browser, ring, "voyage").status_code == 404

    @settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=600))
    def test_any_words(self, helene_browser: Browser, ring: Contract, words: str) -> None:
        answer = ask(helene_browser, ring, "lost_ticket", words=words.encode("utf-8", "replace").decode())
        assert answer.status_code in {302, 422, 429}


class TestContractPage:
    def test_it_proposes_what_makes_sense(self, helene_browser: Browser, ring: Contract) -> None:
        page = helene_browser.get(f"/nantes/contrats/{ring.number}/").content.decode()
        assert all(f'data-offer="{kind}"' in page for kind in ("appointment", "more_time", "sale", "lost_ticket"))
        assert 'data-offer="renewal"' not in page

    def test_it_shows_what_waits(self, helene_browser: Browser, ring: Contract) -> None:
        ask(helene_browser, ring, "lost_ticket")
        assert "en attente" in helene_browser.get(f"/nantes/contrats/{ring.number}/").content.decode()


class TestSurplus:
    def test_asked_for_with_an_iban_that_only_agents_read(
        self, helene_browser: Browser, helene: Client, sold: Contract
    ) -> None:
        an_identity(helene)
        ask(helene_browser, sold, "surplus", account_holder="Hélène Lefèvre", iban=IBAN)
        asked = ClientRequest.objects.get()
        assert asked.masked_iban == "FR76 … 0189"
        assert "30006000" not in asked.sealed_iban
        page = helene_browser.get(f"/nantes/demandes/{asked.pk}/").content.decode()
        assert "FR76 … 0189" in page
        assert "30006000" not in page.replace(" ", "")
        assert "30006000" not in str(list(Event.objects.values_list("data", flat=True)))

    def test_an_identity_paper_comes_first(self, helene_browser: Browser, helene: Client, sold: Contract) -> None:
        an_identity(helene, "refused", reason="Floue")
        answer = ask(helene_browser, sold, "surplus", account_holder="Hélène Lefèvre", iban=IBAN)
        assert answer.status_code == 422
        assert "Envoyez d’abord votre pièce d’identité" in answer.content.decode()
        assert IBAN in answer.content.decode(), "nothing typed is lost"

    @pytest.mark.parametrize(
        "typed",
        [
            "FR7630006000011234567890188",
            "FR76",
            "30006000011234567890189",
            "ＦＲ76",
            "XX7630006000011234567890189",
            "\x00",
        ],
    )
    def test_an_iban_that_is_none(self, typed: str) -> None:
        form = SurplusForm({"account_holder": "Hélène", "iban": typed})
        assert not form.is_valid()
        assert list(form.errors) == ["iban"]

    @pytest.mark.parametrize("typed", [IBAN, "fr7630006000011234567890189", "BE68 5390 0754 7034"])
    def test_an_iban_in_any_writing(self, typed: str) -> None:
        assert SurplusForm({"account_holder": "Hélène", "iban": typed}).is_valid()

    def test_once_accepted_it_is_not_asked_for_again(
        self, helene_browser: Browser, helene: Client, sold: Contract
    ) -> None:
        """Until the file says that it is paid, a second answer would pay it twice."""
        an_identity(helene)
        ask(helene_browser, sold, "surplus", account_holder="Hélène", iban=IBAN)
        answer_request(request_pk=ClientRequest.objects.get().pk, is_granted=True, answer="", by="user:7")
        again = ask(helene_browser, sold, "surplus", account_holder="Hélène", iban=IBAN)
        assert again.status_code == 422
        assert "L’agence a déjà accepté cette demande." in again.content.decode()
        assert ClientRequest.objects.count() == 1

    def test_once_refused_it_may_be_asked_for_again(
        self, helene_browser: Browser, helene: Client, sold: Contract
    ) -> None:
        an_identity(helene)
        ask(helene_browser, sold, "surplus", account_holder="Hélène", iban=IBAN)
        answer_request(request_pk=ClientRequest.objects.get().pk, is_granted=False, answer="RIB faux", by="user:7")
        assert ask(helene_browser, sold, "surplus", account_holder="Hélène", iban=IBAN).status_code == 302

    def test_a_bearer_brings_the_paper(self, helene_browser: Browser, helene: Client, sold: Contract) -> None:
        Contract.objects.update(ticket_kind="bearer")
        an_identity(helene)
        answer = ask(helene_browser, sold, "surplus", account_holder="Hélène", iban=IBAN)
        assert "apportez à l’agence le papier" in answer.content.decode()

    def test_the_contracts_page_proposes_it(self, helene_browser: Browser, sold: Contract) -> None:
        assert 'data-offer="surplus"' in helene_browser.get(f"/nantes/contrats/{sold.number}/").content.decode()


class TestWithdrawing:
    def test_the_client_takes_it_back(self, helene_browser: Browser, ring: Contract) -> None:
        ask(helene_browser, ring, "lost_ticket")
        asked = ClientRequest.objects.get()
        helene_browser.post(f"/nantes/demandes/{asked.pk}/annuler/")
        asked.refresh_from_db()
        assert asked.state == "withdrawn"
        assert ask(helene_browser, ring, "lost_ticket").status_code == 302
        page = helene_browser.get("/nantes/demandes/").content.decode()
        assert page.count("data-request=") == 2

    def test_not_after_the_answer(self, helene_browser: Browser, ring: Contract) -> None:
        ask(helene_browser, ring, "lost_ticket")
        asked = ClientRequest.objects.get()
        answer_request(request_pk=asked.pk, is_granted=True, answer="", by="user:7")
        page = helene_browser.post(f"/nantes/demandes/{asked.pk}/annuler/", follow=True).content.decode()
        assert "L’agence a déjà répondu" in page
        assert withdraw_request(request_pk=asked.pk, by="user:1") == ClosedBefore("acceptée")

    def test_anothers_is_not_there(self, helene_browser: Browser, ousmane_browser: Browser, ring: Contract) -> None:
        ask(helene_browser, ring, "lost_ticket")
        pk = ClientRequest.objects.get().pk
        assert ousmane_browser.get(f"/nantes/demandes/{pk}/").status_code == 404
        assert ousmane_browser.post(f"/nantes/demandes/{pk}/annuler/").status_code == 404
