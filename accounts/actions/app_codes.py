"""The authenticator application: one a client, added by its first code."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts import authenticator, codes, limits
from accounts.actions.closing import close_factor
from accounts.actions.factors import Refused, lock_user
from accounts.actions.sms_code import MOST_FAILURES, Accepted, Closed, TooMany
from accounts.models import Authenticator, Factor
from accounts.notices import tell_client
from journal.actions import record


@dataclass(frozen=True, slots=True)
class AppAdded:
    device: Authenticator


@transaction.atomic(durable=True)
def add_app(*, user_pk: int, key: str, code: str, by: str) -> AppAdded | Refused | TooMany:
    """`code` (six ASCII digits) shows that the application has the key. It replaces the application before."""
    now = timezone.now()
    user = lock_user(user_pk)
    match = authenticator.match(key, code, now)
    if match is None:
        return Refused()
    if wait := limits.account_changes_of(user.pk):
        return TooMany(wait)
    Authenticator.objects.filter(user=user).delete()
    device = Authenticator.objects.create(
        user=user, name="application", key=key, confirmed=True, last_t=match.step, drift=match.drift
    )
    record("factor_added", by=by, subject=user, factor=Factor.APP)
    tell_client(user.client, "Une application de codes a été ajoutée à votre compte.")
    return AppAdded(device)


def confirm_app_code(*, user_pk: int, code: str, event: str, by: str) -> Accepted | Refused | TooMany | Closed:
    """`event`: what the journal calls a success, « login » or « identity_proved »."""
    if wait := limits.factor_of(user_pk):
        return TooMany(wait)
    digits = codes.canonical(code)
    if digits is None:
        return Refused()
    outcome = _confirm(user_pk=user_pk, code=digits, event=event, by=by)
    if isinstance(outcome, Accepted):
        limits.factor_of_succeeded(user_pk)
    return outcome


@transaction.atomic(durable=True)
def _confirm(*, user_pk: int, code: str, event: str, by: str) -> Accepted | Refused | Closed:
    """Under the device's lock: django-otp refuses a step that was used, and counts the wrong codes in a row."""
    user = lock_user(user_pk)
    device = Authenticator.objects.select_for_update(of=("self",)).filter(user=user, confirmed=True).first()
    if device is None or not user.is_active:
        return Refused()
    if device.verify_token(code):
        record(event, by=by, subject=user, factor=Factor.APP)
        user.otp_device = device
        return Accepted(user)
    record("factor_refused", by=by, subject=user, factor=Factor.APP)
    if device.throttling_failure_count >= MOST_FAILURES:
        close_factor(user, device, "Votre application de codes", by=by)
        return Closed()
    return Refused()
