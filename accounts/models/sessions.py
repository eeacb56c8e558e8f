"""Open sessions, as rows that their owner may look at and close."""

from typing import TYPE_CHECKING

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from accounts.models.people import User

if TYPE_CHECKING:
    from accounts.sessions import SessionStore


class Session(AbstractBaseSession):
    """Django's session with what the security page shows. No address, no place: they say little and tell a lot."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions", verbose_name="compte")
    browser = models.CharField("navigateur (User-Agent)", max_length=250, blank=True)
    started_at = models.DateTimeField("ouverte le", null=True)
    last_used_at = models.DateTimeField("dernière activité")

    class Meta:
        verbose_name = "session"
        verbose_name_plural = "sessions"

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        from accounts.sessions import SessionStore  # noqa: PLC0415 - the store needs this model

        return SessionStore
