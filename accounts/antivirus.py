"""What the antivirus says of a file: clamd's INSTREAM, on a socket, bounded in time whatever clamd does.

PyPI's `clamav-client` is not used: its time-out starts again with every byte, a Unix socket is joined without one, and
TCP is IPv4 alone.
"""

import re
import socket
import struct
from dataclasses import dataclass
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from messaging.deadline import within

A_PIECE: Final = 64 * 1024
LONGEST_ANSWER: Final = 1024
FOUND: Final = re.compile(rb"stream: (.+) FOUND\0", re.DOTALL)
STRANGE: Final = re.compile(r"[^A-Za-z0-9._:/()-]")


@dataclass(frozen=True, slots=True)
class Clean:
    pass


@dataclass(frozen=True, slots=True)
class Infected:
    signature: str  # 80 plain characters at most


@dataclass(frozen=True, slots=True)
class NoVerdict:
    """Nobody there, too late, too large for it, or words that say neither yes nor no: never taken for a yes."""

    reason: str


def scan(data: bytes, *, seconds: float) -> Clean | Infected | NoVerdict:
    """Asks the clamd of `CLAMD_URL`, outside of any transaction."""
    try:
        answer = within(seconds, lambda: _ask(data, monotonic() + seconds))
    except Exception as error:  # noqa: BLE001 - the network may fail in any way: none is a yes
        return NoVerdict(f"{type(error).__name__}: {error}"[:200])
    if answer == b"stream: OK\0":
        return Clean()
    if found := FOUND.fullmatch(answer):
        return Infected(STRANGE.sub("?", found[1].decode("ascii", "replace"))[:80])
    return NoVerdict(ascii(answer[:100]))


def _ask(data: bytes, until: float) -> bytes:
    with _connected(until - monotonic()) as connection:
        connection.sendall(b"zINSTREAM\0")
        for at in range(0, len(data), A_PIECE):
            piece = data[at : at + A_PIECE]
            connection.settimeout(max(until - monotonic(), 0.001))
            connection.sendall(struct.pack("!L", len(piece)) + piece)
        connection.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            connection.settimeout(max(until - monotonic(), 0.001))
            if not (more := connection.recv(LONGEST_ANSWER)):
                break
            answer += more
        return answer


def _connected(seconds: float) -> socket.socket:
    where = urlsplit(settings.CLAMD_URL)
    if where.scheme == "tcp":
        return socket.create_connection((where.hostname or "", where.port or 0), timeout=seconds)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(seconds)
    try:
        connection.connect(where.path)
    except OSError:
        connection.close()
        raise
    return connection
