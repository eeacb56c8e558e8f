"""Twilio through a stand-in on loopback: what it answers decides what the row says."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from django.test import Client as Browser
from doors import type_password

from accounts.models import Client
from establishments.models import Establishment
from messaging import gateways
from messaging.models import Message
from messaging.outbox import queue_sms
from messaging.tasks import deliver_message

ACCOUNT = "AC" + "0" * 32
CREATED = json.dumps({"sid": "SM" + "1" * 32, "status": "queued"})
REFUSED = json.dumps({"code": 21211, "message": "The 'To' number is not valid.", "status": 400})


class StandIn(BaseHTTPRequestHandler):
    """Answers as told; keeps what it was asked."""

    answer: ClassVar[tuple[int, str, str]]
    delay: ClassVar[float]
    asked: ClassVar[list[dict[str, Any]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append({"path": self.path, **{name: values[0] for name, values in parse_qs(body).items()}})
        time.sleep(self.delay)
        status, content_type, text = self.answer
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: object) -> None:
        """Not on the console."""


@pytest.fixture
def twilio(settings: Any) -> Iterator[type[StandIn]]:
    StandIn.answer, StandIn.delay, StandIn.asked = (201, "application/json", CREATED), 0, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    settings.SMS_BACKEND = "twilio"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM = ACCOUNT, "x" * 32, "+33700000000"
    settings.TWILIO_API_URL = f"http://127.0.0.1:{server.server_port}"
    yield StandIn
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def message(nantes: Establishment) -> Message:
    return queue_sms("login_code", to="+33639980006", about=nantes, establishment=nantes, body="123456 est votre code")


def delivered(message: Message) -> Message:
    deliver_message(message.pk)
    message.refresh_from_db()
    return message


def test_accepted(twilio: type[StandIn], message: Message) -> None:
    sent = delivered(message)
    assert (sent.state, sent.provider_id, sent.sealed) == (Message.State.SENT, "SM" + "1" * 32, "")
    (asked,) = twilio.asked
    assert asked["path"] == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert (asked["To"], asked["From"], asked["Body"]) == ("+33639980006", "+33700000000", "123456 est votre code")
    assert (asked["ContentRetention"], asked["AddressRetention"]) == ("discard", "obfuscate")


def test_a_messaging_service_takes_the_place_of_the_number(
    twilio: type[StandIn], message: Message, settings: Any
) -> None:
    settings.TWILIO_MESSAGING_SERVICE_SID = "MG" + "2" * 32
    delivered(message)
    assert twilio.asked[0]["MessagingServiceSid"] == "MG" + "2" * 32
    assert "From" not in twilio.asked[0]


def test_a_code_is_worth_sending_as_long_as_it_lives(twilio: type[StandIn], browser: Browser, helene: Client) -> None:
    assert type_password(browser, helene).status_code == 302
    assert 290 <= int(twilio.asked[0]["ValidityPeriod"]) <= 300
    assert twilio.asked[0]["To"] == helene.phone


@pytest.mark.parametrize(
    ("status", "content_type", "text"),
    [
        (400, "application/json", REFUSED),
        (401, "application/json", json.dumps({"code": 20003, "message": "Authenticate", "status": 401})),
        (429, "application/json", json.dumps({"code": 20429, "message": "Too Many Requests", "status": 429})),
    ],
)
def test_refused(twilio: type[StandIn], message: Message, status: int, content_type: str, text: str) -> None:
    twilio.answer = (status, content_type, text)
    refused = delivered(message)
    assert (refused.state, refused.sealed) == (Message.State.FAILED, "")
    assert refused.error == f"Twilio {status}/{json.loads(text)['code']}"


@pytest.mark.parametrize(
    "answer",
    [
        (500, "text/html", "<h1>Internal Server Error</h1>"),
        (503, "application/json", json.dumps({"code": 20503, "message": "Unavailable", "status": 503})),
        (200, "text/html", "<h1>Bienvenue sur le portail captif</h1>"),
        (201, "text/html", "<h1>?</h1>"),
        (201, "application/json", "[]"),
        (201, "application/json", "{}"),
        (201, "application/json", "null"),
        (201, "application/json", "{"),
        (302, "text/html", ""),
    ],
    ids=lambda answer: f"{answer[0]} {answer[2][:12]}",
)
def test_an_answer_that_cannot_be_read_leaves_a_doubt(
    twilio: type[StandIn], message: Message, answer: tuple[int, str, str]
) -> None:
    """The SMS may have left: shown to staff, never sent again by itself, and the text does not linger."""
    twilio.answer = answer
    doubtful = delivered(message)
    assert doubtful.state == Message.State.SENDING
    assert doubtful.error
    assert doubtful.sealed == ""
    delivered(message)
    assert len(twilio.asked) == 1


def test_slower_than_the_time_out_leaves_a_doubt(
    twilio: type[StandIn], message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateways, "TIMEOUT_SECONDS", 0.2)
    twilio.delay = 0.6
    started = time.monotonic()
    doubtful = delivered(message)
    assert time.monotonic() - started < 0.6
    assert (doubtful.state, doubtful.error) == (Message.State.SENDING, "ReadTimeout")


def test_nobody_there_is_a_refusal(message: Message, twilio: type[StandIn], settings: Any) -> None:
    settings.TWILIO_API_URL = "http://127.0.0.1:1"
    refused = delivered(message)
    assert (refused.state, refused.error) == (Message.State.FAILED, "ConnectionError")
    assert twilio.asked == []


@pytest.mark.parametrize("answer", [(500, "text/html", "?"), (400, "application/json", REFUSED)])
def test_a_login_meets_no_error_of_twilio(
    twilio: type[StandIn], browser: Browser, helene: Client, answer: tuple[int, str, str]
) -> None:
    twilio.answer = answer
    assert type_password(browser, helene).status_code == 302
    assert browser.get("/nantes/connexion/code/").status_code == 200
