"""The way in: a right password asks for the second factor, an SMS code unless the client prefers another."""

import secrets
from dataclasses import dataclass

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils import timezone

from accounts import limits
from accounts.actions.factors import confirmed_factors
from accounts.actions.sms_code import SmsCut, TooMany, is_current, lock, pause_after_code, send_first_code
from accounts.models import Factor, SMSDevice, User
from accounts.notices import tell_client
from establishments.models import Establishment
from journal.actions import record

LOGIN_MINUTES = 15  # a login in progress, with its resends; each code lives SMS_CODE_VALIDITY seconds
BY_DEFAULT = (Factor.SMS, Factor.APP, Factor.PASSKEY, Factor.BACKUP)


@dataclass(frozen=True, slots=True)
class Started:
    """The second factor is asked. All of it goes into the session of the browser that asked, nowhere else.

    `challenge` ties an SMS code to that browser; `auth_hash` ends the attempt when the password changes meanwhile.
    """

    user_pk: int
    factor: Factor
    challenge: str
    auth_hash: str


@dataclass(frozen=True, slots=True)
class WrongCredentials:
    pass


@dataclass(frozen=True, slots=True)
class NoFactor:
    """The password is right; the file has no mobile, or it was closed, and there is no other factor."""

    is_closed: bool


Beginning = Started | NoFactor | TooMany | SmsCut


def start_login(
    *, establishment: Establishment, identifier: str, password: str, browser: str, address: str, by: str
) -> Beginning | WrongCredentials:
    """Limits first, then the password, outside of any transaction since hashing is slow, then the second factor.

    `browser`: what `accounts.browsers.known_as` says of it.
    """
    name = (establishment.pk, identifier, browser)
    username = User.client_username(establishment.pk, identifier)
    if wait := limits.login_from(address, username, browser) or limits.login_as(*name):
        return TooMany(wait)
    user = authenticate(establishment=establishment, identifier=identifier, password=password)
    if not isinstance(user, User):
        _note_refusal(establishment=establishment, identifier=identifier, by=by)
        return WrongCredentials()
    limits.login_succeeded(*name, address)
    return ask_factor(user_pk=user.pk, factor=None, address=address, by=by)


def prove_again(*, user: User, password: str, address: str, by: str) -> Beginning | WrongCredentials:
    """The step-up of a client who is inside: the password, then a second factor, as at a login."""
    if wait := limits.password_of(user.pk):
        return TooMany(wait)
    if not check_password(password, user.password):
        _note_wrong_password(user_pk=user.pk, by=by)
        return WrongCredentials()
    limits.password_of_succeeded(user.pk)
    return ask_factor(user_pk=user.pk, factor=None, address=address, by=by)


@transaction.atomic(durable=True)
def _note_refusal(*, establishment: Establishment, identifier: str, by: str) -> None:
    username = User.client_username(establishment.pk, identifier)
    user = User.objects.filter(username=username).first()
    record("login_refused", by=by, subject=user or establishment)


@transaction.atomic(durable=True)
def _note_wrong_password(*, user_pk: int, by: str) -> None:
    record("password_refused", by=by, subject=User.objects.get(pk=user_pk))


@transaction.atomic(durable=True)
def ask_factor(*, user_pk: int, factor: Factor | None, address: str, by: str, sms_challenge: str = "") -> Beginning:
    """The factor that was chosen; None: the preferred one, or the first that the client has. An SMS leaves here.

    Not when this attempt has had one, under `sms_challenge`: its client comes back to that code, with the resends and
    the pauses that were left.
    """
    now = timezone.now()
    user, device = lock(user_pk)
    available = confirmed_factors(user)
    chosen = next((one for one in (factor, user.preferred_factor, *BY_DEFAULT) if one in available), None)
    if chosen is None:
        record("login_without_factor", by=by, subject=user)
        return NoFactor(is_closed=SMSDevice.objects.filter(user=user).exists())
    if chosen == Factor.SMS and device is not None and is_current(device, sms_challenge):
        return Started(user.pk, Factor.SMS, sms_challenge, user.get_session_auth_hash())
    challenge = secrets.token_hex(16)
    if chosen == Factor.SMS and device is not None:
        if factor is not None and (pause := pause_after_code(device, now)):
            return TooMany(pause)
        match send_first_code(user, device, challenge=challenge, address=address, now=now, by=by):
            case TooMany() | SmsCut() as refusal:
                return refusal
    return Started(user.pk, Factor(chosen), challenge, user.get_session_auth_hash())


@transaction.atomic(durable=True)
def note_new_browser(*, user: User, browser: str, by: str) -> None:
    """A login from a browser that this client has not used before. `browser`: « Firefox sur Android »."""
    record("login_from_new_browser", by=by, subject=user)
    tell_client(user.client, f"Votre espace vient d’être ouvert avec un navigateur nouveau pour nous\u00a0: {browser}.")


@transaction.atomic(durable=True)
def note_logout(*, user: User, by: str) -> None:
    record("logout", by=by, subject=user)
