"""The request that a line of the log was written in: its number, where from, what for, by whom."""

import re
from contextvars import ContextVar
from logging import LogRecord
from typing import Final

from django.http import HttpRequest
from django.utils.functional import LazyObject, empty

from web.address import client_address

CURRENT: Final[ContextVar[HttpRequest | None]] = ContextVar("current_request", default=None)
LINK: Final = re.compile(r"(/mot-de-passe/|/profil/e-mail/|/calendrier/|/proche/)[^\s\"'?\\]+")
Facts = dict[str, str | int]


def facts_of(record: LogRecord) -> Facts:
    """Nothing outside a request. Worked out when a line is written: a page that writes none pays nothing."""
    said = getattr(record, "request", None)  # Django names it where it logs an answer, which is after the middleware
    request = said if isinstance(said, HttpRequest) else CURRENT.get()
    if request is None:
        return {}
    facts: Facts = {
        "request": getattr(request, "number", ""),
        "address": client_address(request),
        "method": request.method or "",
        "path": without_links(request.path),
    }
    user = _known_user(request)
    return facts if user is None else facts | {"user": user}


def without_links(text: str) -> str:
    """Cut out of the text: what still opens something. Never a quote or a backslash, so that JSON stays JSON."""
    return LINK.sub(r"\1…", text)


def _known_user(request: HttpRequest) -> int | None:
    """Who it is if the request has asked already: a line of the log costs no query, and touches no session.

    Who is a stranger in this establishment is named too, by the account that is open in another.
    """
    user = getattr(request, "user", None)
    while isinstance(user, LazyObject):
        inside = user._wrapped  # type: ignore[attr-defined] # django-stubs leave it out
        user = None if inside is empty else inside
    pk: int | None = getattr(user, "pk", None) or getattr(user, "elsewhere", None)
    return pk
