"""The way in: a right password sends a code, the right code opens the area."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.utils import timezone

from accounts import codes
from accounts.models import SMSDevice, User
from establishments.models import Establishment
from journal.actions import record
from messaging.outbox import queue_sms

LOGIN_MINUTES = 15  # a login in progress, with its resends; each code lives SMS_CODE_VALIDITY seconds


@dataclass(frozen=True, slots=True)
class CodeSent:
    """`challenge` ties the code to the browser that asked for it: it goes into the session, nowhere else."""

    user_pk: int
    challenge: str


@dataclass(frozen=True, slots=True)
class WrongCredentials:
    pass


@dataclass(frozen=True, slots=True)
class NoMobile:
    """The password is right; the file has no mobile to send a code to."""


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
class TooSoon:
    seconds: int


@dataclass(frozen=True, slots=True)
class NoMoreResends:
    pass


def start_login(
    *, establishment: Establishment, identifier: str, password: str, by: str
) -> CodeSent | WrongCredentials | NoMobile:
    """Check the password, outside of any transaction since hashing is slow, then send a code."""
    user = authenticate(establishment=establishment, identifier=identifier, password=password)
    if not isinstance(user, User):
        _note_refusal(establishment=establishment, identifier=identifier, by=by)
        return WrongCredentials()
    return _send_first_code(user_pk=user.pk, by=by)


@transaction.atomic(durable=True)
def _note_refusal(*, establishment: Establishment, identifier: str, by: str) -> None:
    username = User.client_username(establishment.pk, identifier)
    user = User.objects.filter(username=username).first()
    record("login_refused", by=by, subject=user or establishment)


@transaction.atomic(durable=True)
def _send_first_code(*, user_pk: int, by: str) -> CodeSent | NoMobile:
    now = timezone.now()
    user, device = _lock(user_pk)
    if device is None:
        record("login_without_mobile", by=by, subject=user)
        return NoMobile()
    device.challenge = secrets.token_hex(16)
    device.resends_left = codes.RESENDS
    _send_code(user, device, now)
    record("code_sent", by=by, subject=user)
    return CodeSent(user.pk, device.challenge)


@transaction.atomic(durable=True)
def resend_code(*, user_pk: int, challenge: str, by: str) -> CodeSent | TooSoon | NoMoreResends | Expired:
    """A new code for the same login; the one before is dead."""
    now = timezone.now()
    user, device = _lock(user_pk)
    if device is None or not _is_current(device, challenge):
        return Expired()
    if device.resends_left == 0:
        return NoMoreResends()
    if wait := seconds_before_resend(device, now):
        return TooSoon(wait)
    device.resends_left -= 1
    _send_code(user, device, now)
    record("code_sent_again", by=by, subject=user)
    return CodeSent(user.pk, challenge)


@transaction.atomic(durable=True)
def confirm_code(*, user_pk: int, challenge: str, code: str, by: str) -> Accepted | WrongCode | Expired | Locked:
    """Compare under the row's lock, so that parallel tries are counted and one code opens one session."""
    now = timezone.now()
    user, device = _lock(user_pk)
    if device is None or not user.is_active or not _is_current(device, challenge) or now >= device.valid_until:
        return Expired()
    if device.tries_left == 0:
        return Locked()
    if not codes.matches(code, device.token or "", challenge=challenge, key=settings.SECRET_KEY):
        device.tries_left -= 1
        device.save(update_fields=["tries_left"])
        record("code_refused", by=by, subject=user, left=device.tries_left)
        return WrongCode(device.tries_left) if device.tries_left else Locked()
    _forget_code(device)
    device.last_used_at = now
    device.save()
    record("login", by=by, subject=user)
    user.otp_device = device
    return Accepted(user)


@transaction.atomic(durable=True)
def cancel_login(*, user_pk: int, challenge: str, by: str) -> None:
    """The code of a login that was given up is dead."""
    user, device = _lock(user_pk)
    if device is not None and _is_current(device, challenge):
        _forget_code(device)
        device.save()
        record("login_cancelled", by=by, subject=user)


@transaction.atomic(durable=True)
def note_logout(*, user: User, by: str) -> None:
    record("logout", by=by, subject=user)


def login_in_progress(*, user_pk: int, challenge: str) -> SMSDevice | None:
    """The device that waits for a code; None when the code was used, cancelled or asked for by another login."""
    device = SMSDevice.objects.filter(user_id=user_pk, user__is_active=True).first()
    return device if device is not None and _is_current(device, challenge) else None


def seconds_before_resend(device: SMSDevice, now: datetime) -> int:
    """30, then 60, then 120 seconds after the code before; 0: now."""
    if device.sent_at is None or device.resends_left == 0:
        return 0
    pause = codes.RESEND_PAUSES_SECONDS[codes.RESENDS - device.resends_left]
    passed = (now - device.sent_at).total_seconds()
    return max(0, round(pause - passed))


def _lock(user_pk: int) -> tuple[User, SMSDevice | None]:
    user = User.objects.select_for_update(of=("self",)).get(pk=user_pk)
    device = SMSDevice.objects.select_for_update(of=("self",)).filter(user_id=user_pk, confirmed=True).first()
    return user, device


def _is_current(device: SMSDevice, challenge: str) -> bool:
    return bool(challenge) and secrets.compare_digest(device.challenge, challenge)


def _send_code(user: User, device: SMSDevice, now: datetime) -> None:
    assert user.establishment is not None
    code = codes.generate()
    device.token = codes.digest(code, challenge=device.challenge, key=settings.SECRET_KEY)
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
    )


def _forget_code(device: SMSDevice) -> None:
    device.token, device.challenge, device.tries_left, device.resends_left = "", "", 0, 0
