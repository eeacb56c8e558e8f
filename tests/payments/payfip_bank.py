"""PayFiP as tests meet it: the test bank over loopback, a bank that answers anything, and payments begun at either."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from paying import a_merchant, start
from test_notification import FORM

from accounts.models import Client
from contracts.models import Contract
from establishments.models import Establishment
from payments.actions.start import Started
from payments.models import MerchantAccount, PaymentAttempt
from testbank.payment import Outcome, Timing
from testbank.server import BankServer

SERVICE = "/tpa/services/securite"
NOTIFICATION = "/paiements/notification/nantes/"

Answer = tuple[int, bytes] | None  # None: never


def payfip_merchant(establishment: Establishment, url: str, **facts: Any) -> MerchantAccount:
    values = {"gateway": "payfip", "site_id": "440001", "secret_env": "", "service_url": url, **facts}
    return a_merchant(establishment, **values)


def at_payfip(client: Client, *contracts: Contract) -> PaymentAttempt:
    """The client is on the bank's page."""
    outcome = start(client, *contracts)
    assert isinstance(outcome, Started), outcome
    outcome.attempt.refresh_from_db()
    return outcome.attempt


def decide(bank: BankServer, attempt: PaymentAttempt, outcome: str, timing: str = "never") -> None:
    """What the client does on the bank's page. Nobody hears of it unless `timing` says so."""
    bank.bank.payfip.decide(attempt.bank_session, Outcome(outcome), Timing(timing))


def notify(browser: Any, idop: str, name: str = "idop") -> int:
    """What the bank's server posts; the status that it is answered."""
    return int(browser.post(NOTIFICATION, f"{name}={idop}", content_type=FORM).status_code)


class LyingBank:
    """Answers what `answer` says, to whatever is asked, and counts."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.answer: Callable[[bytes], Answer] = lambda _: (500, b"")
        self.content_type = "text/xml; charset=utf-8"
        self.asked: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{SERVICE}"


@contextmanager
def a_lying_bank() -> Iterator[LyingBank]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            bank.asked.append(asked)
            answer = bank.answer(asked)
            if answer is None:
                self.connection.settimeout(5)
                self.rfile.read(1)  # until the other side goes away
                return
            status, body = answer
            self.send_response(status)
            self.send_header("Content-Type", bank.content_type)
            self.send_header("Location", bank.url)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing between the tests' results."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # a client that went away
    bank = LyingBank(server)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield bank
    server.shutdown()
    server.server_close()
    thread.join()


def field_of(asked: bytes, name: str) -> str:
    """A field of a SOAP call, as it travelled."""
    found = ET.fromstring(asked).find(f".//{name}")  # noqa: S314 - our own call
    return (found.text or "") if found is not None else ""
