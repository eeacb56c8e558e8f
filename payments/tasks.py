"""What the scheduler runs."""

from celery import shared_task

from payments.actions.reconcile import reconcile


@shared_task
def reconcile_payments() -> None:
    reconcile(by="system")
