"""An answer of the bank, whatever the protocol."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

HTML = "text/html; charset=utf-8"
JSON = "application/json"
XML = "text/xml; charset=utf-8"


@dataclass(frozen=True)
class Reply:
    status: HTTPStatus
    body: str = ""
    content_type: str = HTML
    location: str = ""


def json_reply(status: HTTPStatus, content: Any) -> Reply:
    return Reply(status, json.dumps(content, ensure_ascii=False, indent=2), JSON)
