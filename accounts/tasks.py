"""What the scheduler runs."""

from celery import shared_task

from accounts.actions import scans


@shared_task
def scan_papers() -> None:
    scans.scan_papers()
