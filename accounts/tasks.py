"""What the scheduler runs."""

from celery import shared_task

from accounts.actions import purge as actions


@shared_task
def purge() -> None:
    actions.purge()
