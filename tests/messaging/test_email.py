"""E-mails through Django's backend, and the words that they carry."""

import re
import smtplib
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any
from unittest.mock import Mock

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from people import a_client

from accounts.models import Client
from establishments.models import Establishment
from messaging.models import InboxMessage, Message
from messaging.outbox import queue_email
from messaging.tasks import deliver_message, send_pending

KINDS = ("invitation", "password_link", "password_changed", "identifier")
TELLTALE = re.compile(r"gage|bijou|prêt|pret\b|vente|enchère|crédit|municipal|[0-9]{3}", re.IGNORECASE)
LINK = "http://localhost:8000/nantes/mot-de-passe/MQ/dih-0123456789abcdef/"


@pytest.fixture
def smtp(settings: Any) -> None:
    """An SMTP server is configured; Django's test runner keeps what goes to it in memory."""
    settings.EMAIL_URL = "smtp://localhost"


def written(kind: str, client: Client) -> InboxMessage:
    message = queue_email(
        kind,
        to=client.email,
        about=client.user,
        establishment=client.establishment,
        context={"client": client, "link": LINK, "hours": 24},
    )
    deliver_message(message.pk)
    return InboxMessage.objects.get()


class Words(HTMLParser):
    """The visible words of a page, and its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if name == "href" and value]


@pytest.mark.usefixtures("smtp")
class TestTheServer:
    def test_both_versions_leave(self, helene: Client) -> None:
        message = queue_email(
            "identifier", to=helene.email, about=helene.user, establishment=helene.establishment,
            context={"client": helene},
        )  # fmt: skip
        deliver_message(message.pk)
        (sent,) = mail.outbox
        assert isinstance(sent, EmailMultiAlternatives)
        assert sent.to == [helene.email]
        assert sent.from_email == "ne-pas-repondre@pretgage.fr"
        assert str(helene.user.identifier) in sent.body
        assert [kind for _, kind in sent.alternatives] == ["text/html"]
        message.refresh_from_db()
        assert (message.state, message.sealed) == (Message.State.SENT, "")
        assert not InboxMessage.objects.exists()

    @pytest.mark.parametrize(
        ("error", "state", "words"),
        [
            (smtplib.SMTPRecipientsRefused({"h": (550, b"no such user")}), Message.State.FAILED, "SMTP 550"),
            (smtplib.SMTPRecipientsRefused({"h": (450, b"grey-listed")}), Message.State.QUEUED, "SMTP 450"),
            (smtplib.SMTPDataError(554, b"spam"), Message.State.FAILED, "SMTP 554"),
            (smtplib.SMTPAuthenticationError(454, b"later"), Message.State.QUEUED, "SMTP 454"),
            (ConnectionRefusedError(), Message.State.QUEUED, "ConnectionRefusedError"),
            (smtplib.SMTPServerDisconnected(), Message.State.SENDING, "SMTPServerDisconnected"),
            (TimeoutError(), Message.State.SENDING, "TimeoutError"),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_an_error_is_written_in_the_row(
        self, helene: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str, words: str
    ) -> None:
        def fail(self: EmailMultiAlternatives) -> int:
            raise error

        monkeypatch.setattr(EmailMultiAlternatives, "send", fail)
        message = queue_email(
            "identifier", to=helene.email, about=helene.user, establishment=helene.establishment,
            context={"client": helene},
        )  # fmt: skip
        deliver_message(message.pk)
        message.refresh_from_db()
        assert (message.state, message.error) == (state, words)
        assert bool(message.sealed) == (state == Message.State.QUEUED)

    def test_a_server_that_is_down_for_a_day_loses_the_message(
        self, helene: Client, monkeypatch: pytest.MonkeyPatch, time_machine: Any
    ) -> None:
        monkeypatch.setattr(EmailMultiAlternatives, "send", Mock(side_effect=ConnectionRefusedError))
        message = queue_email(
            "identifier", to=helene.email, about=helene.user, establishment=helene.establishment,
            context={"client": helene},
        )  # fmt: skip
        for hours, state in ((23, Message.State.QUEUED), (25, Message.State.FAILED)):
            time_machine.move_to(message.created_at + timedelta(hours=hours))
            assert send_pending() == 1
            message.refresh_from_db()
            assert message.state == state
        assert send_pending() == 0


@pytest.mark.parametrize("kind", KINDS)
class TestTheWords:
    def test_the_subject_betrays_nothing(self, helene: Client, kind: str) -> None:
        subject = written(kind, helene).subject
        assert subject
        assert not TELLTALE.search(subject)

    def test_both_versions_say_whom_to_call_and_what_we_never_ask(self, helene: Client, kind: str) -> None:
        sent = written(kind, helene)
        visible = " ".join("".join(Words(sent.html).words).split()).replace("\u00a0", " ")
        for text in (sent.text.replace("\u00a0", " "), visible):
            assert "Hélène Lefèvre" in text
            assert "Crédit Municipal de Nantes" in text
            assert "02 61 91 00 00" in text
            assert "Nous ne demandons jamais votre mot de passe ni un code" in text

    def test_both_versions_hold_the_same_links(self, helene: Client, kind: str) -> None:
        sent = written(kind, helene)
        in_html = {link for link in Words(sent.html).links if link.startswith("http")}
        assert in_html == set(re.findall(r"https?://\S+", sent.text))

    def test_the_text_is_text_and_the_page_is_escaped(self, nantes: Establishment, kind: str) -> None:
        sent = written(kind, a_client(nantes, first_name="<b>Zoé", last_name="d’A & O'Neil"))
        assert "<b>Zoé d’A & O'Neil" in sent.text
        assert "<b>Zoé" not in sent.html
        assert "<b>Zoé d’A & O'Neil" in unescape(sent.html)

    def test_french_typography_is_kept(self, helene: Client, kind: str) -> None:
        sent = written(kind, helene)
        visible = "".join(Words(sent.html).words)
        for text in (re.sub(r"https?://\S+", "", sent.text), visible):
            assert not re.search(r"[^\u00a0][:;?!](\s|$)", text), "a non-breaking space stands before : ; ? !"
            assert "'" not in text


@pytest.mark.parametrize("kind", ["invitation", "password_link"])
def test_the_link_says_how_long_it_lives(helene: Client, kind: str) -> None:
    sent = written(kind, helene)
    assert LINK in sent.text.splitlines()
    assert f'href="{LINK}"' in sent.html
    assert "24\u00a0heures" in sent.text


def test_the_invitation_says_the_identifier_and_how_to_get_another_link(helene: Client) -> None:
    sent = written("invitation", helene)
    for text in (sent.text, sent.html):
        assert "5501234567" in text
        assert "http://localhost:8000/nantes/mot-de-passe/" in text
        assert f"finit par {helene.phone[-3:]}" in text


def test_the_invitation_of_a_client_without_a_mobile_says_to_call(nantes: Establishment) -> None:
    sent = written("invitation", a_client(nantes, mobile=False))
    for text in (sent.text, sent.html):
        assert "pas encore de numéro de mobile" in text
