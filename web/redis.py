"""How Redis is joined: by a certificate that is checked, or by a socket; and words that it may give back."""

import json
import ssl
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

# kombu checks no certificate unless told to; Django's cache does by itself.
CHECKED: Final = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}


class JsonSerializer:
    """Django's own is pickle: whoever writes to Redis would then run code here."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


def broker_url(url: str) -> str:
    """Celery's word for the same place: « unix:///path?db=1 » is « redis+socket:///path?virtual_host=1 » there."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.netloc}{parts.path}?{urlencode({'virtual_host': database})}"
