"""Which second factors a client has, which one is asked first, and how one goes."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, QuerySet

from accounts import limits
from accounts.models import Authenticator, BackupCode, BackupCodes, Factor, Passkey, SMSDevice, User
from accounts.notices import tell_client
from journal.actions import record

# In the order in which one stands in for another. Backup codes are spent one after the other: no factor to live on.
LASTING: Final = (Factor.PASSKEY, Factor.APP, Factor.SMS)
REMOVED: Final = {
    Factor.APP: "L’application de codes a été retirée de votre compte.",
    Factor.PASSKEY: "Une clé d’accès a été retirée de votre compte.",
    Factor.BACKUP: "La feuille de codes de secours a été retirée de votre compte.",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """Not the code, not the key, or not at the right moment: a client is not told which."""


@dataclass(frozen=True, slots=True)
class Removed:
    pass


@dataclass(frozen=True, slots=True)
class LastFactor:
    """Without it nothing would prove who the client is."""


@dataclass(frozen=True, slots=True)
class NotThere:
    """Another client's, or gone meanwhile."""


@dataclass(frozen=True, slots=True)
class Preferred:
    pass


@dataclass(frozen=True, slots=True)
class TooManyChanges:
    seconds: int


def confirmed_factors(user: User) -> list[Factor]:
    """In one query. A sheet of backup codes counts while one of them is unspent."""
    mine = {"user_id": user.pk, "confirmed": True}
    unspent = BackupCode.objects.filter(sheet__user_id=user.pk, sheet__confirmed=True, used_at=None)
    has = {
        Factor.SMS: Exists(SMSDevice.objects.filter(**mine)),
        Factor.APP: Exists(Authenticator.objects.filter(**mine)),
        Factor.PASSKEY: Exists(Passkey.objects.filter(**mine)),
        Factor.BACKUP: Exists(unspent),
    }
    found = User.objects.filter(pk=user.pk).annotate(**{f"has_{name}": test for name, test in has.items()})
    facts = found.values(*(f"has_{name}" for name in has)).get()
    return [factor for factor in has if facts[f"has_{factor}"]]


def leaves_a_factor(factors: Collection[Factor], removed: Factor, *, passkeys: int) -> bool:
    """Whether the client can still prove who it is once `removed`, one of so many passkeys, is gone."""
    left = set(factors).intersection(LASTING)
    if removed != Factor.PASSKEY or passkeys < 2:
        left.discard(removed)
    return bool(left)


def lock_user(user_pk: int) -> User:
    """Whoever changes the factors of a client waits here for the others."""
    return User.objects.select_for_update(of=("self",)).get(pk=user_pk)


@transaction.atomic(durable=True)
def remove_factor(
    *, user_pk: int, factor: Factor, passkey_pk: int | None, by: str
) -> Removed | LastFactor | NotThere | TooManyChanges:
    """`passkey_pk`: which one, a client may have several. The sessions that it opened are verified no more."""
    user = lock_user(user_pk)
    devices = _devices(user, factor, passkey_pk)
    if not devices.exists():
        return NotThere()
    passkeys = Passkey.objects.filter(user=user, confirmed=True).count()
    if not leaves_a_factor(confirmed_factors(user), factor, passkeys=passkeys):
        return LastFactor()
    if wait := limits.account_changes_of(user.pk):
        return TooManyChanges(wait)
    devices.delete()
    _fall_back(user)
    record("factor_removed", by=by, subject=user, factor=factor)
    tell_client(user.client, REMOVED[factor])
    return Removed()


@transaction.atomic(durable=True)
def prefer_factor(*, user_pk: int, factor: Factor, by: str) -> Preferred | NotThere | TooManyChanges:
    """The factor that a login asks for first; the others stay one click away."""
    user = lock_user(user_pk)
    if factor not in LASTING or factor not in confirmed_factors(user):
        return NotThere()
    if wait := limits.account_changes_of(user.pk):
        return TooManyChanges(wait)
    user.preferred_factor = factor
    user.save(update_fields=["preferred_factor"])
    record("factor_preferred", by=by, subject=user, factor=factor)
    tell_client(user.client, f"À la connexion, nous vous demandons maintenant d’abord\u00a0: {factor.label}.")
    return Preferred()


def _devices(user: User, factor: Factor, passkey_pk: int | None) -> QuerySet[Any]:
    """SMS is not there: the telephone is changed in the personal file or at the agency, never taken away here."""
    match factor:
        case Factor.APP:
            return Authenticator.objects.filter(user=user)
        case Factor.PASSKEY:
            return Passkey.objects.filter(user=user, pk=passkey_pk)
        case Factor.BACKUP:
            return BackupCodes.objects.filter(user=user)
        case _:
            return SMSDevice.objects.none()


def _fall_back(user: User) -> None:
    """What was asked first is gone: the best of the others is."""
    left = confirmed_factors(user)
    if user.preferred_factor not in left:
        user.preferred_factor = next((factor for factor in LASTING if factor in left), Factor.SMS)
        user.save(update_fields=["preferred_factor"])
