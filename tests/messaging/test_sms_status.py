"""Twilio's word on what became of an SMS: signed, for our address, and only ever a step forward."""

import logging
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone
from twilio.request_validator import RequestValidator

from establishments.models import Establishment
from messaging.fate import Fate, fate_of
from messaging.models import Message

PATH = "/messages/sms/statut/"
SITE = "https://espace.example.fr"
TOKEN = "un-jeton-de-test"
SID = "SM" + "a" * 32

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def token(settings: Any) -> None:
    settings.SITE_URL, settings.TWILIO_AUTH_TOKEN = SITE, TOKEN


@pytest.fixture
def message(nantes: Establishment) -> Message:
    return Message.objects.create(
        establishment=nantes, channel="sms", kind="login_code", about="user:1", recipient="+33*****006",
        state="sent", provider_id=SID, created_at=timezone.now(),
    )  # fmt: skip


def report(status: str, **facts: str) -> dict[str, str]:
    return {"MessageSid": SID, "MessageStatus": status, "To": "+33639980006", "AccountSid": "AC1", **facts}


def signature(facts: dict[str, str], *, url: str = SITE + PATH, token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, facts))


def post(browser: Browser, facts: dict[str, str], signed: str | None, **extra: Any) -> int:
    headers = {} if signed is None else {"X-Twilio-Signature": signed}
    return int(browser.post(PATH, facts, headers=headers, **extra).status_code)


def tell(browser: Browser, status: str, **facts: str) -> int:
    told = report(status, **facts)
    return post(browser, told, signature(told))


def test_a_signed_report_is_kept(browser: Browser, message: Message) -> None:
    assert tell(browser, "delivered") == 204
    message.refresh_from_db()
    assert (message.delivery, message.delivery_error) == (Message.Delivery.DELIVERED, "")


def test_it_needs_no_token_of_a_form_and_no_session(message: Message) -> None:
    assert tell(Browser(enforce_csrf_checks=True), "delivered") == 204


@pytest.mark.parametrize(
    "signed",
    [
        None,
        "",
        "x",
        "é" * 28,
        signature(report("delivered"), token="another"),
        signature(report("delivered"), token=""),
        signature(report("delivered"), url="https://evil.example" + PATH),
        signature(report("delivered"), url="http://espace.example.fr" + PATH),
        signature(report("failed")),
    ],
    ids=["none", "empty", "short", "strange", "token", "no token", "host", "scheme", "other words"],
)
def test_any_other_signature_is_refused(browser: Browser, message: Message, signed: str | None) -> None:
    assert post(browser, report("delivered"), signed) == 403
    message.refresh_from_db()
    assert message.delivery == ""


def test_without_a_token_nothing_is_believed(browser: Browser, message: Message, settings: Any) -> None:
    settings.TWILIO_AUTH_TOKEN = ""
    assert post(browser, report("delivered"), signature(report("delivered"), token="")) == 403


def test_the_address_comes_from_the_settings(browser: Browser, message: Message) -> None:
    """A poisoned Host neither opens the door nor closes it."""
    facts = report("delivered")
    evil = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_HOST": "localhost"}
    assert post(browser, facts, signature(facts, url="http://localhost" + PATH), **evil) == 403
    assert post(browser, facts, signature(facts), **evil) == 204


def test_a_get_is_not_allowed(browser: Browser) -> None:
    assert browser.get(PATH).status_code == 405


@pytest.mark.parametrize("sid", ["SM" + "b" * 32, "", "SM\0", "1" * 5000])
def test_an_unknown_message_is_not_found(browser: Browser, message: Message, sid: str) -> None:
    facts = report("delivered") | {"MessageSid": sid}
    assert post(browser, facts, signature(facts)) == 404


@pytest.mark.parametrize(
    ("statuses", "kept"),
    [
        (("queued", "sending", "sent", "delivered"), "delivered"),
        (("accepted", "delivered", "sent", "queued"), "delivered"),
        (("sent", "undelivered", "delivered"), "undelivered"),
        (("delivered", "failed"), "delivered"),
        (("canceled", "sent"), "failed"),
        (("sent", "sent"), "sent"),
        (("sent", "read"), "delivered"),
        (("sent", "nonsense", ""), "sent"),
        (("scheduled",), "queued"),
    ],
    ids=" ".join,
)
def test_only_forward(browser: Browser, message: Message, statuses: tuple[str, ...], kept: str) -> None:
    assert {tell(browser, status) for status in statuses} == {204}
    message.refresh_from_db()
    assert message.delivery == kept


@pytest.mark.parametrize(("told", "kept"), [("30003", "30003"), ("", ""), ("+33639980006", ""), ("9" * 20, "")])
def test_why_it_was_not_delivered(browser: Browser, message: Message, told: str, kept: str) -> None:
    assert tell(browser, "undelivered", ErrorCode=told) == 204
    message.refresh_from_db()
    assert (message.delivery, message.delivery_error) == ("undelivered", kept)
    assert fate_of("login_code", "user:1") == Fate.UNDELIVERED


def test_a_report_again_changes_nothing(browser: Browser, message: Message) -> None:
    tell(browser, "undelivered", ErrorCode="30003")
    tell(browser, "undelivered", ErrorCode="30005")
    message.refresh_from_db()
    assert message.delivery_error == "30003"


def test_nothing_of_a_report_is_logged_or_kept(
    browser: Browser, message: Message, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        tell(browser, "delivered", Body="votre code est 123456")
        post(browser, report("delivered"), "x")
    assert "39980006" not in caplog.text
    assert "123456" not in caplog.text
    assert "39980006" not in str(list(Message.objects.values()))
