"""What every answer carries."""

import re
from collections.abc import Callable
from secrets import token_hex
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden
from django.middleware.security import SecurityMiddleware
from django.utils.cache import add_never_cache_headers

from web.current_request import CURRENT
from web.machine_doors import is_machine_door

# Of a file that is no page of ours: opened alone, it runs and loads nothing.
FILE_POLICY: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; sandbox"
)
SESSION_KEY = re.compile(r"[0-9a-z]{32}")


def numbered_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A number by chance for each request, on its answer and in its lines of the log. A visitor's own is not read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        number = token_hex(8)
        setattr(request, "number", number)  # noqa: B010 - for `web.current_request`
        token = CURRENT.set(request)
        try:
            response = get_response(request)
        finally:
            CURRENT.reset(token)
        response.headers["X-Request-ID"] = number
        return response

    return middleware


def secure_refusals(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Django's own headers also on what SecurityMiddleware itself refuses: an unknown host over http."""
    security = SecurityMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        return security.process_response(request, get_response(request))

    return middleware


def machines_by_https(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Where people are led to https, a machine is refused: led there, it would go on to send in clear, unnoticed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and is_machine_door(request.path_info):
            return HttpResponseForbidden("Cette adresse se demande en https.", content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware


def private_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """No page stays in a cache or behind the back button, unless its view says otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return middleware


def readable_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Forms in UTF-8, session keys in plain letters: Django raises on other charsets, PostgreSQL on a NUL."""

    def middleware(request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in {"utf-8", "utf8"}:
            return HttpResponseBadRequest("Cette page ne se lit qu’en UTF-8.", content_type="text/plain; charset=utf-8")
        if not SESSION_KEY.fullmatch(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return get_response(request)

    return middleware
