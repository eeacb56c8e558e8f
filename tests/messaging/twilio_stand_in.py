"""Twilio on loopback: it answers as told, slowly, byte by byte or not at all, and keeps what it was asked."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs

SID = "SM" + "1" * 32
CREATED = json.dumps({"sid": SID, "status": "queued"})


class StandIn(BaseHTTPRequestHandler):
    answer: ClassVar[tuple[int, str, str]]
    delay: ClassVar[float]  # seconds before the answer
    drip: ClassVar[float]  # seconds between two of its bytes
    hangs_up: ClassVar[bool]  # instead of answering
    asked: ClassVar[list[dict[str, Any]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append({"path": self.path, **{name: values[0] for name, values in parse_qs(body).items()}})
        time.sleep(self.delay)
        if not self.hangs_up:
            self._answer()
        self.close_connection = True

    def _answer(self) -> None:
        status, content_type, text = self.answer
        head = f"HTTP/1.1 {status} ?\r\nContent-Type: {content_type}\r\nContent-Length: {len(text.encode())}\r\n\r\n"
        try:
            for byte in (head + text).encode():
                self.wfile.write(bytes([byte]))
                time.sleep(self.drip)
        except OSError:
            """Who asked has gone."""

    def log_message(self, *args: object) -> None:
        """Not on the console."""


@contextmanager
def listening() -> Iterator[int]:
    """The port of a stand-in that takes every message."""
    StandIn.answer, StandIn.asked = (201, "application/json", CREATED), []
    StandIn.delay, StandIn.drip, StandIn.hangs_up = 0, 0, False
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server.server_port
    StandIn.drip = 0
    server.shutdown()
    server.server_close()
    thread.join()
