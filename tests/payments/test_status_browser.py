"""A payment's page in Chromium: narrow and wide, looked at by axe, waiting with scripts and without."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from paying import ACCEPTED, REFUSED, SILENT, a_merchant, hear, started
from payment_pages import page_of as path_of
from people import a_client, a_contract, an_establishment
from playwright.sync_api import Browser, Page, expect
from readable import assert_readable, page_of

from payments import waiting
from payments.models import PaymentAttempt

Opened = Callable[..., Page]


@pytest.fixture
def attempt(site: str, bank_key: None) -> PaymentAttempt:
    nantes = an_establishment()
    a_merchant(nantes)
    client = a_client(nantes)
    due_on = timezone.localdate() + timedelta(days=10)
    return started(client, a_contract(client, pledged_on=due_on - timedelta(days=180), due_on=due_on))


@pytest.fixture
def opened(site: str, attempt: PaymentAttempt, chromium: Browser) -> Iterator[Opened]:
    """The payment's page, as its owner has it on the screen."""
    pages = []

    def open_page(*, scripts: bool, width: int = 360) -> Page:
        page = page_of(chromium, site, attempt.client, scripts=scripts, width=width)
        pages.append(page)
        page.goto(site + path_of(attempt))
        return page

    yield open_page
    for page in pages:
        page.context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("answer", [{}, SILENT, REFUSED, ACCEPTED], ids=["redirected", "pending", "refused", "paid"])
def test_it_is_readable_by_everybody(
    opened: Opened, attempt: PaymentAttempt, width: int, answer: dict[str, str]
) -> None:
    if answer:
        hear(attempt, answer)
    assert_readable(opened(scripts=True, width=width), width)


@pytest.mark.parametrize("scripts", [True, False])
def test_who_waits_sees_the_answer_come(
    opened: Opened, attempt: PaymentAttempt, scripts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(waiting.LOOKS, "redirected", (1,) * 15)
    page = opened(scripts=scripts)
    expect(page.get_by_role("heading", name="Paiement en attente de la banque")).to_be_visible()
    hear(attempt, ACCEPTED)
    expect(page.get_by_role("heading", name="Paiement reçu")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_it_stops_looking_and_offers_to(opened: Opened, scripts: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(waiting.LOOKS, "redirected", (1, 1))
    page = opened(scripts=scripts)
    look = page.get_by_role("link", name="Actualiser", exact=True)
    expect(look).to_be_visible()
    look.click()
    expect(look).to_have_count(0)


def test_who_reads_slowly_stops_it(opened: Opened) -> None:
    page = opened(scripts=False)
    page.get_by_role("link", name="Ne plus mettre à jour toute seule").click()
    expect(page.get_by_role("link", name="Actualiser", exact=True)).to_be_visible()
