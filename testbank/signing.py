"""Signatures of the vads protocol, HMAC-SHA-256."""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def sign(fields: Mapping[str, str], key: str) -> str:
    """Sign the values of the `vads_` fields, in the order of their names; other fields do not count."""
    values = [fields[name] for name in sorted(fields) if name.startswith("vads_")]
    signed = "+".join([*values, key])
    return base64.b64encode(hmac.digest(key.encode(), signed.encode(), hashlib.sha256)).decode()


def is_signed(fields: Mapping[str, str], key: str) -> bool:
    return hmac.compare_digest(fields.get("signature", "").encode(), sign(fields, key).encode())
