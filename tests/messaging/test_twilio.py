"""What Twilio answers, or does not, decides what the row says. Nothing leaves twice."""

import json
import logging
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone
from doors import type_password
from twilio_stand_in import SID, StandIn

from accounts.models import Client
from establishments.models import Establishment
from messaging import twilio_gateway
from messaging.models import Message
from messaging.outbox import queue_sms
from messaging.tasks import deliver_message, send_pending

PHONE = "+33639980006"
JSON = "application/json"


def queue(nantes: Establishment, **facts: Any) -> Message:
    return queue_sms(
        "login_code", to=PHONE, about=nantes, establishment=nantes, body="123456 est votre code", **facts
    )  # fmt: skip


@pytest.fixture
def message(nantes: Establishment) -> Message:
    """A notice: nobody waits for it."""
    return queue(nantes)


@pytest.fixture
def code(nantes: Establishment) -> Message:
    """A code: of use for five minutes."""
    return queue(nantes, expires_at=timezone.now() + timedelta(minutes=5))


def delivered(message: Message) -> Message:
    deliver_message(message.pk)
    message.refresh_from_db()
    return message


def problem(status: int, code: int) -> tuple[int, str, str]:
    return status, JSON, json.dumps({"code": code, "message": f"to {PHONE}", "status": status})


def test_accepted(twilio: type[StandIn], message: Message) -> None:
    sent = delivered(message)
    assert (sent.state, sent.provider_id, sent.sealed, sent.error) == (Message.State.SENT, SID, "", "")
    (asked,) = twilio.asked
    assert asked["path"] == f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"
    assert (asked["To"], asked["From"]) == (PHONE, "+33700000000")
    assert asked["Body"].splitlines()[0] == "123456 est votre code"
    assert (asked["ContentRetention"], asked["AddressRetention"]) == ("discard", "obfuscate")


def test_a_messaging_service_takes_the_place_of_the_number(
    twilio: type[StandIn], message: Message, settings: Any
) -> None:
    settings.TWILIO_MESSAGING_SERVICE_SID = "MG" + "2" * 32
    delivered(message)
    assert twilio.asked[0]["MessagingServiceSid"] == "MG" + "2" * 32
    assert "From" not in twilio.asked[0]


@pytest.mark.parametrize(
    ("site_url", "callback"),
    [
        ("http://localhost:8000", None),
        ("https://espace.example.fr", "https://espace.example.fr/messages/sms/statut/"),
    ],
)
def test_twilio_is_asked_to_report_where_it_can_reach_us(
    twilio: type[StandIn], message: Message, settings: Any, site_url: str, callback: str | None
) -> None:
    settings.SITE_URL = site_url
    delivered(message)
    assert twilio.asked[0].get("StatusCallback") == callback


def test_a_code_is_worth_sending_as_long_as_it_lives(twilio: type[StandIn], browser: Browser, helene: Client) -> None:
    assert type_password(browser, helene).status_code == 302
    assert 290 <= int(twilio.asked[0]["ValidityPeriod"]) <= 300
    assert twilio.asked[0]["To"] == helene.phone


@pytest.mark.parametrize(("status", "number"), [(400, 21211), (401, 20003), (404, 20404)])
def test_refused(twilio: type[StandIn], message: Message, status: int, number: int) -> None:
    twilio.answer = problem(status, number)
    refused = delivered(message)
    assert (refused.state, refused.sealed) == (Message.State.FAILED, "")
    assert refused.error == f"Twilio {status}/{number}"


def test_refused_in_the_newer_writing(twilio: type[StandIn], message: Message) -> None:
    """RFC 9457: another exception of Twilio's client."""
    facts = {"type": "https://example.org", "title": "no", "status": 400, "code": 21211}
    twilio.answer = (400, "application/problem+json", json.dumps(facts))
    assert delivered(message).error == "Twilio 400/21211"


def test_a_refusal_with_a_strange_number_is_still_one(twilio: type[StandIn], message: Message) -> None:
    twilio.answer = (400, JSON, json.dumps({"code": "\0" * 300, "message": "?", "status": 400}))
    refused = delivered(message)
    assert (refused.state, refused.error) == (Message.State.FAILED, "Twilio 400")


@pytest.mark.parametrize(("status", "number"), [(429, 20429), (503, 20503)])
class TestNotNow:
    """Twilio took nothing and says so."""

    def test_a_code_has_failed(self, twilio: type[StandIn], code: Message, status: int, number: int) -> None:
        twilio.answer = problem(status, number)
        refused = delivered(code)
        assert (refused.state, refused.sealed) == (Message.State.FAILED, "")
        assert refused.error == f"Twilio {status}/{number}"

    def test_a_notice_leaves_later(self, twilio: type[StandIn], message: Message, status: int, number: int) -> None:
        accepted, twilio.answer = twilio.answer, problem(status, number)
        waiting = delivered(message)
        assert (waiting.state, waiting.error) == (Message.State.QUEUED, f"Twilio {status}/{number}")
        twilio.answer = accepted
        with time_machine.travel(timezone.now() + timedelta(minutes=2)):
            assert send_pending() == 1
        message.refresh_from_db()
        assert (message.state, message.provider_id) == (Message.State.SENT, SID)


@pytest.mark.parametrize(
    "answer",
    [
        (500, "text/html", "<h1>Internal Server Error</h1>"),
        (200, "text/html", "<h1>Bienvenue sur le portail captif</h1>"),
        (201, "text/html", "<h1>?</h1>"),
        (201, JSON, "[]"),
        (201, JSON, "{}"),
        (201, JSON, "null"),
        (201, JSON, "{"),
        (201, JSON, json.dumps({"sid": None})),
        (201, JSON, json.dumps({"sid": "x" * 500})),
        (201, JSON, json.dumps({"sid": "SM\0"})),
        (302, "text/html", ""),
        (307, "text/html\r\nLocation: /elsewhere", ""),
    ],
    ids=lambda answer: f"{answer[0]} {answer[2][:12]}",
)
def test_an_answer_that_cannot_be_read_leaves_a_doubt(
    twilio: type[StandIn], message: Message, answer: tuple[int, str, str]
) -> None:
    """The SMS may have left: shown to staff, never sent again by itself, and neither text nor number lingers."""
    twilio.answer = answer
    doubtful = delivered(message)
    assert doubtful.state == Message.State.SENDING
    assert "Twilio" in doubtful.error
    assert (doubtful.sealed, doubtful.recipient) == ("", "+33*****006")
    delivered(message)
    assert len(twilio.asked) == 1


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time-outs in a tenth of their time."""
    for name in ("CONNECT_SECONDS", "READ_SECONDS", "WHOLE_SECONDS"):
        monkeypatch.setattr(twilio_gateway, name, getattr(twilio_gateway, name) / 10)


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize(
    ("manner", "least", "most"),
    [({"delay": 1.0}, 0.3, 0.45), ({"drip": 0.02}, 0.5, 0.65), ({"drip": 0.2}, 0.5, 0.65)],
    ids=["hanging", "dripping", "dripping slowly"],
)
def test_too_slow_leaves_a_doubt(
    twilio: type[StandIn], message: Message, manner: dict[str, float], least: float, most: float
) -> None:
    for name, value in manner.items():
        setattr(twilio, name, value)
    started = time.monotonic()
    doubtful = delivered(message)
    assert least <= time.monotonic() - started < most
    assert (doubtful.state, doubtful.sealed) == (Message.State.SENDING, "")
    assert doubtful.error == "Twilio n’a pas répondu à temps"
    delivered(message)
    assert len(twilio.asked) == 1


def test_hanging_up_leaves_a_doubt(twilio: type[StandIn], message: Message) -> None:
    """The message was handed over before the line broke."""
    twilio.hangs_up = True
    doubtful = delivered(message)
    assert (doubtful.state, doubtful.error) == (Message.State.SENDING, "Twilio a coupé sans répondre")
    delivered(message)
    assert len(twilio.asked) == 1


def test_nobody_there_sends_nothing(twilio: type[StandIn], message: Message, code: Message, settings: Any) -> None:
    settings.TWILIO_API_URL = "http://127.0.0.1:1"
    waiting, failed = delivered(message), delivered(code)
    assert (waiting.state, waiting.error) == (Message.State.QUEUED, "Twilio injoignable")
    assert (failed.state, failed.error) == (Message.State.FAILED, "Twilio injoignable")
    assert twilio.asked == []


@pytest.mark.parametrize(
    "manner",
    [
        {"answer": (500, "text/html", "?")},
        {"answer": problem(400, 21211)},
        {"answer": problem(429, 20429)},
        {"answer": (201, JSON, "{}")},
        {"answer": (200, "text/html", "<h1>?</h1>")},
        {"hangs_up": True},
        {"delay": 9.0},
        {"drip": 0.5},
    ],
    ids=str,
)
def test_a_login_answers_within_six_seconds_and_says_what_to_do(
    twilio: type[StandIn], browser: Browser, helene: Client, manner: dict[str, Any]
) -> None:
    """With the time-outs of real life."""
    for name, value in manner.items():
        setattr(twilio, name, value)
    started = time.monotonic()
    assert type_password(browser, helene).status_code == 302
    assert time.monotonic() - started < 6
    page = browser.get("/nantes/connexion/code/")
    assert page.status_code == 200
    assert "demandez un nouveau code" in page.content.decode()
    assert len(twilio.asked) == 1


def test_nothing_of_an_sms_is_logged(twilio: type[StandIn], message: Message, caplog: pytest.LogCaptureFixture) -> None:
    twilio.answer = problem(400, 21211)
    with caplog.at_level(logging.INFO):
        delivered(message)
    for secret in (PHONE, PHONE[1:], "123456", "est votre code"):
        assert secret not in caplog.text
