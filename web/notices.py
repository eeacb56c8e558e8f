"""The notice after a click waits for the next page: in the session of who is inside, in a cookie for a visitor.

A visitor has no session, and is told nothing that names anybody.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.messages.storage.base import BaseStorage, Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponseBase

COOKIE: Final = "__Host-messages" if settings.PRODUCTION else "messages"


class HostCookieStorage(CookieStorage):
    """Of this host alone: no other site of the domain can plant a notice."""

    cookie_name = COOKIE


class NoticeStorage(BaseStorage):
    def __init__(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        super().__init__(request, *args, **options)
        self._cookie: Any = HostCookieStorage(request)  # the stubs do not know what a storage is made of
        self._session: Any = SessionStorage(request)

    def _get(self, *args: Any, **options: Any) -> tuple[list[Message], bool]:
        waiting = [storage._get()[0] or [] for storage in (self._cookie, self._session)]
        return [notice for notices in waiting for notice in notices], True

    def _store(self, messages: Sequence[Message], response: HttpResponseBase, *args: Any, **options: Any) -> list[Any]:
        is_inside = SESSION_KEY in self.request.session  # not `user`: a session may just have ended
        self._session._store(messages if is_inside else [], response)
        if is_inside and COOKIE not in self.request.COOKIES:
            return []
        left: list[Any] = self._cookie._store([] if is_inside else messages, response)
        return left
