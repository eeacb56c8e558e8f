"""« Ce message vient-il de nous ? »: every message to a client is found by its client, and by nobody else."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from doors import door, enter, newest_mail
from people import a_client

from accounts.models import Client, User
from accounts.notices import tell_agent, tell_client
from establishments.models import Establishment
from journal.actions import name_of
from messaging import crockford, references
from messaging.models import InboxMessage, Message
from messaging.outbox import queue_email, queue_sms
from messaging.tasks import deliver_message

SHOWN = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")


def write(client: Client, kind: str = "password_changed", **facts: object) -> Message:
    return queue_email(
        kind, to=client.email, about=client.user, establishment=client.establishment, context={"client": client},
        **facts,  # type: ignore[arg-type] # what the test changes
    )  # fmt: skip


def test_a_reference_is_eight_signs_that_can_be_read_aloud() -> None:
    generated = {crockford.generate() for _ in range(300)}
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{8}", reference) for reference in generated)
    assert len(generated) == 300


@pytest.mark.parametrize(
    "typed",
    ["K7PM-30X1", "k7pm30x1", " K7PM 30X1 ", "K7PM–30X1", "K7PM-3OXI", "k7pm-3oxl", "K7\u00a0PM\u201130X1\n"],
)
def test_what_people_type(typed: str) -> None:
    assert crockford.canonical(typed) == "K7PM30X1"


@pytest.mark.parametrize("typed", ["", "K7PM-30X", "K7PM-30X12", "K7PM-30XU", "Ｋ7PM30X1", "K7PM30X\0", "x" * 10**6])
def test_what_is_no_reference(typed: str) -> None:
    assert crockford.canonical(typed) is None
    assert references.find(typed, "user:1") is None


def test_a_message_is_found_by_its_client(helene: Client) -> None:
    message = write(helene)
    typed = crockford.grouped(message.reference).lower()
    assert references.find(typed, name_of(helene.user)) == message


def test_not_by_another(helene: Client, ousmane: Client, anh: Client) -> None:
    reference = write(helene).reference
    for other in (ousmane, anh):
        assert references.find(reference, name_of(other.user)) is None
    assert references.find(reference, "") is None


def test_what_staff_is_told_about_a_client_is_not_the_clients(helene: Client) -> None:
    staff = queue_email(
        "password_changed", to=helene.establishment.email, about=helene.user, establishment=helene.establishment,
        context={"client": helene},
    )  # fmt: skip
    assert staff.addressee == ""
    assert references.find(staff.reference, name_of(helene.user)) is None
    assert references.find(staff.reference, "") is None


def test_an_agent_has_no_page_to_ask_on(agent: User) -> None:
    tell_agent(agent, "Votre mot de passe a été changé.")
    message = Message.objects.get()
    deliver_message(message.pk)
    assert message.addressee == ""
    mail = newest_mail(agent.username)
    for text in (mail.text, mail.html):
        assert crockford.grouped(message.reference) in text
        assert "Pour vérifier" not in text


def test_a_message_about_something_else_names_its_reader(helene: Client, ousmane: Client) -> None:
    message = queue_email(
        "password_changed", to=helene.email, about=helene.establishment, establishment=helene.establishment,
        context={"client": helene}, addressee=helene.user,
    )  # fmt: skip
    assert references.find(message.reference, name_of(helene.user)) == message
    assert references.find(message.reference, name_of(helene.establishment)) is None


def test_both_versions_of_an_email_show_it(helene: Client) -> None:
    message = write(helene)
    deliver_message(message.pk)
    mail = newest_mail(helene.email)
    shown = crockford.grouped(message.reference)
    for text in (mail.text, re.sub(r"</?span[^>]*>", "", mail.html).replace("&nbsp;", "\u00a0")):
        assert SHOWN.findall(text) == [shown]
        assert f"Référence de ce message\u00a0: {shown}." in text
        assert "Pour vérifier qu’il vient de nous\u00a0: ouvrez votre espace, rubrique Sécurité." in text


def test_the_code_of_a_login_shows_it(browser: Browser, helene: Client) -> None:
    enter(browser, helene)
    message = Message.objects.get(kind="login_code")
    lines = InboxMessage.objects.get(channel="sms").text.splitlines()
    assert f"Ref {crockford.grouped(message.reference)}" in lines
    assert lines[-1].startswith("@localhost #")
    assert references.find(message.reference, name_of(helene.user)) == message


def test_the_notice_by_sms_shows_it(helene: Client) -> None:
    tell_client(helene, "Votre adresse e-mail a été changée.", phones=[helene.phone])
    message = Message.objects.get(channel="sms")
    deliver_message(message.pk)
    assert crockford.grouped(message.reference) in InboxMessage.objects.get(channel="sms").text
    assert references.find(message.reference, name_of(helene.user)) == message


def test_the_page_answers_its_client_alone(helene_browser: Browser, ousmane_browser: Browser, helene: Client) -> None:
    message = Message.objects.get(kind="login_code", addressee=name_of(helene.user))
    typed, path = {"reference": crockford.grouped(message.reference)}, door("check_message", helene)
    assert 'data-answer="yes"' in helene_browser.post(path, typed).content.decode()
    assert 'data-answer="no"' in ousmane_browser.post(path, typed).content.decode()


def test_every_message_has_its_own(nantes: Establishment) -> None:
    client = a_client(nantes)
    messages = [write(client) for _ in range(20)]
    assert len({message.reference for message in messages}) == 20
    messages[0].reference = messages[1].reference
    with pytest.raises(IntegrityError), transaction.atomic():
        messages[0].save()


def test_a_reference_that_is_taken_is_not_given_again(helene: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = write(helene).reference
    offered = iter([taken, taken, "00000001"])
    monkeypatch.setattr(crockford, "generate", lambda: next(offered))
    sms = queue_sms(
        "account_changed", to=helene.phone, about=helene.user, establishment=helene.establishment, body="Bonjour."
    )
    assert sms.reference == "00000001"
