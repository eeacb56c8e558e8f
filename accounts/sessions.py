"""Where sessions live: the database alone, since login and logout must outlive Redis.

`SESSION_ENGINE` names this module. A session keeps its owner, browser and beginning in its data. They are copied to
columns, so that the security page can list and close them.
"""

from datetime import UTC, datetime
from typing import Any, Final

from django.contrib.auth import SESSION_KEY as USER_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from accounts.models import Session

STARTED: Final = "started_at"  # seconds since 1970, as JSON keeps them
BROWSER: Final = "browser"


class SessionStore(DatabaseStore):
    row: Session | None = None  # as it was read: its `last_used_at` is the last activity

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = super()._get_session_from_db()  # type: ignore[misc] # Django's hook for it, unknown to the stubs
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.user_id = int(data[USER_KEY]) if USER_KEY in data else None
        row.browser = data.get(BROWSER, "")
        row.started_at = datetime.fromtimestamp(data[STARTED], UTC) if STARTED in data else None
        row.last_used_at = timezone.now()
        return row
