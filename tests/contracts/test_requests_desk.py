"""Requests at the agency's desk: the answer that comes by message, and the IBAN that is read once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from agents import LOGIN, agent_facts
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.utils import timezone
from people import a_contract
from request_forms import IBAN, a_sold_contract, an_identity, ask

from accounts.models import Client, User
from contracts.actions.requests import RequestClosed, answer_request
from contracts.models import ClientRequest
from journal.models import Event
from messaging.models import Message


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """In the window of a contract due on 2 December 2026."""
    with time_machine.travel(datetime(2026, 11, 23, 11, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def agent_browser(agent: User) -> Browser:
    browser = Browser()
    browser.post(LOGIN, agent_facts(agent))
    return browser


class TestAnswering:
    @pytest.fixture
    def asked(self, helene_browser: Browser, helene: Client) -> ClientRequest:
        ask(helene_browser, a_contract(helene), "more_time", words="Mon salaire arrive le 5")
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
    def asked(self, helene_browser: Browser, helene: Client) -> ClientRequest:
        an_identity(helene, "waiting")
        ask(helene_browser, a_sold_contract(helene), "surplus", account_holder="Hélène Lefèvre", iban=IBAN)
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
