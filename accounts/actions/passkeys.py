"""Passkeys: added and asked for as second factor. A challenge serves once, whatever comes back."""

from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts import limits, passkeys
from accounts.actions.factors import Refused, lock_user
from accounts.actions.sms_code import Accepted, TooMany
from accounts.models import Factor, Passkey, User
from accounts.notices import tell
from accounts.passkeys import Challenge, NewPasskey
from journal.actions import record

MOST_PASSKEYS: Final = 5


@dataclass(frozen=True, slots=True)
class PasskeyAdded:
    passkey: Passkey


@dataclass(frozen=True, slots=True)
class TooManyPasskeys:
    pass


def new_passkey_challenge(user: User) -> Challenge:
    return passkeys.registration(user, confirmed_passkeys(user))


def passkey_challenge(user: User) -> Challenge:
    """What the browser is to sign with one of the client's keys. Its `challenge` goes into the session."""
    return passkeys.authentication(confirmed_passkeys(user))


def confirmed_passkeys(user: User) -> list[Passkey]:
    return list(Passkey.objects.filter(user=user, confirmed=True).order_by("pk"))


def add_passkey(
    *, user_pk: int, challenge: str, credential: str, name: str, by: str
) -> PasskeyAdded | TooManyPasskeys | Refused | TooMany:
    if not challenge or limits.passkey_challenge_spent(challenge):
        return Refused()
    made = passkeys.read_registration(credential, challenge=challenge)
    return Refused() if made is None else _store(user_pk=user_pk, made=made, name=name, by=by)


@transaction.atomic(durable=True)
def _store(*, user_pk: int, made: NewPasskey, name: str, by: str) -> PasskeyAdded | TooManyPasskeys | Refused | TooMany:
    user = lock_user(user_pk)
    if Passkey.objects.filter(user=user).count() >= MOST_PASSKEYS:
        return TooManyPasskeys()
    if wait := limits.account_changes_of(user.pk):
        return TooMany(wait)
    facts = {"user": user, "name": name, "confirmed": True, "public_key": made.public_key}
    facts |= {"sign_count": made.sign_count, "transports": made.transports}
    passkey, is_new = Passkey.objects.get_or_create(credential_id=made.credential_id, defaults=facts)
    if not is_new:
        return Refused()
    record("factor_added", by=by, subject=user, factor=Factor.PASSKEY)
    tell(user, "Une clé d’accès a été ajoutée à votre compte.")
    return PasskeyAdded(passkey)


def confirm_passkey(
    *, user_pk: int, challenge: str, credential: str, event: str, by: str
) -> Accepted | Refused | TooMany:
    """`credential`: the JSON that the browser sent, whatever it is; `event` as in `confirm_app_code`."""
    if wait := limits.factor_of(user_pk):
        return TooMany(wait)
    if not challenge or limits.passkey_challenge_spent(challenge):
        return Refused()
    outcome = _confirm(user_pk=user_pk, challenge=challenge, credential=credential, event=event, by=by)
    if isinstance(outcome, Accepted):
        limits.factor_of_succeeded(user_pk)
    return outcome


@transaction.atomic(durable=True)
def _confirm(*, user_pk: int, challenge: str, credential: str, event: str, by: str) -> Accepted | Refused:
    """Under the key's lock: its count of signatures only grows, so that a copied key is seen."""
    now = timezone.now()
    user = lock_user(user_pk)
    known = Passkey.objects.select_for_update(of=("self",)).filter(user=user, confirmed=True)
    passkey = known.filter(credential_id=passkeys.credential_id(credential)).first()
    count = passkey and passkeys.read_authentication(credential, challenge=challenge, passkey=passkey)
    if passkey is None or count is None or not user.is_active:
        record("factor_refused", by=by, subject=user, factor=Factor.PASSKEY)
        return Refused()
    passkey.sign_count, passkey.last_used_at = count, now
    passkey.save(update_fields=["sign_count", "last_used_at"])
    record(event, by=by, subject=user, factor=Factor.PASSKEY)
    user.otp_device = passkey
    return Accepted(user)
