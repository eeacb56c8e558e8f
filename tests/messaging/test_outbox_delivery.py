"""A message is a row committed with its cause; it leaves once, or its row says why not."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from cryptography.fernet import InvalidToken
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, transaction
from django.test import Client as Browser
from django.test import TestCase
from doors import enter, link_in, newest_mail, sms_code
from kombu.exceptions import OperationalError
from people import an_establishment

from accounts.models import Client, SMSDevice
from establishments.models import Establishment
from journal.models import Event
from messaging import delivery
from messaging.answers import Answer, Sent
from messaging.models import InboxMessage, Message
from messaging.outbox import queue_sms
from messaging.sealing import Text, seal, unseal
from messaging.tasks import deliver_message, send_pending

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def queue(establishment: Establishment, **facts: Any) -> Message:
    return queue_sms(
        "login_code", to="+33639980006", about=establishment, establishment=establishment, body="bonjour", **facts
    )


def test_a_message_waits_for_the_commit_then_leaves(nantes: Establishment) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        message = queue(nantes)
        assert message.state == Message.State.QUEUED
        assert not InboxMessage.objects.exists()
    message.refresh_from_db()
    assert (message.state, message.provider_id) == (Message.State.SENT, "inbox")
    assert message.sending_at is not None
    assert message.done_at is not None
    assert InboxMessage.objects.get().text.splitlines()[0] == "bonjour"


def test_a_message_goes_with_its_cause(nantes: Establishment) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True), transaction.atomic():
        queue(nantes)
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert not InboxMessage.objects.exists()


def test_a_message_leaves_once(nantes: Establishment) -> None:
    message = queue(nantes)
    for _ in range(3):
        deliver_message(message.pk)
    assert InboxMessage.objects.count() == 1


def test_a_message_that_is_gone_is_nobodys_error(db: None) -> None:
    deliver_message(404)


def test_the_text_is_sealed_while_it_waits_and_erased_after(nantes: Establishment) -> None:
    message = queue(nantes)
    assert "bonjour" not in message.sealed
    assert unseal(message.sealed).body.startswith("bonjour")
    deliver_message(message.pk)
    message.refresh_from_db()
    assert message.sealed == ""


def test_the_database_refuses_a_text_that_was_sent(nantes: Establishment) -> None:
    message = queue(nantes)
    message.state = Message.State.SENT
    with pytest.raises(IntegrityError), transaction.atomic():
        message.save()


def test_an_sms_that_came_too_late_is_not_sent(nantes: Establishment) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(nantes, expires_at=NOON + timedelta(minutes=5))
        clock.shift(300)
        deliver_message(message.pk)
    message.refresh_from_db()
    assert (message.state, message.sealed) == (Message.State.EXPIRED, "")
    assert not InboxMessage.objects.exists()


def test_with_sms_switched_off_the_row_says_so(nantes: Establishment, settings: Any) -> None:
    settings.SMS_BACKEND = "off"
    message = queue(nantes)
    deliver_message(message.pk)
    message.refresh_from_db()
    assert (message.state, message.error, message.sealed) == (Message.State.FAILED, "envoi de SMS coupé", "")


@pytest.mark.parametrize("error", [OperationalError("no broker"), ConnectionRefusedError()], ids=["kombu", "socket"])
def test_without_a_broker_the_row_waits_for_the_sweeper(
    nantes: Establishment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def refuse(message_id: int) -> None:
        raise error

    monkeypatch.setattr(deliver_message, "delay", refuse)
    with time_machine.travel(NOON, tick=False) as clock, caplog.at_level(logging.WARNING, "messaging"):
        with TestCase.captureOnCommitCallbacks(execute=True):
            message = queue(nantes)
        assert f"message {message.pk} waits for the sweeper" in caplog.text
        message.refresh_from_db()
        assert message.state == Message.State.QUEUED
        assert send_pending() == 0, "a minute is left to the wake-up"
        clock.shift(61)
        assert send_pending() == 1
    assert InboxMessage.objects.count() == 1


def test_the_sweeper_sends_each_message_once_oldest_first(nantes: Establishment) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        first, second = queue(nantes), queue(nantes)
        deliver_message(second.pk)
        clock.shift(61)
        assert delivery.waiting_messages(older_than=timedelta(minutes=1)) == [first.pk]


def test_a_message_in_doubt_is_never_sent_again(nantes: Establishment) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(nantes)
        Message.objects.update(state=Message.State.SENDING)
        clock.shift(3600)
        assert send_pending() == 0
        deliver_message(message.pk)
    assert not InboxMessage.objects.exists()


def test_no_secret_stays_in_the_tables(browser: Browser, helene: Client) -> None:
    """Neither the code, nor the link, nor the password, in any row but the demonstration's inbox."""
    enter(browser, helene)
    browser.post("/nantes/mot-de-passe/", {"identifier": helene.user.identifier})
    link = link_in(newest_mail(helene.email))
    secrets = [sms_code(helene), link.split("/")[-2], "le-chat-dort-au-soleil"]
    rows = [*Message.objects.values(), *Event.objects.values(), *SMSDevice.objects.values("token", "challenge")]
    assert len(rows) >= 5
    for secret in secrets:
        assert not [row for row in rows if secret in str(row)]


def test_another_key_cannot_unseal(settings: Any) -> None:
    sealed = seal(Text("", "bonjour"))
    settings.SECRET_KEY = "une-autre-clé"
    with pytest.raises(InvalidToken):
        unseal(sealed)


def test_a_message_that_cannot_be_unsealed_stops_no_other(nantes: Establishment, settings: Any) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        lost = queue(nantes)
        settings.SECRET_KEY = "une-autre-clé"
        kept = queue(nantes)
        clock.shift(61)
        assert send_pending() == 2
    lost.refresh_from_db()
    kept.refresh_from_db()
    assert (lost.state, lost.error) == (Message.State.FAILED, "scellé avec une autre SECRET_KEY")
    assert kept.state == Message.State.SENT


def test_the_network_is_never_called_inside_a_transaction(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[bool] = []

    def noting(message: Message, text: Text) -> Answer:
        inside.append(connections[DEFAULT_DB_ALIAS].in_atomic_block)
        return Sent("x")

    message = queue(an_establishment())
    Message.objects.update(state=Message.State.QUEUED, sealed=seal(Text("", "bonjour")), done_at=None)
    monkeypatch.setattr(delivery, "send", noting)
    deliver_message(message.pk)
    assert inside == [False]
