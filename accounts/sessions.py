"""Where sessions live: the database alone, since login and logout must outlive Redis.

`SESSION_ENGINE` names this module. A session keeps its owner, browser and beginning in its data. They are copied to
columns, so that the security page can list and close them.

A session ends with `accounts.session_limits`; `last_used_at` is what it counts from, kept by one UPDATE of its own.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.contrib.auth import SESSION_KEY as USER_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import session_limits
from accounts.models import Session, User
from accounts.session_limits import SessionLimits
from web.keys import Key

STARTED: Final = "started_at"  # seconds since 1970, as JSON keeps them
BROWSER: Final = "browser"
WITH_OWNER: Final = Session.objects.select_related("user__client", "user__establishment")
KEY: Final = Key("accounts.sessions")
REFERENCE_LENGTH: Final = 32
WRITE_EVERY: Final = timedelta(seconds=30)  # what a session's activity costs: one small UPDATE as often


class SessionStore(DatabaseStore):
    row: Session | None = None  # as it was read: its `last_used_at` is the last activity
    is_activity = False  # True once the clock has judged the session, for a request that somebody made

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        """With its owner, whom every page asks for: one query where Django has two."""
        rows = WITH_OWNER.filter(session_key=self.session_key, expire_date__gt=timezone.now())
        self.row = next(iter(rows), None)  # the key is unique: nothing to put in order first
        if self.row is None:
            self._session_key = None
        return self.row

    def flush(self) -> None:
        super().flush()
        self.row = None  # what comes after is another session

    def note_activity(self, now: datetime) -> None:
        """One statement, atomic by itself, that touches neither the data nor a session closed meanwhile."""
        if self.row is not None and self.row.last_used_at <= now - WRITE_EVERY:
            rows = Session.objects.filter(pk=self.row.pk, last_used_at__lt=now)
            self.row.last_used_at = now
            rows.update(last_used_at=now)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        if USER_KEY in data:  # whichever door opened it, a session has a beginning
            data.setdefault(STARTED, timezone.now().timestamp())
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.user_id = int(data[USER_KEY]) if USER_KEY in data else None
        row.browser = data.get(BROWSER, "")
        row.started_at = datetime.fromtimestamp(data[STARTED], UTC) if STARTED in data else None
        # A public door may save the session of who left it open: nobody is back for that.
        is_kept = self.row is not None and self.row.user_id == row.user_id and not self.is_activity
        row.last_used_at = self.row.last_used_at if self.row and is_kept else timezone.now()
        return row


def limits_of(user: User) -> SessionLimits:
    return session_limits.STAFF if user.is_staff else session_limits.CLIENTS


def open_sessions(user: User, now: datetime) -> QuerySet[Session]:
    """Those that would still open a page, the last used first."""
    limits = limits_of(user)
    return Session.objects.filter(
        user=user, expire_date__gt=now, last_used_at__gt=now - limits.idle, started_at__gt=now - limits.whole
    ).order_by("-last_used_at")


def reference_of(session_key: str) -> str:
    """Names a session in a page. The key itself opens the area: it stands nowhere but in the cookie."""
    return KEY.digest(session_key)[:REFERENCE_LENGTH]


def is_reference_of(reference: str, session_key: str) -> bool:
    """A page that was open while SECRET_KEY changed still names its sessions."""
    known = (digest[:REFERENCE_LENGTH] for digest in KEY.digests(session_key))
    return any(constant_time_compare(reference, one) for one in known)


def is_of_present_password(user: User, kept: str) -> bool:
    """`kept`: what `get_session_auth_hash()` gave, under the present SECRET_KEY or a former one."""
    known = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(kept, one) for one in known)
