"""What SECRET_KEY protects: each purpose has a key of its own, made from it; what a former one made is still ours."""

import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Key:
    """One purpose. `label` tells it from all others, and stands with its life in docs/security.md."""

    label: str

    def current(self) -> bytes:
        """32 bytes: what is made now is made with this one."""
        return self._derived(settings.SECRET_KEY)

    def every(self) -> list[bytes]:
        """The current one, then those of SECRET_KEY_FALLBACKS: they only verify and open."""
        return [self.current(), *map(self._derived, settings.SECRET_KEY_FALLBACKS)]

    def digest(self, text: str) -> str:
        """HMAC-SHA-256 under the current key: 64 hexadecimal characters."""
        return _digest(self.current(), text)

    def digests(self, text: str) -> list[str]:
        """The same under every key, the current one first."""
        return [_digest(key, text) for key in self.every()]

    def has_made(self, kept: str, text: str) -> bool:
        """Whether `kept` is the digest of `text` under one of our keys, whoever sent it."""
        return any(hmac.compare_digest(kept.encode(), known.encode()) for known in self.digests(text))

    def _derived(self, secret: str) -> bytes:
        return hashlib.sha256(self.label.encode() + secret.encode()).digest()


def _digest(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
