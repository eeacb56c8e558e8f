"""A text at rest, of a message or a request: encrypted with a key derived from SECRET_KEY."""

import base64
import json
from dataclasses import asdict, dataclass
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from web.keys import Key

KEY: Final = Key("pretgage.messaging.sealing:")


@dataclass(frozen=True, slots=True)
class Text:
    """What the recipient reads; `subject` and `html` are empty for an SMS."""

    subject: str
    body: str
    html: str = ""


def seal(text: Text) -> str:
    return _ciphers().encrypt(json.dumps(asdict(text)).encode()).decode()


def unseal(sealed: str) -> Text:
    """Errors: cryptography.fernet.InvalidToken when neither SECRET_KEY nor a former one has sealed it."""
    return Text(**json.loads(_ciphers().decrypt(sealed.encode())))


def seal_again(sealed: str) -> str:
    """The same text under the current key. Errors: as `unseal`."""
    return _ciphers().rotate(sealed.encode()).decode()


def has_current_seal(sealed: str) -> bool:
    try:
        _cipher(KEY.current()).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def _ciphers() -> MultiFernet:
    """It seals with the first, the current key, and opens with any."""
    return MultiFernet([_cipher(key) for key in KEY.every()])


def _cipher(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key))
