"""The code by SMS: one at a time, bound to the login that asked for it, single use, counted under the row's lock."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import codes
from accounts.actions.closing import close_factor
from accounts.actions.sms_budget import sms_wait
from accounts.models import Factor, SMSDevice, User
from journal.actions import record
from messaging.outbox import queue_sms
from messaging.switch import sms_is_on
from web.keys import Key

KEY: Final = Key("accounts.sms_code")
MOST_FAILURES = 20  # wrong codes in a row, over any number of logins: then the device is closed


@dataclass(frozen=True, slots=True)
class Accepted:
    user: User


@dataclass(frozen=True, slots=True)
class WrongCode:
    left: int


@dataclass(frozen=True, slots=True)
class Expired:
    """Too late, or another login has asked for a code since."""


@dataclass(frozen=True, slots=True)
class Locked:
    """No try left for this code: even the right one is refused."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Too many wrong codes in a row: this device opens nothing until the agency has seen the client."""


@dataclass(frozen=True, slots=True)
class CodeSent:
    pass


@dataclass(frozen=True, slots=True)
class TooSoon:
    seconds: int


@dataclass(frozen=True, slots=True)
class NoMoreResends:
    pass


@dataclass(frozen=True, slots=True)
class TooMany:
    """A limit: what to wait."""

    seconds: int


@dataclass(frozen=True, slots=True)
class SmsCut:
    """The installation sends no SMS at the moment."""


def send_first_code(
    user: User, device: SMSDevice, *, challenge: str, address: str, now: datetime, by: str
) -> CodeSent | TooMany | SmsCut:
    """In the transaction and under the locks of the login."""
    if refusal := _refusal(user, device, address):
        return refusal
    device.challenge, device.resends_left = challenge, codes.RESENDS
    _send_code(user, device, now)
    record("code_sent", by=by, subject=user)
    return CodeSent()


@transaction.atomic(durable=True)
def resend_code(
    *, user_pk: int, challenge: str, address: str, by: str
) -> CodeSent | TooSoon | NoMoreResends | TooMany | SmsCut | Expired:
    """A new code for the same login; the one before is dead."""
    now = timezone.now()
    user, device = lock(user_pk)
    if device is None or not is_current(device, challenge):
        return Expired()
    if device.resends_left == 0:
        return NoMoreResends()
    if wait := seconds_before_resend(device, now):
        return TooSoon(wait)
    if refusal := _refusal(user, device, address):
        return refusal
    device.resends_left -= 1
    _send_code(user, device, now)
    record("code_sent_again", by=by, subject=user)
    return CodeSent()


@transaction.atomic(durable=True)
def confirm_code(
    *, user_pk: int, challenge: str, code: str, event: str, by: str
) -> Accepted | WrongCode | Expired | Locked | Closed:
    """Compare under the row's lock, so that parallel tries are counted and one code opens one session.

    `event`: what the journal calls a success, « login » or « identity_proved ».
    """
    now = timezone.now()
    user, device = lock(user_pk)
    if device is None or not user.is_active or not is_current(device, challenge) or now >= device.valid_until:
        return Expired()
    if device.tries_left == 0:
        return Locked()
    if not codes.matches(code, device.token or "", challenge=challenge, keys=KEY.every()):
        return _count_wrong_code(user, device, by)
    _forget_code(device)
    device.last_used_at, device.failures = now, 0
    device.save()
    record(event, by=by, subject=user, factor=Factor.SMS)
    user.otp_device = device
    return Accepted(user)


def _count_wrong_code(user: User, device: SMSDevice, by: str) -> WrongCode | Locked | Closed:
    device.tries_left -= 1
    record("code_refused", by=by, subject=user, left=device.tries_left)
    if count_failure(user, device, by=by):
        return Closed()
    return WrongCode(device.tries_left) if device.tries_left else Locked()


def count_failure(user: User, device: SMSDevice, *, by: str) -> bool:
    """One more wrong code in a row, under the locks of its check; whether it was the last, and the device is closed."""
    device.failures += 1
    if device.failures < MOST_FAILURES:
        device.save(update_fields=["tries_left", "failures"])
        return False
    _forget_code(device)
    close_factor(user, device, "Votre téléphone", by=by)
    return True


@transaction.atomic(durable=True)
def cancel_login(*, user_pk: int, sms_challenge: str, by: str) -> None:
    """Given up after the password: the code by SMS that this attempt has had, if any, is dead."""
    user, device = lock(user_pk)
    if device is not None and is_current(device, sms_challenge):
        _forget_code(device)
        device.save()
    record("login_cancelled", by=by, subject=user)


def waiting_device(*, user_pk: int, challenge: str) -> SMSDevice | None:
    """The device that waits for a code; None when the code was used, cancelled or asked for by another login."""
    device = SMSDevice.objects.filter(user_id=user_pk, user__is_active=True).first()
    return device if device is not None and is_current(device, challenge) else None


def seconds_before_resend(device: SMSDevice, now: datetime) -> int:
    """30, then 60, then 120 seconds after the code before; 0: now."""
    if device.sent_at is None or device.resends_left == 0:
        return 0
    pause = codes.RESEND_PAUSES_SECONDS[codes.RESENDS - device.resends_left]
    passed = (now - device.sent_at).total_seconds()
    return max(0, round(pause - passed))


def pause_after_code(device: SMSDevice, now: datetime) -> int:
    """Seconds before an attempt that has had a code may ask for one by another way than « renvoyer »; 0: now."""
    if device.sent_at is None or not device.token:
        return 0
    return max(0, round(codes.RESEND_PAUSES_SECONDS[-1] - (now - device.sent_at).total_seconds()))


def lock(user_pk: int) -> tuple[User, SMSDevice | None]:
    user = User.objects.select_for_update(of=("self",)).get(pk=user_pk)
    device = SMSDevice.objects.select_for_update(of=("self",)).filter(user_id=user_pk, confirmed=True).first()
    return user, device


def is_current(device: SMSDevice, challenge: str) -> bool:
    """Whether the code in hand is of the attempt that has this challenge."""
    return bool(challenge) and secrets.compare_digest(device.challenge, challenge)


def _refusal(user: User, device: SMSDevice, address: str) -> TooMany | SmsCut | None:
    """In the transaction of the SMS: what is not sent is not counted."""
    assert user.establishment is not None
    if not sms_is_on():
        return SmsCut()
    wait = sms_wait(user=user, phone=device.phone, address=address, establishment=user.establishment)
    return TooMany(wait) if wait else None


def _send_code(user: User, device: SMSDevice, now: datetime) -> None:
    assert user.establishment is not None
    code = codes.generate()
    device.token = codes.digest(code, challenge=device.challenge, key=KEY.current())
    device.valid_until = now + timedelta(seconds=settings.SMS_CODE_VALIDITY)
    device.tries_left = codes.TRIES
    device.sent_at = now
    device.save()
    queue_sms(
        "login_code",
        to=device.phone,
        about=user,
        establishment=user.establishment,
        body=codes.sms_text(code, validity_seconds=settings.SMS_CODE_VALIDITY, site_url=settings.SITE_URL),
        expires_at=device.valid_until,
        at_once=True,
    )


def _forget_code(device: SMSDevice) -> None:
    device.token, device.challenge, device.tries_left, device.resends_left = "", "", 0, 0
