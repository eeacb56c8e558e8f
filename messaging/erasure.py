"""Messages that were settled long ago. Nothing hangs on a row: a reminder has its own, which stays."""

from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from journal.retention import MESSAGES
from messaging.models import Message

A_BATCH: Final = 5000
SETTLED: Final = (Message.State.SENT, Message.State.FAILED, Message.State.EXPIRED)


@transaction.atomic(durable=True)
def erase_messages() -> int:
    """A batch, the oldest; how many. One that still waits to be sent is never among them."""
    limit = timezone.now() - MESSAGES
    over = Message.objects.filter(
        Q(state__in=SETTLED, done_at__lt=limit) | Q(state=Message.State.SENDING, sending_at__lt=limit)
    )
    erased, _ = over.filter(pk__in=over.order_by("id").values("pk")[:A_BATCH]).delete()
    return erased
