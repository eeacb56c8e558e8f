"""Redis refuses, or takes the call and says nothing: no page fails or stalls, and what waited leaves later."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from celery import Celery
from django.conf import settings as django_settings
from django.test import Client as Browser
from django.test import TestCase
from django.utils import timezone
from doors import enter, is_inside

from accounts.models import Client
from messaging import waking
from messaging.models import InboxMessage, Message
from messaging.outbox import queue_email
from messaging.tasks import deliver_message, send_pending


@pytest.fixture(params=["refusing", "silent"])
def dead_broker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The task goes through a Celery of its own, that has our settings and the address of a Redis that is none."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1] if request.param == "silent" else 1
        lost = Celery("lost", set_as_current=False)
        lost.conf.update(
            broker_url=f"redis://127.0.0.1:{port}/0",
            task_ignore_result=True,
            broker_transport_options=django_settings.CELERY_BROKER_TRANSPORT_OPTIONS,
            task_publish_retry=django_settings.CELERY_TASK_PUBLISH_RETRY,
        )
        lost.finalize()  # its first use costs imports
        monkeypatch.setattr(waking, "deliver_message", lost.task(name=deliver_message.name)(deliver_message.run))
        yield
        lost.close()


def queue(client: Client) -> Message:
    return queue_email(
        "password_changed", to=client.email, about=client.user, establishment=client.establishment,
        context={"client": client},
    )  # fmt: skip


@pytest.mark.usefixtures("dead_broker")
def test_messages_wait_for_the_sweeper_and_hold_nobody_up(helene: Client) -> None:
    started = time.monotonic()
    with TestCase.captureOnCommitCallbacks(execute=True):
        messages = [queue(helene) for _ in range(5)]
    assert time.monotonic() - started < 5, "a silent broker costs one time-out of 2 seconds, not one a message"
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.QUEUED}
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert send_pending() == len(messages)
    assert InboxMessage.objects.count() == len(messages)
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.SENT}


@pytest.mark.usefixtures("dead_broker")
def test_a_client_gets_the_code_and_gets_in(browser: Browser, helene: Client) -> None:
    """Neither broker nor worker: the code leaves from the process that answers the page."""
    started = time.monotonic()
    enter(browser, helene)
    assert is_inside(browser, helene)
    assert time.monotonic() - started < 5


@pytest.mark.usefixtures("dead_broker")
def test_a_form_that_sends_mail_answers(browser: Browser, helene: Client) -> None:
    answer = browser.post("/nantes/mot-de-passe/", {"identifier": helene.user.identifier})
    assert answer.status_code == 200
    assert Message.objects.get().state == Message.State.QUEUED


def test_a_broker_that_is_back_is_asked_again(
    helene: Client, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    asked: list[int] = []

    def refuse(message_id: int) -> None:
        asked.append(message_id)
        raise ConnectionRefusedError

    monkeypatch.setattr(deliver_message, "delay", refuse)
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    for later in (0, 1, waking.QUIET_SECONDS + 1):
        now = 1000.0 + later
        waking.wake(queue(helene).pk, at_once=False)
    assert len(asked) == 2
