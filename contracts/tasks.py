"""What the scheduler runs."""

from celery import shared_task
from django.utils import timezone

from contracts.actions.remind import send_reminders


@shared_task
def remind() -> None:
    send_reminders(on=timezone.localdate(), by="system")
