"""A shop on the loopback interface: signs forms, sends them as a browser does, hears the bank's notifications."""

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from testbank.server import DEFAULT_KEY, BankServer
from testbank.signing import sign

TRANS_IDS = (f"{number:06}" for number in itertools.count(1))


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


def send(method: str, url: str, fields: dict[str, str] | bytes = b"") -> Answer:
    """One request, no redirect followed."""
    parts = urlsplit(url)
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        connection.request(method, parts.path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        response = connection.getresponse()
        return Answer(response.status, response.read().decode(), dict(response.getheaders()))
    finally:
        connection.close()


class Page(HTMLParser):
    """The forms of a page: their attributes, hidden fields, and what the buttons and lists offer."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.hidden: dict[str, str] = {}
        self.buttons: list[str] = []
        self.options: list[str] = []
        self.labels: set[str] = set()
        self.ids: set[str] = set()
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.ids.add(found.get("id", ""))
        match tag, found:
            case "form", _:
                self.forms.append(found)
            case "input", {"type": "hidden", "name": name, "value": value}:
                self.hidden[name] = value
            case "button", {"name": "outcome", "value": value}:
                self.buttons.append(value)
            case "option", {"value": value}:
                self.options.append(value)
            case "label", {"for": target}:
                self.labels.add(target)


@dataclass
class Shop:
    bank: BankServer
    server: ThreadingHTTPServer
    notifications: list[dict[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    key: str = DEFAULT_KEY
    status: int = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def form(self, **changes: str | None) -> dict[str, str]:
        """A signed form; a change to None leaves the field out."""
        fields: dict[str, str | None] = {
            "vads_action_mode": "INTERACTIVE",
            "vads_amount": "5920",
            "vads_ctx_mode": "TEST",
            "vads_currency": "978",
            "vads_ext_info_eopayment_trans_id": "3f2a",
            "vads_order_id": "NTE-2026-0042",
            "vads_page_action": "PAYMENT",
            "vads_payment_config": "SINGLE",
            "vads_return_mode": "NONE",
            "vads_site_id": "12345678",
            "vads_trans_date": f"{datetime.now(UTC):%Y%m%d%H%M%S}",
            "vads_trans_id": next(TRANS_IDS),
            "vads_url_check": f"{self.url}/notification/",
            "vads_url_return": f"{self.url}/retour/",
            "vads_version": "V2",
        }
        sent = {name: value for name, value in (fields | changes).items() if value is not None}
        return sent | {"signature": sign(sent, self.key)}

    def post(self, form: dict[str, str]) -> Answer:
        return send("POST", self.bank.service_url, form)

    def open(self, **changes: str | None) -> Page:
        answer = self.post(self.form(**changes))
        assert answer.status == 200, answer.text
        return Page(answer.text)

    def choose(self, page: Page, outcome: str, notification: str | None = None) -> Answer:
        chosen = {"outcome": outcome} | ({} if notification is None else {"notification": notification})
        return send("POST", urljoin(self.bank.service_url, page.forms[0]["action"]), page.hidden | chosen)

    def pay(self, outcome: str, notification: str | None = None, **changes: str | None) -> Answer:
        return self.choose(self.open(**changes), outcome, notification)

    def hear(self, count: int) -> list[dict[str, str]]:
        """Wait at most five seconds for that many notifications."""
        deadline = time.monotonic() + 5
        while len(self.notifications) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.notifications


def start_shop(bank: BankServer) -> Shop:
    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            shop.targets.append(self.path)
            shop.bodies.append(body)
            shop.notifications.append(dict(parse_qsl(body, keep_blank_values=True)))
            self.send_response(shop.status)
            if shop.status in (301, 302, 303, 307, 308):
                self.send_header("Location", f"{shop.url}/ailleurs/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing between the tests' results."""

    shop = Shop(bank, ThreadingHTTPServer(("127.0.0.1", 0), Receiver))
    Thread(target=shop.server.serve_forever, args=(0.05,), daemon=True).start()
    return shop
