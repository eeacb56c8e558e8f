"""The edge of py_webauthn: options for the browser, and what it signed, read. Nothing that it sends raises."""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import urlsplit

import webauthn
from django.conf import settings
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import Passkey, User

logger = logging.getLogger(__name__)

LONGEST: Final = 16_000  # characters; a credential with a long certificate has some 4,000
PATIENCE: Final = 5 * 60 * 1000  # milliseconds that a browser waits for the client
# In the order of our preference; no RSA (docs/decisions/0020).
ALGORITHMS: Final = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
]
TRANSPORTS: Final = {transport.value for transport in AuthenticatorTransport}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Challenge:
    """`options`: JSON for the browser. `challenge` (base64url) stays in the session until the answer."""

    options: str
    challenge: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    credential_id: str
    public_key: str
    sign_count: int
    transports: list[str]


def registration(user: User, known: Sequence[Passkey]) -> Challenge:
    """`known`: the keys that this person has, which the browser does not offer again."""
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=settings.OTP_TOTP_ISSUER,
        user_id=_handle(user),
        user_name=f"{user.establishment.name} {user}" if user.establishment else user.username,
        timeout=PATIENCE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            # A key that the telephone's own keeper copies to the next telephone outlives a lost one.
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        supported_pub_key_algs=ALGORITHMS,
        exclude_credentials=_descriptors(known),
    )
    return Challenge(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def authentication(known: Sequence[Passkey]) -> Challenge:
    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        timeout=PATIENCE,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return Challenge(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def read_registration(credential: str, *, challenge: str) -> NewPasskey | None:
    def read() -> NewPasskey:
        facts = json.loads(credential)
        verified = webauthn.verify_registration_response(
            credential=facts,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=settings.SITE_URL,
            supported_pub_key_algs=ALGORITHMS,
        )
        said = facts["response"].get("transports", [])
        return NewPasskey(
            credential_id=bytes_to_base64url(verified.credential_id),
            public_key=bytes_to_base64url(verified.credential_public_key),
            sign_count=verified.sign_count,
            transports=sorted(TRANSPORTS.intersection(said)),
        )

    return _refused_if_it_raises(credential, read)


def credential_id(credential: str) -> str:
    """Which key the browser says it used; empty when that is no identifier."""

    def read() -> str:
        said = json.loads(credential)["id"]
        return said if re.fullmatch(r"[A-Za-z0-9_-]{1,1400}", said) else ""

    return _refused_if_it_raises(credential, read) or ""


def read_authentication(credential: str, *, challenge: str, passkey: Passkey) -> int | None:
    """The key's new count of signatures; None when this is not its signature of the challenge, or an older one."""

    def read() -> int:
        return webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=settings.SITE_URL,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
        ).new_sign_count

    return _refused_if_it_raises(credential, read)


def _refused_if_it_raises(credential: str, read: Callable[[], T]) -> T | None:
    if len(credential) > LONGEST:
        return None
    try:
        return read()
    except Exception as error:  # noqa: BLE001 - parsers of JSON, CBOR, base64 and keys: each has errors of its own
        logger.info("passkey refused: %s %.200r", type(error).__name__, str(error))
        return None


def _handle(user: User) -> bytes:
    """The account, to a keeper of passkeys: always the same, or its next one would stand beside those of before.

    So without a key of ours, which changes. A number that names nobody needs none.
    """
    return hashlib.sha256(f"accounts.passkeys:{_host()}:{user.pk}".encode()).digest()


def _host() -> str:
    """The relying party: a key made for this host signs for no other."""
    return urlsplit(settings.SITE_URL).hostname or ""


def _descriptors(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(passkey.credential_id),
            transports=[AuthenticatorTransport(transport) for transport in passkey.transports],
        )
        for passkey in passkeys
    ]
