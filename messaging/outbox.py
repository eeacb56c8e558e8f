"""Queue a message in the transaction of its cause; a task gets only its id, after the commit."""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone
from kombu.exceptions import OperationalError

from establishments.models import Establishment
from journal.actions import name_of
from messaging.models import Message
from messaging.sealing import Text, seal
from messaging.tasks import deliver_message

logger = logging.getLogger(__name__)


def queue_email(
    kind: str, *, to: str, about: Model, establishment: Establishment, context: dict[str, Any] | None = None
) -> Message:
    """The words are `templates/messages/<kind>.subject.txt`, `.txt` and `.html`.

    An empty `to` is nobody: the row says so and nothing leaves, after the same work.
    """
    words = {"establishment": establishment, "site_url": settings.SITE_URL, **(context or {})}
    subject = render_to_string(f"messages/{kind}.subject.txt", words).strip()
    text = Text(
        subject=subject,
        body=render_to_string(f"messages/{kind}.txt", words),
        html=render_to_string(f"messages/{kind}.html", {**words, "subject": subject}),
    )
    return _queue(Message.Channel.EMAIL, kind, text, to=to, about=about, establishment=establishment, expires_at=None)


def queue_sms(
    kind: str, *, to: str, about: Model, establishment: Establishment, body: str, expires_at: datetime | None = None
) -> Message:
    """`to` in E.164. After `expires_at` the message is no longer worth sending."""
    text = Text("", body)
    return _queue(
        Message.Channel.SMS, kind, text, to=to, about=about, establishment=establishment, expires_at=expires_at
    )


def _queue(
    channel: Message.Channel,
    kind: str,
    text: Text,
    *,
    to: str,
    about: Model,
    establishment: Establishment,
    expires_at: datetime | None,
) -> Message:
    now, sealed = timezone.now(), seal(text)
    fate = {} if to else {"state": Message.State.FAILED, "done_at": now, "error": "personne à qui l’envoyer"}
    message = Message.objects.create(
        establishment=establishment,
        channel=channel,
        kind=kind,
        about=name_of(about),
        recipient=to,
        sealed=sealed if to else "",
        created_at=now,
        expires_at=expires_at,
        **fate,
    )
    # Not functools.partial: Django 5.2 fails while logging its error.
    transaction.on_commit(lambda: _wake(message.pk), robust=True)
    return message


def _wake(message_id: int) -> None:
    """Start the delivery now; when the broker is down, the sweeper does it within a minute."""
    try:
        deliver_message.delay(message_id)
    except (OSError, OperationalError):
        logger.warning("message %s waits for the sweeper: no broker", message_id)
