"""The application's log as production writes it, read back line by line."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from web.logs import JsonFormatter, WithoutLinks


class LogLines:
    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def of(self, logger: str = "") -> list[dict[str, Any]]:
        """The lines of this logger and those below it, oldest first; each must be one JSON object."""
        entries = [json.loads(line) for line in self.text.splitlines()]
        return [entry for entry in entries if entry["logger"].startswith(logger)]


@contextmanager
def written_lines() -> Iterator[LogLines]:
    lines = LogLines(io.StringIO())
    handler = logging.StreamHandler(lines.stream)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(WithoutLinks())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
