"""The bank on the loopback interface, each request in its own thread."""

import logging
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from testbank.bank import LATE_AFTER, Bank
from testbank.reply import Reply
from testbank.routes import respond

HOST = "127.0.0.1"
DEFAULT_KEY = "1122334455667788"
MAX_BODY = 64 * 1024
STOP_POLL = 0.05  # seconds that stop() may wait
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

logger = logging.getLogger(__name__)


class BankServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, bank: Bank) -> None:
        super().__init__((HOST, port), BankRequestHandler)
        self.bank = bank
        self._thread = Thread(target=self.serve_forever, args=(STOP_POLL,), name="testbank", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self.server_port

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def service_url(self) -> str:
        """Where a shop's form goes."""
        return f"{self.url}/vads-payment/"

    @property
    def payfip_url(self) -> str:
        """Where a shop's server opens a payment of PayFiP."""
        return f"{self.url}/tpa/services/securite"

    def wait(self) -> None:
        self._thread.join()

    def stop(self) -> None:
        self.shutdown()
        self.bank.close()
        self.server_close()
        self._thread.join()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is no error."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            logger.error("Requête de %s abandonnée", client_address, exc_info=error)


class BankRequestHandler(BaseHTTPRequestHandler):
    server: BankServer
    server_version = "testbank"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        self._reply(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
        elif int(length) > MAX_BODY:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._reply(self.rfile.read(int(length)))

    def _reply(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        self._write(respond(self.server.bank, self.command, path, body, query))

    def _write(self, reply: Reply) -> None:
        content = reply.body.encode()
        self.send_response(reply.status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        if reply.location:
            self.send_header("Location", reply.location)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        logger.debug(format, *args)


def start(port: int = 0, key: str = DEFAULT_KEY, *, late_after: float = LATE_AFTER) -> BankServer:
    """Start the bank in a thread; port 0 takes a free one. Raises OSError if the port is taken."""
    return BankServer(port, Bank(key, late_after=late_after))
