"""Posts a notification to the shop's server as the bank does: ten seconds, no redirect followed, no text read."""

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

TIMEOUT = 10
HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    "User-Agent": "testbank",
    "Connection": "close",
}


def post(url: str, body: bytes) -> tuple[int | None, str]:
    """Return the HTTP status, or None and the reason in French."""
    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, HEADERS)
        return connection.getresponse().status, ""
    except TimeoutError:
        return None, f"pas de réponse en {TIMEOUT} secondes"
    except (OSError, HTTPException):
        return None, "connexion impossible ou réponse illisible"
    finally:
        connection.close()
