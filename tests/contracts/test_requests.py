"""Requests to the agency, from the client's form to the answer that comes by message."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from agents import LOGIN, agent_facts
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import a_contract

from accounts import limits
from accounts.models import Client, Document, User
from contracts.actions.requests import ClosedBefore, RequestClosed, answer_request, withdraw_request
from contracts.forms import SurplusForm
from contracts.models import ClientRequest, Contract, Sale
from journal.models import Event
from messaging.models import Message

IBAN = "FR76 3000 6000 0112 3456 7890 189"
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
    contract = a_contract(helene, status="sold")
    Sale.objects.create(contract=contract, surplus=Decimal("274.45"), surplus_deadline=date(2028, 9, 11))
    return contract


@pytest.fixture
def agent_browser(agent: User) -> Browser:
    browser = Browser()
    browser.post(LOGIN, agent_facts(agent))
    return browser


def ask(browser: Browser, contract: Contract, kind: str, **facts: str) -> Any:
    return browser.post(f"/nantes/contrats/{contract.number}/demander/{kind}/", facts)


def an_identity(client: Client, state: str = "accepted", **facts: Any) -> None:
    Document.objects.create(
        client=client, kind="identity", state=state, content_type="image/png", size=1, sent_at=timezone.now(), **facts
    )


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


class TestAnswering:
    @pytest.fixture
    def asked(self, helene_browser: Browser, ring: Contract) -> ClientRequest:
        ask(helene_browser, ring, "more_time", words="Mon salaire arrive le 5")
        return ClientRequest.objects.get()

    def answer(self, browser: Browser, asked: ClientRequest, decision: str, answer: str = "") -> Any:
        path = f"/gestion/contracts/clientrequest/{asked.pk}/repondre/"
        return browser.post(path, {"decision": decision, "answer": answer}, follow=True)

    def test_the_client_hears_of_it(
        self, agent_browser: Browser, helene_browser: Browser, helene: Client, asked: ClientRequest
    ) -> None:
        page = self.answer(agent_browser, asked, "done", "Jusqu’au 10 décembre.")
        assert "Votre réponse est envoyée au client." in page.content.decode()
        assert Message.objects.filter(kind="request_answered", recipient=helene.email).count() == 1
        mine = helene_browser.get(f"/nantes/demandes/{asked.pk}/").content.decode()
        assert "Jusqu’au 10 décembre." in mine

    def test_without_an_email_by_sms(self, agent_browser: Browser, helene: Client, asked: ClientRequest) -> None:
        Client.objects.filter(pk=helene.pk).update(email="")
        self.answer(agent_browser, asked, "done")
        assert Message.objects.filter(kind="request_answered", channel="sms").count() == 1

    def test_with_neither_nothing_breaks(self, agent_browser: Browser, helene: Client, asked: ClientRequest) -> None:
        Client.objects.filter(pk=helene.pk).update(email="", phone="")
        self.answer(agent_browser, asked, "done")
        asked.refresh_from_db()
        assert asked.state == "done"

    def test_a_refusal_says_why(self, agent_browser: Browser, asked: ClientRequest) -> None:
        refused = self.answer(agent_browser, asked, "refused")
        assert refused.status_code == 422
        assert "Écrivez la raison du refus" in refused.content.decode()
        assert self.answer(agent_browser, asked, "peut-être").status_code == 422
        asked.refresh_from_db()
        assert asked.state == "open"

    def test_the_second_agent_is_told(self, agent_browser: Browser, asked: ClientRequest) -> None:
        self.answer(agent_browser, asked, "refused", "Trop tard")
        page = self.answer(agent_browser, asked, "done").content.decode()
        assert "cette demande a déjà été refusée" in page
        assert ClientRequest.objects.get().answer == "Trop tard"

    def test_the_queue_shows_the_oldest_that_waits(self, agent_browser: Browser, asked: ClientRequest) -> None:
        page = agent_browser.get("/gestion/contracts/clientrequest/").content.decode()
        assert asked.contract.number in page
        assert (
            "Mon salaire arrive le 5"
            in agent_browser.get(f"/gestion/contracts/clientrequest/{asked.pk}/change/").content.decode()
        )


class TestIban:
    @pytest.fixture
    def asked(self, helene_browser: Browser, helene: Client, sold: Contract) -> ClientRequest:
        an_identity(helene, "waiting")
        ask(helene_browser, sold, "surplus", account_holder="Hélène Lefèvre", iban=IBAN)
        return ClientRequest.objects.get()

    def read(self, browser: Browser, asked: ClientRequest) -> str:
        return str(browser.post(f"/gestion/contracts/clientrequest/{asked.pk}/iban/").content.decode())

    def test_an_agent_reads_it_and_the_journal_knows(
        self, agent_browser: Browser, agent: User, asked: ClientRequest
    ) -> None:
        assert "FR7630006000011234567890189" in self.read(agent_browser, asked)
        assert Event.objects.get(kind="request_iban_read").actor == f"user:{agent.pk}"

    def test_it_is_erased_by_the_answer(self, agent_browser: Browser, asked: ClientRequest) -> None:
        assert answer_request(request_pk=asked.pk, is_granted=True, answer="", by="user:7") == RequestClosed()
        assert ClientRequest.objects.get().sealed_iban == ""
        assert "ne peut plus être lu" in self.read(agent_browser, asked)

    def test_sealed_under_another_key(self, agent_browser: Browser, asked: ClientRequest) -> None:
        ClientRequest.objects.update(sealed_iban="gAAAAA")
        assert "ne peut plus être lu" in self.read(agent_browser, asked)

    def test_no_row_keeps_one_once_closed(self, asked: ClientRequest) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            ClientRequest.objects.update(state="done", closed_at=timezone.now())
