"""What the scheduler runs."""

from celery import shared_task

from payments.actions.expire import expire_stale_payments


@shared_task
def expire() -> int:
    return expire_stale_payments(by="system")
