"""`manage.py sms off`: no SMS leaves, the rows say so, and pages know."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from doors import journal_kinds, sms_code, type_password

from accounts.models import Client
from establishments.models import Establishment
from journal.models import Event
from messaging.fate import sms_trouble
from messaging.models import InboxMessage, Message, SMSSwitch
from messaging.outbox import queue_email, queue_sms
from messaging.switch import sms_is_on, turn_sms
from messaging.tasks import deliver_message

pytestmark = pytest.mark.django_db


def queue(nantes: Establishment, about: Any = None) -> Message:
    return queue_sms("login_code", to="+33639980006", about=about or nantes, establishment=nantes, body="bonjour")


def sent(message: Message) -> Message:
    deliver_message(message.pk)
    message.refresh_from_db()
    return message


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("sms", *arguments)
    return capsys.readouterr().out.replace("\u00a0", " ")


def test_sms_leave_until_somebody_turns_them_off(nantes: Establishment) -> None:
    assert sms_is_on()
    assert sent(queue(nantes)).state == Message.State.SENT


def test_off_then_on(nantes: Establishment, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Les SMS sont coupés." in run(capsys, "off")
    assert not sms_is_on()
    refused = sent(queue(nantes))
    assert (refused.state, refused.error, refused.sealed) == (Message.State.FAILED, "envoi de SMS coupé", "")
    assert not InboxMessage.objects.exists()
    assert "Les SMS partent." in run(capsys, "on")
    assert sms_is_on()
    assert sent(queue(nantes)).state == Message.State.SENT
    assert sent(refused).state == Message.State.FAILED, "what failed is not sent afterwards"


def test_what_waits_when_the_tap_closes_does_not_leave(nantes: Establishment) -> None:
    waiting = queue(nantes)
    turn_sms(on=False, by="system")
    assert sent(waiting).state == Message.State.FAILED


def test_emails_leave_all_the_same(helene: Client) -> None:
    turn_sms(on=False, by="system")
    mail = queue_email(
        "password_changed", to=helene.email, about=helene.user, establishment=helene.establishment,
        context={"client": helene},
    )  # fmt: skip
    assert sent(mail).state == Message.State.SENT


def test_each_turn_is_in_the_journal_once() -> None:
    assert turn_sms(on=False, by="agent:7")
    assert not turn_sms(on=False, by="agent:7")
    assert turn_sms(on=True, by="agent:7")
    assert journal_kinds() == ["sms_switched", "sms_switched"]
    event = Event.objects.order_by("id").first()
    assert event is not None
    assert (event.actor, event.subject, event.data) == ("agent:7", "smsswitch:1", {"on": False})
    switch = SMSSwitch.objects.get()
    assert (switch.is_on, switch.changed_by) == (True, "agent:7")
    assert switch.changed_at is not None


def test_there_is_one_switch() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SMSSwitch.objects.create(pk=2)


def test_the_settings_turn_them_off_too(
    nantes: Establishment, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SMS_BACKEND = "off"
    assert not sms_is_on()
    assert "SMS_BACKEND=off" in run(capsys)
    assert sent(queue(nantes)).error == "envoi de SMS coupé"


def test_alone_it_tells_the_state_and_the_day(
    nantes: Establishment, paris: Establishment, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        sent(queue(nantes))
    queue(nantes)
    turn_sms(on=False, by="system")
    sent(queue(nantes))
    Message.objects.filter(pk=sent(queue(paris)).pk).update(state=Message.State.SENDING)
    words = run(capsys)
    assert words.splitlines() == [
        "Les SMS sont coupés.",
        "Crédit Municipal de Nantes : 2 envoyés, 1 échec, 0 en doute, 1 en attente. Plafond : 3000 codes par jour.",
        "Crédit Municipal de Paris : 0 envoyé, 0 échec, 1 en doute, 0 en attente. Plafond : 3000 codes par jour.",
    ]
    assert Message.objects.count() == 5


def test_yesterday_is_another_day(nantes: Establishment, time_machine: Any, capsys: Any) -> None:
    time_machine.move_to("2026-11-23T22:59:00+00:00", tick=False)
    sent(queue(nantes))
    assert "1 envoyé" in run(capsys)
    time_machine.move_to("2026-11-23T23:01:00+00:00", tick=False)  # midnight is in Paris
    assert "0 envoyé" in run(capsys)


def test_another_word_is_refused() -> None:
    with pytest.raises(CommandError):
        call_command("sms", "maybe")
    assert sms_is_on()


def test_a_login_says_at_once_that_no_code_will_come(browser: Browser, helene: Client) -> None:
    turn_sms(on=False, by="system")
    type_password(browser, helene)
    assert not Message.objects.filter(channel="sms").exists()
    turn_sms(on=True, by="system")
    type_password(browser, helene)
    assert sms_code(helene)
    assert sms_trouble(f"user:{helene.user_id}") == ""
