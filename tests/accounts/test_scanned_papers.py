"""Papers and the antivirus: a dangerous one is refused, one that is not judged yet opens for nobody, later it is."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser
from clamd_stand_in import VIRUS, Clamd, a_closed_port, listening
from django.conf import settings as running
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError
from django.db import connection
from django.test import Client as Browser
from doors import door, journal_kinds, newest_mail
from papers_sent import a_document, file_of, list_of, send, staff_page
from test_staff_commands import run

from accounts import tasks
from accounts.actions import documents as actions
from accounts.actions import scans
from accounts.actions.scans import Scanned, scan_papers
from accounts.antivirus import Clean, Infected, NoVerdict
from accounts.forms.documents import INFECTED
from accounts.models import Client, Document, DocumentContent, User
from accounts.paper_verdicts import Paper
from journal.models import Event
from messaging.models import InboxMessage

A_PAPER = Paper("application/pdf", b"%PDF-written by us")


@pytest.fixture(autouse=True)
def clamd(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Clamd]]:
    monkeypatch.setattr(actions, "check_apart", lambda data: A_PAPER)
    with listening() as address:
        settings.CLAMD_URL = address
        yield Clamd


@pytest.fixture
def away(settings: Any) -> Callable[[], None]:
    """The antivirus goes away."""

    def leave() -> None:
        settings.CLAMD_URL = a_closed_port()

    return leave


@pytest.fixture
def agent_browser(agent: User) -> Browser:
    browser = CommittingBrowser()
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


def page_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("&nbsp;", " ").replace("&#x27;", "'")


class TestSending:
    def test_what_was_sent_and_what_is_kept_are_scanned(
        self, helene_browser: Browser, helene: Client, clamd: type[Clamd]
    ) -> None:
        assert send(helene_browser, helene, b"as it came").status_code == 302
        assert clamd.asked == [b"as it came", A_PAPER.data]
        document = Document.objects.get()
        assert document.scanned_at == document.sent_at
        assert helene_browser.get(file_of(helene, document)).content == A_PAPER.data

    @pytest.mark.parametrize("where", ["sent", "kept"])
    def test_a_dangerous_one_is_refused_and_not_kept(
        self, helene_browser: Browser, helene: Client, monkeypatch: pytest.MonkeyPatch, where: str
    ) -> None:
        if where == "kept":
            monkeypatch.setattr(actions, "check_apart", lambda data: Paper("application/pdf", VIRUS))
        else:
            monkeypatch.setattr(actions, "check_apart", lambda data: pytest.fail("decoded"))
        answer = send(helene_browser, helene, VIRUS if where == "sent" else b"x", kind="address")
        assert answer.status_code == 422
        assert page_of(answer).count(INFECTED) == 2, "in the summary and at the field"
        assert not Document.objects.exists()
        event = Event.objects.get(kind="document_infected")
        assert (event.actor, event.subject) == (f"user:{helene.user_id}", f"user:{helene.user_id}")
        assert event.data == {"paper": "address", "signature": "Win.Test.EICAR_HDB-1"}
        page = page_of(helene_browser.get(door("security", helene)))
        assert "il semblait contenir un programme dangereux" in page

    def test_it_is_asked_outside_of_any_transaction(
        self, committed: None, helene_browser: Browser, helene: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def scan(data: bytes, *, seconds: float) -> Clean:
            assert not connection.in_atomic_block
            return Clean()

        monkeypatch.setattr(actions, "scan", scan)
        monkeypatch.setattr(scans, "scan", scan)
        assert send(helene_browser, helene, b"x").status_code == 302
        Document.objects.update(scanned_at=None)
        assert scan_papers() == Scanned(clean=1)

    def test_a_slow_one_keeps_nobody_waiting(
        self, helene_browser: Browser, helene: Client, clamd: type[Clamd], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert 2 * actions.PATIENCE <= 5
        monkeypatch.setattr(actions, "PATIENCE", 0.3)
        clamd.delay = 2
        started = time.monotonic()
        answer = send(helene_browser, helene, b"x")
        assert time.monotonic() - started < 1.5
        assert answer.status_code == 302
        assert Document.objects.get().scanned_at is None

    def test_without_an_antivirus_nothing_is_asked(
        self, helene_browser: Browser, helene: Client, settings: Any, clamd: type[Clamd]
    ) -> None:
        settings.CLAMD_URL = ""
        assert send(helene_browser, helene, VIRUS).status_code == 302
        document = Document.objects.get()
        assert (document.scanned_at, clamd.asked) == (None, [])
        assert helene_browser.get(file_of(helene, document)).status_code == 200
        assert scan_papers() == Scanned()
        with pytest.raises(CommandError, match="CLAMD_URL"):
            run("scan_papers")


class TestUnjudged:
    def test_it_is_kept_and_opens_for_nobody(
        self, helene_browser: Browser, agent_browser: Browser, helene: Client, away: Any
    ) -> None:
        away()
        page = page_of(helene_browser.post(list_of(helene), paper_form(), follow=True))
        assert "Nous vérifions d’abord que le fichier est sans danger" in page
        assert "Ce fichier est en cours de vérification." in page
        assert "Télécharger" not in page
        document = Document.objects.get()
        answer = helene_browser.get(file_of(helene, document), follow=True)
        assert answer.redirect_chain == [(list_of(helene), 302)]
        assert "Ce fichier est en cours de vérification. Vous pourrez l’ouvrir ensuite." in page_of(answer)
        answer = agent_browser.get(staff_page(document, "download"), follow=True)
        assert answer.redirect_chain == [(staff_page(document, "change"), 302)]
        assert "en cours de vérification par l’antivirus" in page_of(answer)
        assert "Télécharger" not in page_of(answer)
        assert "Accepter" not in page_of(answer)
        assert "document_opened" not in journal_kinds()

    def test_it_is_refused_but_not_accepted(self, agent_browser: Browser, helene: Client) -> None:
        document = a_document(helene)
        page = page_of(agent_browser.post(staff_page(document, "accept"), follow=True))
        assert "Rien n’a changé : ce fichier est en cours de vérification" in page
        document.refresh_from_db()
        assert (document.state, document.decided_at) == ("waiting", None)
        assert "Document refusé." in page_of(
            agent_browser.post(staff_page(document, "refuse"), {"reason": "Apportez-le."}, follow=True)
        )

    def test_one_of_before_the_antivirus_waits_for_it_too(self, helene_browser: Browser, helene: Client) -> None:
        document = a_document(helene, state="accepted")
        assert helene_browser.get(file_of(helene, document)).status_code == 302
        assert scan_papers() == Scanned(clean=1)
        assert helene_browser.get(file_of(helene, document)).status_code == 200


class TestLater:
    def test_what_is_clean_opens(self, helene_browser: Browser, helene: Client) -> None:
        document = a_document(helene)
        assert run("scan_papers") == (
            "1\u00a0document sans danger, 0\u00a0document dangereux effacé, 0\u00a0document à vérifier.\n"
        )
        assert helene_browser.get(file_of(helene, document)).status_code == 200
        assert scan_papers() == Scanned(), "once"

    @pytest.mark.parametrize("state", ["waiting", "accepted", "refused"])
    def test_what_is_dangerous_is_erased_and_told(
        self, helene_browser: Browser, agent_browser: Browser, helene: Client, state: str
    ) -> None:
        facts = {} if state == "waiting" else {"state": state, "reason": "Floue." if state == "refused" else ""}
        document = a_document(helene, data=VIRUS, **facts)
        assert "1\u00a0document dangereux effacé" in run("scan_papers")
        document.refresh_from_db()
        assert (document.state, document.reason) == ("refused", scans.REASON)
        assert not DocumentContent.objects.exists()
        assert "programme dangereux" in newest_mail(helene.email).text
        event = Event.objects.get(kind="document_erased_infected")
        assert (event.actor, event.subject) == ("system", f"user:{helene.user_id}")
        assert event.data == {"document": document.pk, "paper": "identity", "signature": "Win.Test.EICAR_HDB-1"}
        assert scans.REASON in page_of(helene_browser.get(list_of(helene)))
        page = page_of(agent_browser.get(staff_page(document, "change")))
        assert scans.REASON in page
        assert "Ce fichier a été effacé." in page
        assert helene_browser.get(file_of(helene, document)).status_code == 404

    def test_without_an_email_it_is_told_by_sms(self, helene: Client) -> None:
        Client.objects.filter(pk=helene.pk).update(email="")
        a_document(helene, data=VIRUS)
        run("scan_papers")
        assert InboxMessage.objects.get(channel="sms").to == helene.phone

    def test_while_it_is_away_they_wait(self, helene: Client, away: Any, caplog: pytest.LogCaptureFixture) -> None:
        for _ in range(3):
            a_document(helene)
        away()
        assert scan_papers() == Scanned(left=3)
        assert len([entry for entry in caplog.records if "says nothing of document" in entry.message]) == 1

    def test_one_that_it_never_judges_does_not_hold_up_the_others(
        self, helene: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def scan(data: bytes, *, seconds: float) -> Clean | NoVerdict:
            return NoVerdict("too slow") if data == b"strange" else Clean()

        monkeypatch.setattr(scans, "scan", scan)
        strange = a_document(helene, data=b"strange")
        for _ in range(4):
            a_document(helene)
        for _ in range(60):  # each round ends at the strange one, which is the first of two in half of them
            scan_papers()
        assert Document.objects.get(scanned_at=None) == strange

    def test_a_round_ends_before_the_next(self, helene: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(scans, "A_ROUND", 0.0)
        a_document(helene)
        a_document(helene)
        assert scan_papers() == Scanned(clean=1, left=1)

    def test_two_rounds_erase_it_and_tell_it_once(self, helene: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        document = a_document(helene, data=VIRUS)

        def scan(data: bytes, *, seconds: float) -> Infected:
            monkeypatch.setattr(scans, "scan", lambda data, *, seconds: Infected("Same"))
            assert scan_papers() == Scanned(infected=1), "the other round, meanwhile"
            return Infected("Same")

        monkeypatch.setattr(scans, "scan", scan)
        assert scan_papers() == Scanned()
        assert journal_kinds().count("document_erased_infected") == 1
        assert document.content.pk

    def test_the_scheduler_runs_it_each_minute(self, helene: Client) -> None:
        assert running.CELERY_BEAT_SCHEDULE["scan_papers"] == {"task": tasks.scan_papers.name, "schedule": 60.0}
        a_document(helene)
        tasks.scan_papers.delay()
        assert Document.objects.get().scanned_at is not None


def paper_form() -> dict[str, Any]:
    return {"kind": "identity", "file": SimpleUploadedFile("carte.pdf", b"%PDF-", "application/pdf")}
