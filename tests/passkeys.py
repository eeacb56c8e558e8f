"""Authenticators of the tests: one in Python that signs what it is asked, and Chromium's virtual one."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import CDPSession, Page
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from accounts.actions.passkeys import PasskeyAdded, add_passkey, new_passkey_challenge
from accounts.models import Client, Passkey

ORIGIN = "http://localhost:8000"
PRESENT, WITH_KEY = 0x01, 0x40


@dataclass
class SoftKey:
    """A security key: P-256, counts its signatures unless `counts=False` (as passkeys that are synchronised)."""

    origin: str = ORIGIN
    counts: bool = True
    count: int = 0
    identifier: bytes = field(default=b"a-key-of-the-tests")
    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: str) -> str:
        """What `navigator.credentials.create` would answer, as static/passkeys.js writes it."""
        asked = json.loads(options)
        length = len(self.identifier).to_bytes(2, "big")
        attested = bytes(16) + length + self.identifier + cbor2.dumps(self._public_key())
        data = self._data(asked["rp"]["id"], PRESENT | WITH_KEY) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        answer = {"clientDataJSON": self._client_data("create", asked), "attestationObject": attestation}
        return self._written(answer, transports=["internal", "carrier-pigeon"])

    def sign(self, options: str) -> str:
        """What `navigator.credentials.get` would answer."""
        asked = json.loads(options)
        data, client_data = self._data(asked["rpId"], PRESENT), self._client_data("get", asked)
        signed = data + hashlib.sha256(client_data).digest()
        signature = self.secret.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._written({"clientDataJSON": client_data, "authenticatorData": data, "signature": signature})

    def _data(self, host: str, flags: int) -> bytes:
        self.count += self.counts
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, asked: dict[str, Any]) -> bytes:
        facts = {"type": f"webauthn.{kind}", "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(facts).encode()

    def _written(self, answer: dict[str, bytes], **more: list[str]) -> str:
        identifier = bytes_to_base64url(self.identifier)
        response = {name: bytes_to_base64url(value) for name, value in answer.items()} | more
        return json.dumps({"id": identifier, "rawId": identifier, "type": "public-key", "response": response})

    def _public_key(self) -> dict[int, int | bytes]:
        point = self.secret.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}


@dataclass
class RSAKey(SoftKey):
    """One of an older Windows Hello, which is refused: its modulus is no product of primes."""

    algorithm: int = -257  # RS256

    def _public_key(self) -> dict[int, int | bytes]:
        modulus = (1 << 3071) + 1
        return {1: 3, 3: self.algorithm, -1: modulus.to_bytes(384, "big"), -2: b"\x01\x00\x01"}


def a_passkey(client: Client, key: SoftKey, name: str = "mon téléphone") -> Passkey:
    """`key`, registered as a client does."""
    made = new_passkey_challenge(client.user)
    outcome = add_passkey(
        user_pk=client.user_id,
        challenge=made.challenge,
        credential=key.create(made.options),
        name=name,
        by="user:1",
    )
    assert isinstance(outcome, PasskeyAdded)
    return outcome.passkey


def with_other_bytes(credential: str, name: str) -> str:
    """The same answer with one bit of `name` turned."""
    facts = json.loads(credential)
    changed = bytearray(base64url_to_bytes(facts["response"][name]))
    changed[-1] ^= 1
    facts["response"][name] = bytes_to_base64url(bytes(changed))
    return json.dumps(facts)


def add_virtual_authenticator(page: Page) -> CDPSession:
    """Chromium's own: a telephone that knows its owner at once. The pages must be on localhost."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session
