"""What the scheduler runs."""

from celery import shared_task
from django.utils import timezone

from contracts.actions import purge as purging
from contracts.actions.remind import send_reminders


@shared_task
def remind() -> None:
    send_reminders(on=timezone.localdate(), by="system")


@shared_task
def purge() -> None:
    purging.purge(by="system")
