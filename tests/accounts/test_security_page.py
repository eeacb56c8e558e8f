"""What happened in plain words, by pages; and whether a message came from us."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as site
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from doors import door, journal_kinds
from hypothesis import HealthCheck, example, given, settings
from test_hostile_forms import ANYTHING, post_raw

from accounts import limits
from accounts.event_words import NOT_SHOWN, WORDS, author_of
from accounts.message_words import ANOTHER, masked, words_of
from accounts.models import Client, User
from journal.models import Event
from messaging import references
from messaging.models import Message

hostile = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
AT = datetime(2026, 5, 31, 12, 5, tzinfo=UTC)


def happened(client: Client, kind: str, times: int = 1, **facts: Any) -> None:
    values = {
        "at": AT,
        "kind": kind,
        "actor": "visitor",
        "subject": f"user:{client.user_id}",
        "kept_until": AT,
        **facts,
    }
    Event.objects.bulk_create(Event(**values) for _ in range(times))


def page_of(browser: Browser, client: Client, name: str = "security", **query: str) -> str:
    answer = browser.get(door(name, client, **query))
    assert answer.status_code == 200
    return str(answer.content.decode())


class TestEvents:
    def test_they_are_told_in_words(self, helene_browser: Browser, helene: Client) -> None:
        happened(helene, "login_refused")
        page = page_of(helene_browser, helene)
        assert WORDS["login_refused"] in page
        assert "31\N{NO-BREAK SPACE}mai\N{NO-BREAK SPACE}2026 à 14\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}05" in page
        assert 'data-event="login"' in page

    def test_it_says_by_whom(self, helene_browser: Browser, helene: Client, agent: User) -> None:
        happened(helene, "document_sent", actor=f"user:{helene.user_id}")
        happened(helene, "document_refused", actor=f"user:{agent.pk}")
        page = page_of(helene_browser, helene)
        assert "· par vous" in page
        assert "· par votre agence" in page

    def test_a_kind_without_words_is_not_shown(self, helene_browser: Browser, helene: Client) -> None:
        happened(helene, "brand_new_kind")
        assert "brand_new_kind" not in page_of(helene_browser, helene)

    def test_another_clients_are_not_shown(self, helene_browser: Browser, helene: Client, ousmane: Client) -> None:
        happened(ousmane, "email_changed")
        happened(helene, "phone_changed", subject=f"client:{helene.user_id}")
        page = page_of(helene_browser, helene)
        assert WORDS["email_changed"] not in page
        assert WORDS["phone_changed"] not in page

    def test_twenty_then_the_rest_by_pages(self, helene_browser: Browser, helene: Client) -> None:
        happened(helene, "email_changed", 25)
        first = page_of(helene_browser, helene)
        assert first.count("data-event=") == 20
        assert "/nantes/securite/evenements/?page=2" in first
        second = page_of(helene_browser, helene, "events", page="2")
        assert second.count("data-event=") == 6  # with the login
        assert 'href="?page=1" rel="prev"' in second
        assert 'rel="next"' not in second
        assert 'href="?page=2" rel="next"' in page_of(helene_browser, helene, "events")

    def test_few_need_no_pages(self, helene_browser: Browser, helene: Client) -> None:
        assert "Voir plus" not in page_of(helene_browser, helene)
        assert 'aria-label="Pages"' not in page_of(helene_browser, helene, "events")

    @pytest.mark.parametrize("times", [1, 30])
    def test_as_many_queries_for_thirty_as_for_one(self, helene_browser: Browser, helene: Client, times: int) -> None:
        happened(helene, "email_changed", times)
        for name, queries in (("security", 4), ("events", 4)):
            with CaptureQueriesContext(connection) as captured:
                helene_browser.get(door(name, helene))
            assert len(captured) == queries, name

    @given(page=ANYTHING)
    @example(page="-1")
    @example(page="9" * 5000)
    @example(page="２")
    @hostile
    def test_a_page_takes_anything(self, helene_browser: Browser, helene: Client, page: str) -> None:
        query = urlencode({"page": page[:5000]}, errors="surrogatepass")
        assert helene_browser.get(f"{door('events', helene)}?{query}").status_code == 200


def kinds_recorded() -> Iterator[tuple[str, str]]:
    """Each kind that accounts record (contracts and payments have pages of their own), with where."""
    for path in sorted((Path(site.BASE_DIR) / "accounts").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
                if getattr(node.args[0], "id", "") == "event":  # what a proved factor is for, said by the view
                    yield from ((kind, path.name) for kind in ("login", "identity_proved"))
                    continue
                literals = [part for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
                assert literals, f"{path}: a kind is a literal, so that this test can read it"
                yield from ((str(part.value), path.name) for part in literals)


def test_every_kind_is_told_or_left_out_on_purpose() -> None:
    found = dict(kinds_recorded())
    assert {"login", "password_changed", "sessions_closed", "code_sent"} <= set(found)
    assert {kind: where for kind, where in found.items() if kind not in set(WORDS) | NOT_SHOWN} == {}
    assert not set(WORDS) & NOT_SHOWN


def test_the_words_are_sentences() -> None:
    assert [words for words in WORDS.values() if not words.endswith(".") or " :" in words or "'" in words] == []


def test_an_author_is_the_client_the_agency_or_nobody() -> None:
    assert [author_of(actor, "user:4") for actor in ("user:4", "user:42", "visitor", "system")] == [
        "par vous", "par votre agence", "", "",
    ]  # fmt: skip


class TestMessage:
    @pytest.fixture
    def sent(self, helene: Client, monkeypatch: pytest.MonkeyPatch) -> Message:
        """A code by SMS, whose reference is K7PM-3QXR."""
        message = Message.objects.create(
            establishment=helene.establishment, channel="sms", kind="login_code", about=f"user:{helene.user_id}",
            recipient="+33639980006", created_at=AT,
        )  # fmt: skip
        known = {("K7PM-3QXR", message.about): message}
        monkeypatch.setattr(references, "find", lambda reference, about: known.get((reference, about)))
        return message

    def ask(self, browser: Browser, client: Client, reference: str) -> Any:
        return browser.post(door("check_message", client), {"reference": reference})

    def test_ours(self, helene_browser: Browser, helene: Client, sent: Message) -> None:
        page = self.ask(helene_browser, helene, "K7PM-3QXR").content.decode()
        assert 'data-answer="yes"' in page
        assert "31\N{NO-BREAK SPACE}mai\N{NO-BREAK SPACE}2026 à 14\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}05" in page
        assert "nous vous avons envoyé un code de connexion, par SMS au *****006." in page
        assert "+33639980006" not in page
        assert Event.objects.get(kind="message_checked").data == {"is_ours": True}

    def test_an_e_mail(self, helene_browser: Browser, helene: Client, sent: Message) -> None:
        Message.objects.update(channel="email", kind="password_changed", recipient="camille@example.org")
        sent.refresh_from_db()
        page = self.ask(helene_browser, helene, "K7PM-3QXR").content.decode()
        assert "un avis de changement de mot de passe, par e-mail à c*****@example.org." in page

    @pytest.mark.parametrize("reference", ["K7PM-3QXX", "x", "<script>"])
    def test_not_ours(self, helene_browser: Browser, helene: Client, sent: Message, reference: str) -> None:
        page = self.ask(helene_browser, helene, reference).content.decode()
        assert 'data-answer="no"' in page
        assert "Nous n’avons pas envoyé ce message" in page
        assert "<script>" not in page.replace("<script src", "")
        assert reference not in str(Event.objects.get(kind="message_checked").data)

    def test_another_clients_is_not_ours(self, ousmane_browser: Browser, ousmane: Client, sent: Message) -> None:
        assert 'data-answer="no"' in self.ask(ousmane_browser, ousmane, "K7PM-3QXR").content.decode()

    def test_nothing_typed(self, helene_browser: Browser, helene: Client) -> None:
        answer = self.ask(helene_browser, helene, " ")
        assert answer.status_code == 422
        assert "Tapez la référence du message." in answer.content.decode()
        assert "message_checked" not in journal_kinds()

    def test_too_many(self, helene_browser: Browser, helene: Client) -> None:
        for _ in range(20):
            limits.message_checks_of(helene.user_id)
        answer = self.ask(helene_browser, helene, "K7PM-3QXR")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "180")
        assert "Trop de références essayées. Recommencez dans 3\N{NO-BREAK SPACE}minutes." in answer.content.decode()
        assert 'value="K7PM-3QXR"' in answer.content.decode(), "nothing typed is lost"

    def test_looking_asks_nothing(self, helene_browser: Browser, helene: Client) -> None:
        assert "data-answer" not in page_of(helene_browser, helene, "check_message", reference="K7PM-3QXR")

    @given(typed=ANYTHING)
    @example(typed="\x00")
    @example(typed="\ud800")
    @example(typed="9" * 100_000)
    @hostile
    def test_it_takes_anything(self, helene_browser: Browser, helene: Client, typed: str) -> None:
        assert post_raw(helene_browser, door("check_message", helene), {"reference": typed}).status_code in {200, 422}


def test_no_message_has_a_reference_yet(db: None) -> None:
    assert references.find("K7PM-3QXR", "user:1") is None


def test_a_message_is_named_and_its_address_is_masked() -> None:
    assert words_of("login_code") == "un code de connexion"
    assert words_of("brand_new_kind") == ANOTHER
    assert masked("+33639980006") == "*****006"
    assert masked("camille@example.org") == "c*****@example.org"
