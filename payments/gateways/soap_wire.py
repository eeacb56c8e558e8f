"""How a SOAP call travels: to the address of the establishment's file, bounded in size, no redirect followed.

The library's own transport goes to the address in the WSDL, and reads whatever comes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests
import zeep

CONNECT_SECONDS: Final = 3
READ_SECONDS: Final = 8
MOST_BYTES: Final = 64 * 1024  # a true answer has 2,000


class TooLongError(ValueError):
    """More bytes than any true answer has."""


@dataclass(frozen=True)
class _Reply:
    """What zeep reads of an answer."""

    status_code: int
    content: bytes
    headers: Mapping[str, str]
    encoding: str | None


class Wire(zeep.Transport):
    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # zeep is half typed
        self._url = url

    def post(self, address: str, message: bytes, headers: Mapping[str, str]) -> Any:
        """`address` is the WSDL's: that of the true bank, whatever the establishment's file says."""
        wait = (CONNECT_SECONDS, READ_SECONDS)
        with requests.post(
            self._url, data=message, headers=dict(headers), timeout=wait, stream=True, allow_redirects=False
        ) as answer:
            content = bytearray()
            for piece in answer.iter_content(4096):
                content += piece
                if len(content) > MOST_BYTES:
                    raise TooLongError(len(content))
            return _Reply(answer.status_code, bytes(content), answer.headers, answer.encoding)
