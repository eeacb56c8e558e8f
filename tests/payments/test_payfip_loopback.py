"""The portal and the test bank talk over loopback, both ways: what the bank posts is asked about, then settled."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from django.test import Client as Browser
from paying import seal_of, verdicts
from payment_pages import START, html, page_of
from pytest_django.live_server_helper import LiveServer

from accounts.models import Client
from contracts.models import Contract
from payments.actions.ask import ask_due_payments
from payments.models import Credit, PaymentAttempt
from testbank.server import BankServer

# First of all fixtures: the triggers must be lifted when the flush comes.
pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def site(committed: None, settings: Any) -> Iterator[str]:
    """The address of the portal; not `live_server`, whose flush comes before `committed` lifts the triggers."""
    server = LiveServer("127.0.0.1")
    settings.SITE_URL = server.url
    yield server.url
    server.stop()


@pytest.fixture
def at_bank(payfip: BankServer, site: str, helene: Client, helene_browser: Browser, ring: Contract) -> PaymentAttempt:
    """Hélène has confirmed, and is on the bank's page."""
    helene_browser.post(START, {"contract": ring.number, "seal": seal_of(helene, [ring])})
    attempt = PaymentAttempt.objects.get()
    with urlopen(f"{payfip.url}/tpa/paiementws.web?idop={attempt.bank_session}", timeout=20) as page:
        assert b'action="/tpa/outcome/"' in page.read()
    return attempt


def choose(bank: BankServer, attempt: PaymentAttempt, outcome: str, notification: str = "now") -> None:
    """As her browser does; it comes back to the portal."""
    fields = {"session": attempt.bank_session, "outcome": outcome, "notification": notification}
    urlopen(Request(f"{bank.url}/tpa/outcome/", urlencode(fields).encode()), timeout=20).close()


def heard(bank: BankServer, count: int) -> list[int | None]:
    """The statuses that the bank was answered, at most five seconds later."""
    for _ in range(250):
        sent = bank.bank.describe_all()[0]["notifications"]
        if len(sent) >= count:
            break
        time.sleep(0.02)
    return [one["status"] for one in sent]


@pytest.mark.parametrize(
    ("wish", "statuses", "state"),
    [
        ("accepted now", [200], "paid"),
        ("accepted twice", [200, 200], "paid"),
        ("accepted late", [200], "paid"),
        ("accepted forged", [404], "redirected"),
        ("accepted wrong_amount", [200], "redirected"),
        ("refused now", [200], "refused"),
        ("cancelled now", [200], "cancelled"),
        ("silent now", [200], "redirected"),
        ("technical now", [503], "redirected"),
    ],
)
def test_what_the_banks_server_says(
    payfip: BankServer, at_bank: PaymentAttempt, wish: str, statuses: list[int], state: str
) -> None:
    choose(payfip, at_bank, *wish.split())
    assert heard(payfip, len(statuses)) == statuses
    at_bank.refresh_from_db()
    assert at_bank.state == state
    assert Credit.objects.count() == (state == "paid")


def test_a_lost_notification_is_made_up_for(payfip: BankServer, at_bank: PaymentAttempt) -> None:
    choose(payfip, at_bank, "accepted", "never")
    assert heard(payfip, 0) == []
    assert ask_due_payments(by="system") == 1
    at_bank.refresh_from_db()
    assert at_bank.state == "paid"


def test_the_payments_page_says_paid(payfip: BankServer, at_bank: PaymentAttempt, helene_browser: Browser) -> None:
    choose(payfip, at_bank, "accepted")
    assert 'data-payment-state="paid"' in html(helene_browser.get(page_of(at_bank)))
    assert verdicts() == ["ouvert à la banque", "payé"]


def test_a_refused_card_is_told(payfip: BankServer, at_bank: PaymentAttempt, helene_browser: Browser) -> None:
    choose(payfip, at_bank, "refused")
    page = helene_browser.get(page_of(at_bank))
    assert page.status_code == 200
    assert 'data-payment-state="refused"' in html(page)
