"""Agents read the papers of their establishments, accept or refuse them, once; the client is told."""

from datetime import timedelta
from typing import Any

import pytest
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser
from django.test import Client as Browser
from django.utils import timezone
from doors import journal_kinds, newest_mail
from papers_sent import a_document, list_of, staff_page
from people import AGENT_PASSWORD

from accounts.actions import documents as actions
from accounts.actions.staff import create_staff
from accounts.models import Client, Document, DocumentContent, User
from establishments.models import Establishment
from journal.models import Event
from messaging.models import InboxMessage

REASON = "La photo est floue. Envoyez-en une autre."


@pytest.fixture
def agent_browser(agent: User) -> Browser:
    browser = CommittingBrowser()
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


@pytest.fixture
def paris_browser(paris: Establishment) -> Browser:
    """Of an agent of Paris."""
    device = create_staff(email="paris@example.fr", establishments=[paris], password=AGENT_PASSWORD, by="system")
    browser = CommittingBrowser()
    assert browser.post(LOGIN, agent_facts(device.user)).status_code == 302
    return browser


@pytest.fixture
def document(helene: Client) -> Document:
    return a_document(helene)


def facts_of(document: Document) -> tuple[str, str, bool]:
    document.refresh_from_db()
    return document.state, document.reason, document.decided_at is not None


def page_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("&nbsp;", " ")


class TestReading:
    def test_what_has_waited_longest_comes_first_then_what_was_decided_last(
        self, agent_browser: Browser, helene: Client
    ) -> None:
        names = {
            a_document(helene, state="accepted").pk: "old decided",
            a_document(helene).pk: "first",
            a_document(helene, state="refused", reason=REASON).pk: "new decided",
            a_document(helene).pk: "second",
        }
        shown = agent_browser.get("/gestion/accounts/document/").context["cl"].result_list
        assert [names[row.pk] for row in shown] == ["first", "second", "new decided", "old decided"]

    def test_the_page_has_the_facts_the_file_and_the_two_buttons(
        self, agent_browser: Browser, document: Document
    ) -> None:
        page = page_of(agent_browser.get(staff_page(document, "change")))
        number = document.client.client_number
        for words in (number, "application/pdf", "Télécharger le document", "Accepter", "Refuser"):
            assert words in page
        for name in ("download", "accept", "refuse"):
            assert staff_page(document, name) in page

    def test_a_decided_one_has_no_buttons(self, agent_browser: Browser, helene: Client) -> None:
        page = page_of(agent_browser.get(staff_page(a_document(helene, state="refused", reason=REASON), "change")))
        assert REASON in page
        assert "Accepter" not in page

    def test_the_file_is_an_attachment_and_its_reading_an_event(
        self, agent_browser: Browser, agent: User, document: Document
    ) -> None:
        answer = agent_browser.get(staff_page(document, "download"))
        assert answer.content == b"%PDF-page"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="document-{document.pk}.pdf"'
        assert answer.headers["Content-Security-Policy"].endswith("sandbox")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer.headers["Cache-Control"]
        event = Event.objects.get(kind="document_opened")
        assert (event.actor, event.subject) == (f"user:{agent.pk}", f"user:{document.client.user_id}")
        assert event.data == {"document": document.pk, "paper": "identity"}

    def test_what_is_no_longer_kept_is_not_found(self, agent_browser: Browser, document: Document) -> None:
        DocumentContent.objects.all().delete()
        assert agent_browser.get(staff_page(document, "download")).status_code == 404
        assert "document_opened" not in journal_kinds()


class TestWhoMay:
    @pytest.mark.parametrize(("name", "method"), [("download", "get"), ("accept", "post"), ("refuse", "post")])
    def test_anothers_agent_finds_nothing(
        self, paris_browser: Browser, document: Document, name: str, method: str
    ) -> None:
        answer = getattr(paris_browser, method)(staff_page(document, name), {"reason": REASON})
        assert answer.status_code == 404
        assert facts_of(document) == ("waiting", "", False)
        assert "document_opened" not in journal_kinds()

    def test_a_client_is_led_to_the_agents_door(self, helene_browser: Browser, document: Document) -> None:
        for name, method in (("download", "get"), ("accept", "post"), ("refuse", "post")):
            answer = getattr(helene_browser, method)(staff_page(document, name), {"reason": REASON})
            assert answer.headers["Location"].startswith("/gestion/login/")
        assert facts_of(document) == ("waiting", "", False)

    def test_an_agent_opens_no_page_of_the_client(self, agent_browser: Browser, helene: Client) -> None:
        assert agent_browser.get(list_of(helene)).headers["Location"].startswith("/nantes/connexion/")

    def test_a_right_that_ended_opens_nothing(self, agent_browser: Browser, agent: User, document: Document) -> None:
        agent.staff_establishments.clear()
        assert agent_browser.post(staff_page(document, "accept")).status_code == 404

    @pytest.mark.parametrize("name", ["accept", "refuse"])
    def test_looking_at_an_address_decides_nothing(self, agent_browser: Browser, document: Document, name: str) -> None:
        assert agent_browser.get(staff_page(document, name)).status_code == 405

    def test_a_decision_needs_the_forms_token(self, agent: User, document: Document) -> None:
        strict = CommittingBrowser()
        strict.post(LOGIN, agent_facts(agent))
        strict.handler.enforce_csrf_checks = True
        assert strict.post(staff_page(document, "accept")).status_code == 403

    @pytest.mark.parametrize("pk", [0, 10**30])
    def test_what_was_never_sent_is_not_found(self, agent_browser: Browser, document: Document, pk: int) -> None:
        document.pk = pk
        for name, method in (("download", "get"), ("accept", "post"), ("refuse", "post")):
            assert getattr(agent_browser, method)(staff_page(document, name)).status_code == 404


class TestDeciding:
    def test_accepting(self, agent_browser: Browser, agent: User, document: Document) -> None:
        page = page_of(agent_browser.post(staff_page(document, "accept"), follow=True))
        assert "Document accepté." in page
        assert facts_of(document) == ("accepted", "", True)
        event = Event.objects.get(kind="document_accepted")
        assert (event.actor, event.subject) == (f"user:{agent.pk}", f"user:{document.client.user_id}")
        mail = newest_mail(document.client.email)
        assert mail.subject == "Votre document a été examiné"
        assert "Votre document est accepté." in mail.text
        assert "/nantes/profil/documents/" in mail.text

    def test_refusing(self, agent_browser: Browser, document: Document) -> None:
        answer = agent_browser.post(staff_page(document, "refuse"), {"reason": f"  {REASON}\n"}, follow=True)
        assert "Document refusé." in page_of(answer)
        assert facts_of(document) == ("refused", REASON, True)
        event = Event.objects.get(kind="document_refused")
        assert REASON not in str(event.data), "the sentence stays with the document"
        mail = newest_mail(document.client.email)
        assert mail.subject == "Votre document a été examiné"
        assert REASON in mail.text

    def test_a_reason_is_shown_as_it_was_written(self, agent_browser: Browser, document: Document) -> None:
        reason = "<b>L’adresse</b> & la date"
        agent_browser.post(staff_page(document, "refuse"), {"reason": reason})
        assert reason in newest_mail(document.client.email).text

    @pytest.mark.parametrize(
        ("reason", "words"),
        [("", "Écrivez le motif du refus"), ("   ", "Écrivez le motif du refus"), ("é" * 301, "300 signes au plus"),
         ("a\x00b", "enlevez le caractère invisible")],
        ids=["empty", "blank", "long", "nul"],
    )  # fmt: skip
    def test_a_refusal_without_a_good_reason_comes_back(
        self, agent_browser: Browser, document: Document, reason: str, words: str
    ) -> None:
        answer = agent_browser.post(staff_page(document, "refuse"), {"reason": reason})
        assert answer.status_code == 422
        assert words in page_of(answer)
        assert reason.strip("\x00 ")[:2] in page_of(answer), "nothing typed is lost"
        assert facts_of(document) == ("waiting", "", False)

    def test_the_longest_reason_is_kept(self, agent_browser: Browser, document: Document) -> None:
        agent_browser.post(staff_page(document, "refuse"), {"reason": "é" * 300})
        assert facts_of(document) == ("refused", "é" * 300, True)

    @pytest.mark.parametrize("second", ["accept", "refuse"])
    def test_the_second_agent_is_told_and_changes_nothing(
        self, agent_browser: Browser, agent: User, document: Document, second: str
    ) -> None:
        actions.accept_document(document_pk=document.pk, by="user:1")
        before, mails = facts_of(document), InboxMessage.objects.count()
        answer = agent_browser.post(staff_page(document, second), {"reason": REASON}, follow=True)
        assert "Rien n’a changé : ce document a déjà été accepté, le " in page_of(answer)
        assert facts_of(document) == before
        assert InboxMessage.objects.count() == mails
        assert journal_kinds().count("document_accepted") == 1

    def test_without_an_email_the_agent_is_asked_to_call(self, agent_browser: Browser, document: Document) -> None:
        Client.objects.update(email="")
        answer = agent_browser.post(staff_page(document, "accept"), follow=True)
        assert "Ce client n’a pas d’e-mail : appelez-le" in page_of(answer)
        assert facts_of(document)[0] == "accepted"

    def test_a_decision_that_does_not_commit_tells_nobody(self, document: Document, monkeypatch: Any) -> None:
        def fail(*args: object, **kwargs: object) -> None:
            raise RuntimeError

        monkeypatch.setattr(actions, "queue_email", fail)
        with pytest.raises(RuntimeError):
            actions.accept_document(document_pk=document.pk, by="user:1")
        assert facts_of(document) == ("waiting", "", False)
        assert "document_accepted" not in journal_kinds()


def test_the_list_is_found_by_number_and_filtered_by_state(
    agent_browser: Browser, helene: Client, ousmane: Client
) -> None:
    mine = a_document(helene)
    a_document(ousmane, state="accepted", sent_at=timezone.now() - timedelta(days=3))
    for query in ({"q": helene.client_number}, {"state__exact": "waiting"}):
        assert list(agent_browser.get("/gestion/accounts/document/", query).context["cl"].result_list) == [mine]
