"""What SMS may cost: each is counted before it is queued, in the transaction of what it is for."""

from django.db import transaction

from accounts import limits
from accounts.models import User
from establishments.models import Establishment
from journal.actions import record
from messaging.outbox import queue_email


def sms_wait(*, user: User, phone: str, address: str, establishment: Establishment, is_new_number: bool = False) -> int:
    """Seconds until this SMS is within every budget; 0: now, and it is counted. In a transaction.

    `is_new_number`: nobody has proved yet that it is the client's.
    Staff are told once a day when more than four fifths of the establishment's codes have left, and when all have.
    """
    to_number = limits.sms_to_new_number if is_new_number else limits.sms_to_number
    with transaction.atomic():  # a savepoint: what one budget refuses costs the others nothing
        own = limits.sms_from(address) or limits.sms_to_account(user.pk) or to_number(phone)
        capped = 0 if own else limits.sms_of_establishment(establishment.pk, establishment.sms_daily_cap)
        if own or capped:
            transaction.set_rollback(True)
    if capped:
        _alert(establishment, percent=100)
    elif not own and limits.sms_near_cap(establishment.pk, establishment.sms_daily_cap):
        _alert(establishment, percent=80)
    return own or capped


def _alert(establishment: Establishment, *, percent: int) -> None:
    if limits.sms_alert(establishment.pk, percent, establishment.sms_daily_cap):
        return
    record("sms_cap_reached", by="system", subject=establishment, percent=percent)
    queue_email(
        "sms_cap_alert",
        to=establishment.email,
        about=establishment,
        establishment=establishment,
        context={"percent": percent, "is_reached": percent == 100},
    )
