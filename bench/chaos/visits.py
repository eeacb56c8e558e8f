"""A client with a browser, over HTTP alone: to the confirm page, to the bank, back. And the bank's own words."""

import json
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from http.client import HTTPConnection, HTTPException
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from chaos.cast import Customer
from chaos.services import BANK_KEY
from testbank.messages import encode, payment_notification
from testbank.payment import Decision, Outcome, Payment, Timing
from testbank.payment_form import check_form

PATIENCE: Final = 90  # seconds that a browser tries again: the portal starts anew after each kill
CSRF: Final = "a" * 32
FORM: Final = "application/x-www-form-urlencoded"
INPUT: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One payment at the bank, as the bank knows it."""

    customer: Customer
    payment: Payment

    @property
    def uuid(self) -> str:
        return self.payment.trans_uuid

    def says(self, outcome: Outcome, key: str = BANK_KEY, **changes: str) -> bytes:
        """The bank's word on this payment, whatever it has said before."""
        return encode(payment_notification(self.payment, Decision(outcome, datetime.now(UTC))) | changes, key)


class Web:
    """Counts what went wrong on the way. An answer that never came is asked for again, as people do."""

    def __init__(self, portal: str, bank: str, cookie: str) -> None:
        self.portal, self.bank, self._cookie = portal, bank, cookie
        self.broken = 0
        self.server_errors = 0

    def leave_for_the_bank(self, customer: Customer) -> Visit | None:
        """None when the portal lets nobody leave: an earlier click got through, though its answer was lost."""
        chosen = [("contract", number) for number in customer.numbers]
        quote = self._page(customer, f"/{customer.slug}/payer/", chosen)
        hidden = dict(INPUT.findall(quote.text))
        if quote.status != 200 or "seal" not in hidden:
            return None
        sealed = [*chosen, ("seal", unescape(hidden["seal"]))]
        leaving = self._page(customer, f"/{customer.slug}/payer/confirmer/", sealed)
        if leaving.status != 200:
            return None
        fields = {unescape(name): unescape(value) for name, value in INPUT.findall(leaving.text)}
        fields = {name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"}
        opened_at = datetime.now(UTC)
        card = self.ask("POST", f"{self.bank}/vads-payment/", urlencode(fields).encode())
        assert card.status == 200, card.text
        uuid = dict(INPUT.findall(card.text))["session"]
        return Visit(customer, Payment(check_form(fields, key=BANK_KEY, now=opened_at), uuid, opened_at))

    def decide(self, visit: Visit, outcome: Outcome, timing: Timing) -> None:
        """On the bank's page; then the browser comes back and looks."""
        choice = {"session": visit.uuid, "outcome": outcome.value, "notification": timing.value}
        self.ask("POST", f"{self.bank}/vads-payment/outcome/", urlencode(choice).encode())
        self.ask("GET", visit.payment.order.shop_url)

    def operate(self, visit_uuid: str, operation: str, **fields: str) -> None:
        """`notify` or `refund`, at the bank."""
        self.ask("POST", f"{self.bank}/payments/{visit_uuid}/{operation}", urlencode(fields).encode())

    def tell(self, visit: Visit, body: bytes) -> int:
        """A word to the door where the bank's words about this payment go."""
        return self.ask("POST", visit.payment.order.notification_url, body).status

    def taken(self) -> list[dict[str, Any]]:
        known: list[dict[str, Any]] = json.loads(self.ask("GET", f"{self.bank}/payments.json").text)
        return known

    def _page(self, customer: Customer, path: str, fields: list[tuple[str, str]]) -> Reply:
        cookies = f"{self._cookie}={customer.session_key}; csrftoken={CSRF}"
        return self.ask(
            "POST", f"{self.portal}{path}", urlencode(fields).encode(), {"X-CSRFToken": CSRF, "Cookie": cookies}
        )

    def ask(self, method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Reply:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                reply = _once(method, url, body, headers or {})
            except (OSError, HTTPException):
                self.broken += 1
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
                continue
            self.server_errors += reply.status >= 500
            if reply.status < 500 or time.monotonic() > deadline:
                return reply
            time.sleep(0.2)


def _once(method: str, url: str, body: bytes | None, headers: dict[str, str]) -> Reply:
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    try:
        connection.request(method, parts.path, body, {"Content-Type": FORM, **headers})
        answer = connection.getresponse()
        return Reply(answer.status, answer.read().decode())
    finally:
        connection.close()
