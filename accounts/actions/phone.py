"""A new mobile for the codes: a code on the old number, then one on the new number, in the session that asked."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import codes, limits
from accounts.actions.profile import lock_client
from accounts.actions.sms_budget import sms_wait
from accounts.actions.sms_code import KEY, Closed, NoMoreResends, SmsCut, TooMany, TooSoon, count_failure
from accounts.models import Client, ContactChange, SMSDevice, User
from accounts.notices import tell_client
from journal.actions import record
from messaging.outbox import queue_sms
from messaging.switch import sms_is_on

CHANGE_MINUTES: Final = 15  # from the first code to the last, resends included
KIND: Final = ContactChange.Kind.PHONE


@dataclass(frozen=True, slots=True)
class CodeSent:
    """`challenge` ties the codes to the session that asked: it goes there, and nowhere else."""

    challenge: str


@dataclass(frozen=True, slots=True)
class SamePhone:
    pass


@dataclass(frozen=True, slots=True)
class NoMobile:
    """Nothing proves the change from here: the agency makes it."""


@dataclass(frozen=True, slots=True)
class WrongCode:
    left: int


@dataclass(frozen=True, slots=True)
class Locked:
    """No try left for this code: even the right one is refused."""


@dataclass(frozen=True, slots=True)
class Expired:
    """This code is too old; another may be asked for."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Finished, given up, asked for again elsewhere, or begun too long ago."""


@dataclass(frozen=True, slots=True)
class OldConfirmed:
    pass


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """`device` takes the place of the one before, in the session that made the change too."""

    device: SMSDevice


NotSent = TooSoon | NoMoreResends | TooMany | SmsCut | Gone


def start_phone_change(
    *, user_pk: int, phone: str, address: str, by: str
) -> CodeSent | SamePhone | NoMobile | TooMany | SmsCut:
    """`phone` in E.164. Whether another client has this number is neither asked nor told."""
    device = mobile_of(user_pk)
    if device is None:
        return NoMobile()
    if device.phone == phone:
        return SamePhone()
    if wait := limits.contact_change_of(user_pk):
        return TooMany(wait)
    return _refusal(user_pk, device.phone, address, is_new=False) or _begin(user_pk=user_pk, phone=phone, by=by)


@transaction.atomic(durable=True)
def _begin(*, user_pk: int, phone: str, by: str) -> CodeSent | NoMobile:
    now = timezone.now()
    client, device = _lock(user_pk)
    if device is None:
        return NoMobile()
    change, _ = ContactChange.objects.update_or_create(
        client=client,
        kind=KIND,
        defaults={
            "value": phone,
            "challenge": secrets.token_hex(16),
            "resends_left": codes.RESENDS,
            "is_old_confirmed": False,
            "asked_at": now,
            "expires_at": now,
        },
    )
    record("phone_change_asked", by=by, subject=client.user)
    _send_code(client, change, to=device.phone, now=now)
    return CodeSent(change.challenge)


def send_phone_code(*, user_pk: int, challenge: str, address: str, by: str) -> CodeSent | NotSent:
    """Another code to the number that waits for one; the code before is dead. Three in all, for both numbers."""
    now = timezone.now()
    change, device = phone_change_in_progress(user_pk=user_pk, challenge=challenge, now=now), mobile_of(user_pk)
    if change is None or device is None:
        return Gone()
    if refused := _too_soon_or_too_often(change, now):
        return refused
    refusal = _refusal(user_pk, target(change, device), address, is_new=change.is_old_confirmed)
    return refusal or _send_again(user_pk=user_pk, challenge=challenge, by=by)


@transaction.atomic(durable=True)
def _send_again(*, user_pk: int, challenge: str, by: str) -> CodeSent | TooSoon | NoMoreResends | Gone:
    now = timezone.now()
    client, device = _lock(user_pk)
    change = phone_change_in_progress(user_pk=user_pk, challenge=challenge, now=now)
    if change is None or device is None:
        return Gone()
    if refused := _too_soon_or_too_often(change, now):
        return refused
    change.resends_left -= bool(change.digest)  # the first code to the new number is no resend
    record("phone_change_code_sent", by=by, subject=client.user)
    _send_code(client, change, to=target(change, device), now=now)
    return CodeSent(challenge)


def confirm_phone_code(
    *, user_pk: int, challenge: str, code: str, address: str, by: str
) -> CodeSent | PhoneChanged | WrongCode | Locked | Closed | Expired | NotSent:
    """The first right code sends one to the new number (`TooMany`, `SmsCut`: not yet); the second makes the change."""
    outcome = _spend_code(user_pk=user_pk, challenge=challenge, code=code, by=by)
    if isinstance(outcome, OldConfirmed):
        return send_phone_code(user_pk=user_pk, challenge=challenge, address=address, by=by)
    return outcome


@transaction.atomic(durable=True)
def _spend_code(
    *, user_pk: int, challenge: str, code: str, by: str
) -> OldConfirmed | PhoneChanged | WrongCode | Locked | Closed | Expired | Gone:
    """Compare under the lock, so that parallel tries are counted and one code serves once."""
    now = timezone.now()
    client, device = _lock(user_pk)
    change = phone_change_in_progress(user_pk=user_pk, challenge=challenge, now=now)
    if change is None or device is None:
        return Gone()
    if now >= change.expires_at:
        return Expired()
    if change.tries_left == 0:
        return Locked()
    if not codes.matches(code, change.digest, challenge=_bound(change), keys=KEY.every()):
        return _count_wrong_code(client, change, device, by)
    if change.is_old_confirmed:
        return PhoneChanged(_replace(client, change, device, now, by))
    change.is_old_confirmed, change.digest, change.tries_left, change.expires_at = True, "", 0, now
    change.save()
    device.failures = 0
    device.save(update_fields=["failures"])
    record("phone_change_old_confirmed", by=by, subject=client.user)
    return OldConfirmed()


@transaction.atomic(durable=True)
def cancel_phone_change(*, user_pk: int, challenge: str, by: str) -> None:
    client, _ = _lock(user_pk)
    change = phone_change_in_progress(user_pk=user_pk, challenge=challenge, now=timezone.now())
    if change is not None:
        change.delete()
        record("phone_change_cancelled", by=by, subject=client.user)


def phone_change_in_progress(*, user_pk: int, challenge: str, now: datetime) -> ContactChange | None:
    """The change that this session has begun."""
    begun_after = now - timedelta(minutes=CHANGE_MINUTES)
    change = ContactChange.objects.filter(client__user=user_pk, kind=KIND, asked_at__gt=begun_after).first()
    return change if change is not None and secrets.compare_digest(change.challenge, challenge) else None


def seconds_before_resend(change: ContactChange, now: datetime) -> int:
    """30, then 60, then 120 seconds after the code before; 0: now, or the new number's first."""
    if not change.digest or change.resends_left == 0:
        return 0
    sent_at = change.expires_at - timedelta(seconds=settings.SMS_CODE_VALIDITY)
    pause = codes.RESEND_PAUSES_SECONDS[codes.RESENDS - change.resends_left]
    return max(0, round(pause - (now - sent_at).total_seconds()))


def mobile_of(user_pk: int) -> SMSDevice | None:
    return SMSDevice.objects.filter(user_id=user_pk, confirmed=True).first()


def target(change: ContactChange, device: SMSDevice) -> str:
    """The number whose code is waited for."""
    return change.value if change.is_old_confirmed else device.phone


def _lock(user_pk: int) -> tuple[Client, SMSDevice | None]:
    client = lock_client(user_pk)
    device = SMSDevice.objects.select_for_update(of=("self",)).filter(user_id=user_pk, confirmed=True).first()
    return client, device


@transaction.atomic(durable=True)
def _refusal(user_pk: int, phone: str, address: str, *, is_new: bool) -> TooMany | SmsCut | None:
    """Of the next code to this number; None: it is within every budget, and counted.

    Apart from the transaction of the code, whose row is locked first: a bucket is shared by many.
    """
    if not sms_is_on():
        return SmsCut()
    user = User.objects.select_related("establishment").get(pk=user_pk)
    assert user.establishment is not None
    establishment = user.establishment
    wait = sms_wait(user=user, phone=phone, address=address, establishment=establishment, is_new_number=is_new)
    return TooMany(wait) if wait else None


def _bound(change: ContactChange) -> str:
    """What a code is bound to: a code of a login, or of the other step, fits nothing here."""
    return f"phone-change:{'new' if change.is_old_confirmed else 'old'}:{change.challenge}"


def _send_code(client: Client, change: ContactChange, *, to: str, now: datetime) -> None:
    code = codes.generate()
    change.digest = codes.digest(code, challenge=_bound(change), key=KEY.current())
    change.expires_at = now + timedelta(seconds=settings.SMS_CODE_VALIDITY)
    change.tries_left = codes.TRIES
    change.save()
    body = codes.sms_text(
        code,
        validity_seconds=settings.SMS_CODE_VALIDITY,
        site_url=settings.SITE_URL,
        what="votre code pour changer de mobile",
    )
    queue_sms(
        "phone_change_code",
        to=to,
        about=client.user,
        establishment=client.establishment,
        body=body,
        expires_at=change.expires_at,
        at_once=True,
    )


def _too_soon_or_too_often(change: ContactChange, now: datetime) -> TooSoon | NoMoreResends | None:
    if change.digest and change.resends_left == 0:
        return NoMoreResends()
    pause = seconds_before_resend(change, now)
    return TooSoon(pause) if pause else None


def _count_wrong_code(client: Client, change: ContactChange, device: SMSDevice, by: str) -> WrongCode | Locked | Closed:
    """The old number's count with those of the logins, and close it; the new one opens nothing yet."""
    change.tries_left -= 1
    change.save(update_fields=["tries_left"])
    record("phone_change_code_refused", by=by, subject=client.user, left=change.tries_left)
    if not change.is_old_confirmed and count_failure(client.user, device, by=by):
        change.delete()
        return Closed()
    return WrongCode(change.tries_left) if change.tries_left else Locked()


def _replace(client: Client, change: ContactChange, device: SMSDevice, now: datetime, by: str) -> SMSDevice:
    """A new device has a new key: the sessions that the old one verified are verified no more."""
    former = device.phone
    device.delete()
    replacement: SMSDevice = SMSDevice.objects.create(
        user=client.user, name="mobile", phone=change.value, confirmed=True, last_used_at=now
    )
    client.phone, client.phone_changed_at = change.value, now
    client.save(update_fields=["phone", "phone_changed_at"])
    change.delete()
    record("phone_changed", by=by, subject=client.user)
    tell_client(client, "Votre numéro de téléphone a été changé.", phones=[former, client.phone])
    return replacement
