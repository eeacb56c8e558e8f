"""A message's text at rest: encrypted with a key derived from SECRET_KEY."""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass

from cryptography.fernet import Fernet
from django.conf import settings


@dataclass(frozen=True, slots=True)
class Text:
    """What the recipient reads; `subject` and `html` are empty for an SMS."""

    subject: str
    body: str
    html: str = ""


def seal(text: Text) -> str:
    return _cipher().encrypt(json.dumps(asdict(text)).encode()).decode()


def unseal(sealed: str) -> Text:
    """Errors: cryptography.fernet.InvalidToken when SECRET_KEY is not the one that sealed."""
    return Text(**json.loads(_cipher().decrypt(sealed.encode())))


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"pretgage.messaging.sealing:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
