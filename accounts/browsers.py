"""Browsers that a client has used before: a signed cookie that is worth a bucket of limits, and nothing else."""

import secrets
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE: Final = "__Host-known-browser" if settings.PRODUCTION else "known_browser"
MAX_AGE: Final = 180 * 24 * 3600
MOST_NAMES: Final = 5  # clients who share a browser
SALT: Final = "accounts.browsers"


def known_as(request: HttpRequest, name: str) -> str:
    """The secret that this browser got at a login of `name` (a username); empty for an unknown browser."""
    return _read(request).get(_digest(name), "")


def remember(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """This browser has just logged `name` in. A cookie names nobody: it holds digests."""
    known = _read(request)
    secret = known.pop(_digest(name), "") or secrets.token_hex(8)
    latest = [*known.items(), (_digest(name), secret)][-MOST_NAMES:]
    response.set_cookie(
        COOKIE,
        signing.dumps(dict(latest), salt=SALT),
        max_age=MAX_AGE,
        httponly=True,
        secure=settings.PRODUCTION,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, str]:
    try:
        known = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return {}
    return dict(known) if isinstance(known, Mapping) else {}


def _digest(name: str) -> str:
    return salted_hmac(SALT, name, algorithm="sha256").hexdigest()[:16]
