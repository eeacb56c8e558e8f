"""An authenticator application's key at rest: AES-256-GCM with a key made from SECRET_KEY, 64 characters in all."""

import base64
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from web.keys import Key

KEY: Final = Key("accounts.sealed_keys")
NONCE_BYTES: Final = 12


def seal(key: bytes) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + AESGCM(KEY.current()).encrypt(nonce, key, None)).decode()


def unseal(sealed: str) -> bytes:
    """Errors: cryptography.fernet.InvalidToken when neither SECRET_KEY nor a former one has sealed it."""
    for ours in KEY.every():
        key = _opened(sealed, ours)
        if key is not None:
            return key
    raise InvalidToken


def seal_again(sealed: str) -> str:
    """The same key under the current one of ours. Errors: as `unseal`."""
    return seal(unseal(sealed))


def has_current_seal(sealed: str) -> bool:
    return _opened(sealed, KEY.current()) is not None


def _opened(sealed: str, ours: bytes) -> bytes | None:
    try:
        whole = base64.urlsafe_b64decode(sealed)
        return AESGCM(ours).decrypt(whole[:NONCE_BYTES], whole[NONCE_BYTES:], None)
    except (ValueError, InvalidTag):
        return None
