"""One JSON object a line."""

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from web.current_request import facts_of, without_links

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint


class WithoutLinks(logging.Filter):
    """Django logs the path of every refusal: a link that still opens something must not stand there."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_links(record.getMessage()), ()
        return True


class JsonFormatter(logging.Formatter):
    """What the line says, what its request says, and what the code gave as `extra={"facts": {…}}`."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= facts_of(record) | getattr(record, "facts", {})
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return without_links(json.dumps(entry))


def without_secrets(event: "Event", hint: "Hint") -> "Event":
    """An error report without the links that let a password be chosen or an e-mail be changed."""
    cut: Event = json.loads(without_links(json.dumps(event, default=str, ensure_ascii=False)))
    return cut
