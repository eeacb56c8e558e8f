"""One JSON object a line."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

LINK = re.compile(r"(/mot-de-passe/|/profil/e-mail/|/calendrier/|/proche/)[^\s\"'?]+")


class WithoutLinks(logging.Filter):
    """Django logs the path of every refusal: a link that still opens something must not stand there."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = LINK.sub(r"\1…", record.getMessage()), ()
        return True


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return LINK.sub(r"\1…", json.dumps(entry, ensure_ascii=False))


def without_secrets(event: "Event", hint: "Hint") -> "Event":
    """An error report without the links that let a password be chosen or an e-mail be changed."""
    cut: Event = json.loads(LINK.sub(r"\1…", json.dumps(event, default=str, ensure_ascii=False)))
    return cut
