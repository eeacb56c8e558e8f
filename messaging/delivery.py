"""Take a message out: reserve, commit, call the provider, store the answer. No network inside a transaction."""

from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils import timezone

from messaging.answers import Answer, Refused, Sent, TryLater, Unknown
from messaging.gateways import send
from messaging.models import Message
from messaging.sealing import Text, unseal

KEEP_TRYING = timedelta(hours=24)


def deliver(message_id: int) -> None:
    """Send the message if it still waits; a second call does nothing."""
    reserved = _reserve(message_id=message_id)
    if reserved is None:
        return
    message, text = reserved
    _store(message_id=message_id, answer=send(message, text))


@transaction.atomic(durable=True)
def _reserve(*, message_id: int) -> tuple[Message, Text] | None:
    now = timezone.now()
    message = Message.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
    if message is None or message.state != Message.State.QUEUED:
        return None
    if message.expires_at is not None and message.expires_at <= now:
        _close(message, Message.State.EXPIRED, now)
        return None
    try:
        text = unseal(message.sealed)
    except InvalidToken:
        message.error = "scellé avec une autre SECRET_KEY"
        _close(message, Message.State.FAILED, now)
        return None
    message.state, message.sending_at = Message.State.SENDING, now
    message.save(update_fields=["state", "sending_at"])
    return message, text


@transaction.atomic(durable=True)
def _store(*, message_id: int, answer: Answer) -> None:
    now = timezone.now()
    message = Message.objects.select_for_update(of=("self",)).get(pk=message_id)
    match answer:
        case Sent(provider_id):
            message.provider_id = provider_id
            _close(message, Message.State.SENT, now)
        case TryLater(error) if _is_worth_another_try(message, now):
            message.error, message.state = error, Message.State.QUEUED
            message.save(update_fields=["error", "state"])
        case Refused(error) | TryLater(error):
            message.error = error
            _close(message, Message.State.FAILED, now)
        case Unknown(error):
            # It may have left: the row stays in SENDING, is shown to staff, and is never sent blindly again.
            message.error = error
            message.forget()
            message.save(update_fields=["error", "sealed", "recipient"])


def _is_worth_another_try(message: Message, now: datetime) -> bool:
    """Not a code: minutes later it would be dead, and the page has said by then to ask for another."""
    return message.expires_at is None and now - message.created_at < KEEP_TRYING


def _close(message: Message, state: Message.State, now: datetime) -> None:
    message.state, message.done_at = state, now
    message.forget()
    message.save(update_fields=["state", "done_at", "sealed", "recipient", "provider_id", "error"])


def waiting_messages(*, older_than: timedelta) -> list[int]:
    """Ids of the messages whose wake-up was lost."""
    limit = timezone.now() - older_than
    waiting = Message.objects.filter(state=Message.State.QUEUED, created_at__lt=limit).order_by("id")
    return list(waiting.values_list("pk", flat=True)[:1000])
