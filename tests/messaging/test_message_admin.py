"""Staff looks a message up by what a caller reads or says."""

import pytest
from agents import LOGIN, agent_facts
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from doors import enter

from accounts.models import Client, User
from establishments.models import Establishment
from journal.models import Event
from messaging import crockford
from messaging.models import InboxMessage, Message, masked_number
from messaging.outbox import queue_sms
from messaging.tasks import deliver_message


@pytest.fixture
def message(helene: Client) -> Message:
    message = queue_sms(
        "account_changed", to="+33639980006", about=helene.user, establishment=helene.establishment, body="Bonjour."
    )
    assert message.recipient == "+33639980006"
    deliver_message(message.pk)
    message.refresh_from_db()
    return message


@pytest.fixture
def agent_browser(browser: Browser, agent: User) -> Browser:
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


def found(browser: Browser, typed: str) -> list[Message]:
    answer = browser.get("/gestion/messaging/message/", {"q": typed})
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def test_a_number_is_masked_once_it_has_served(message: Message) -> None:
    assert message.recipient == "+33*****006"
    assert masked_number(message.recipient) == message.recipient
    assert InboxMessage.objects.get().to == "+33639980006", "the demonstration shows it"


@pytest.mark.parametrize("state", ["sent", "failed", "expired"])
def test_the_database_refuses_the_number_of_an_sms_that_is_done_with(message: Message, state: str) -> None:
    message.state, message.recipient = state, "+33639980006"
    with pytest.raises(IntegrityError), transaction.atomic():
        message.save()
    with pytest.raises(ValidationError, match="masqué"):
        message.validate_constraints()


@pytest.mark.parametrize("typed", ["+33639980006", "06 39 98 00 06", "0639980006", "account_changed", "*006"])
def test_a_number_is_found_as_it_is_typed(agent_browser: Browser, message: Message, typed: str) -> None:
    assert message in found(agent_browser, typed)


def test_a_reference_is_found_as_it_is_read_aloud(agent_browser: Browser, message: Message) -> None:
    for typed in (crockford.grouped(message.reference), message.reference.lower()):
        assert found(agent_browser, typed) == [message]


@pytest.mark.parametrize("typed", ["06 39 98 00 07", "00000000", "nobody"])
def test_what_is_not_there_is_not_found(agent_browser: Browser, message: Message, typed: str) -> None:
    assert message not in found(agent_browser, typed)


@pytest.mark.parametrize("typed", ["\0", "+", "1" * 1000, "+33*****006"])
def test_anything_may_be_typed(agent_browser: Browser, message: Message, typed: str) -> None:
    assert message in found(agent_browser, typed) or typed[0] in "+1"


def test_another_establishments_message_is_not_found(agent_browser: Browser, paris: Establishment, anh: Client) -> None:
    theirs = queue_sms("account_changed", to="+33639980008", about=anh.user, establishment=paris, body="Bonjour.")
    assert theirs not in found(agent_browser, theirs.reference)
    assert theirs not in found(agent_browser, "+33639980008")


def test_no_number_stays_in_a_message_or_an_event(browser: Browser, helene: Client) -> None:
    enter(browser, helene)
    rows = [*Message.objects.values(), *Event.objects.values()]
    assert len(rows) >= 3
    assert not [row for row in rows if helene.phone[1:] in str(row) or f"0{helene.phone[3:]}" in str(row)]
