"""What the worker does: a task gets ids, never a text."""

from datetime import timedelta

from celery import shared_task

from messaging import delivery


@shared_task
def deliver_message(message_id: int) -> None:
    delivery.deliver(message_id)


@shared_task
def deliver_messages(message_ids: list[int]) -> None:
    for message_id in message_ids:
        delivery.deliver(message_id)


@shared_task
def send_pending() -> int:
    """Deliver what a lost wake-up left for a minute; how many."""
    waiting = delivery.waiting_messages(older_than=timedelta(minutes=1))
    for message_id in waiting:
        delivery.deliver(message_id)
    return len(waiting)
