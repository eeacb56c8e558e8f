"""Browsers that a client has used before: a signed cookie that is worth a bucket of limits, and nothing else.

A browser becomes known by a login, or by a password chosen through the link by e-mail: its reader has the mailbox. So
who comes with a new browser while a stranger keeps the bucket of all unknown ones empty has a way in.
"""

import secrets
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from web.keys import Key

COOKIE: Final = "__Host-known-browser" if settings.PRODUCTION else "known_browser"
MAX_AGE: Final = 180 * 24 * 3600
MOST_NAMES: Final = 5  # clients who share a browser
BY_LINK: Final = "link-"  # starts the secret of a browser that has not logged in yet
KEY: Final = Key("accounts.browsers")
LENGTH: Final = 32  # of a digest and of a secret, in hexadecimal: 128 bits


def known_as(request: HttpRequest, name: str) -> str:
    """The secret that this browser has for `name` (a username); empty for an unknown browser."""
    known = _read(request)
    return next((known[digest] for digest in _digests(name) if digest in known), "")


def has_logged_in(request: HttpRequest, name: str) -> bool:
    """Not yet, if it only set a password: its first login is still told to the client as that of a new browser."""
    secret = known_as(request, name)
    return secret != "" and not secret.startswith(BY_LINK)


def remember(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """This browser has just logged `name` in."""
    _keep(request, response, name, known_as(request, name).removeprefix(BY_LINK) or secrets.token_hex(LENGTH // 2))


def remember_link(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """This browser has just set a password of `name` by the link. One that has logged in before stays what it was."""
    _keep(request, response, name, known_as(request, name) or f"{BY_LINK}{secrets.token_hex(LENGTH // 2)}")


def _keep(request: HttpRequest, response: HttpResponse, name: str, secret: str) -> None:
    """A cookie names nobody: it holds digests."""
    digest, *former = _digests(name)
    others = [(one, kept) for one, kept in _read(request).items() if one not in {digest, *former}]
    latest = [*others, (digest, secret)][-MOST_NAMES:]
    response.set_cookie(
        COOKIE,
        signing.dumps(dict(latest), salt=KEY.label),
        max_age=MAX_AGE,
        httponly=True,
        secure=settings.PRODUCTION,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, str]:
    try:
        known = signing.loads(request.COOKIES.get(COOKIE, ""), salt=KEY.label, max_age=MAX_AGE)
    except signing.BadSignature:
        return {}
    return dict(known) if isinstance(known, Mapping) else {}


def _digests(name: str) -> list[str]:
    """Under the present key first, then as a cookie of before its change has it."""
    return [digest[:LENGTH] for digest in KEY.digests(name)]
