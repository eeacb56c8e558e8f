"""The notice after a click waits in a cookie for the next page: no session is made or read for it."""

from typing import Final

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage

COOKIE: Final = "__Host-messages" if settings.PRODUCTION else "messages"


class HostCookieStorage(CookieStorage):
    """Of this host alone: no other site of the domain can plant a notice."""

    cookie_name = COOKIE
