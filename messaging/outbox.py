"""Queue a message in the transaction of its cause; a task gets only its id, after the commit."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone

from establishments.models import Establishment
from journal.actions import name_of
from messaging import crockford, references
from messaging.models import Message
from messaging.sealing import Text, seal
from messaging.segments import with_reference
from messaging.waking import wake

NOBODY = "personne à qui l’envoyer"


def queue_email(
    kind: str,
    *,
    to: str,
    about: Model,
    establishment: Establishment,
    context: dict[str, Any] | None = None,
    addressee: Model | None = None,
    wakes: bool = True,
) -> Message:
    """The words are `templates/messages/<kind>.subject.txt`, `.txt` and `.html`; a footer with the reference follows.

    `addressee`: the account that may ask later whether the message is ours; it is `about` when that is a client's.
    An empty `to` is nobody: the row says so and nothing leaves, after the same work. Without `wakes`, who writes many
    starts their delivery together: `messaging.waking.wake_batch`.
    """
    message = _message(
        Message.Channel.EMAIL, kind, to=to, about=about, establishment=establishment, addressee=addressee
    )
    words = {
        "establishment": establishment,
        "site_url": settings.SITE_URL,
        **(context or {}),
        "reference": crockford.grouped(message.reference),
        "can_be_checked": bool(message.addressee),
    }
    subject = render_to_string(f"messages/{kind}.subject.txt", words).strip()
    body = render_to_string(f"messages/{kind}.txt", words).rstrip()
    text = Text(
        subject=subject,
        body=f"{body}\n\n{render_to_string('messages/footer.txt', words).strip()}\n",
        html=render_to_string(f"messages/{kind}.html", {**words, "subject": subject}),
    )
    return _queue(message, text, wakes=wakes)


def queue_sms(
    kind: str,
    *,
    to: str,
    about: Model,
    establishment: Establishment,
    body: str,
    expires_at: datetime | None = None,
    at_once: bool = False,
    addressee: Model | None = None,
    wakes: bool = True,
) -> Message:
    """`to` in E.164. A line with the reference goes into the body where one segment has room for it.

    After `expires_at` the message is no longer worth sending. `at_once`: right after the commit, by this process, for
    who waits in front of a page. `addressee`, `wakes`: see `queue_email`.
    """
    message = _message(Message.Channel.SMS, kind, to=to, about=about, establishment=establishment, addressee=addressee)
    message.expires_at = expires_at
    text = Text("", with_reference(body, crockford.grouped(message.reference)))
    return _queue(message, text, at_once=at_once, wakes=wakes)


def _message(
    channel: Message.Channel, kind: str, *, to: str, about: Model, establishment: Establishment, addressee: Model | None
) -> Message:
    is_clients = _is_a_clients_account(about) and to != establishment.email  # staff is told about clients, too
    account = addressee or (about if is_clients else None)
    return Message(
        reference=references.unused(),
        establishment=establishment,
        channel=channel,
        kind=kind,
        about=name_of(about),
        addressee=name_of(account) if account else "",
        recipient=to,
        created_at=timezone.now(),
    )


def _is_a_clients_account(thing: Model) -> bool:
    """This room does not know accounts.User."""
    return thing._meta.label == settings.AUTH_USER_MODEL and not getattr(thing, "is_staff", True)


def _queue(message: Message, text: Text, *, at_once: bool = False, wakes: bool) -> Message:
    sealed = seal(text)
    if message.recipient:
        message.sealed = sealed
    else:
        message.state, message.done_at, message.error = Message.State.FAILED, message.created_at, NOBODY
    message.save()
    if wakes:
        # Not functools.partial: Django 5.2 fails while logging its error.
        transaction.on_commit(lambda: wake(message.pk, at_once=at_once), robust=True)
    return message
