"""Repaying and a relative's link in Chromium: the way through them without scripts, each page looked at by axe."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from paying import a_merchant, age
from people import a_client, a_contract, an_establishment
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from readable import assert_readable, page_of

from contracts.models import Contract
from payments.models import PaymentAttempt


@pytest.fixture
def site(committed: None, bank_key: None) -> Iterator[str]:
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture
def ring(site: str) -> Contract:
    nantes = an_establishment(partial_repayment_online=True, redemption_online=True)
    a_merchant(nantes)
    due_on = timezone.localdate() + timedelta(days=10)
    return a_contract(a_client(nantes), pledged_on=due_on - timedelta(days=180), due_on=due_on)


def look(page: Page, width: int, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    assert_readable(page, width)


@pytest.mark.parametrize("width", [360, 1280])
def test_repaying(site: str, ring: Contract, chromium: Browser, width: int) -> None:
    page = page_of(chromium, site, ring.client, scripts=True, width=width)
    page.goto(site + ring.get_absolute_url())
    look(page, width, "contract")
    page.get_by_role("link", name="Rembourser tout ou une partie en ligne").click()
    look(page, width, "repay")
    page.get_by_label("Somme à rembourser").fill("990")
    page.get_by_role("button", name="Continuer", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("trop grande")
    look(page, width, "repay-error")
    page.get_by_role("button", name="Continuer pour tout rembourser").click()
    expect(page.locator("main")).to_contain_text("votre prêt est entièrement remboursé")
    look(page, width, "repay-confirm")
    page.context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_relatives_link(site: str, ring: Contract, chromium: Browser, width: int) -> None:
    page = page_of(chromium, site, ring.client, scripts=True, width=width)
    page.goto(f"{site}/nantes/payer/?contract={ring.number}")
    page.get_by_role("button", name="Continuer").click()
    look(page, width, "confirm")
    page.get_by_role("button", name="Demander à un proche de payer").click()
    look(page, width, "link-made")
    path = page.locator(".value a").inner_text().partition("/nantes/")[2]
    page.goto(f"{site}/nantes/paiements/")
    look(page, width, "payments")
    relative = chromium.new_context(viewport={"width": width, "height": 740}, java_script_enabled=False).new_page()
    relative.goto(f"{site}/nantes/{path}")
    expect(relative.get_by_role("button", name="PAYER")).to_be_visible()
    relative.get_by_role("button", name="PAYER").click()
    expect(relative.get_by_role("heading", name="Vous passez à la banque")).to_be_visible()
    relative.context.close()
    attempt = PaymentAttempt.objects.get()
    assert attempt.link is not None
    age(attempt, 3)
    for name, address in (
        ("relative", f"/nantes/{path}"),
        ("relative-outcome", f"/nantes/proche/retour/{attempt.pk}/"),
        ("relative-over", "/nantes/proche/inconnu/"),
        ("status", f"/nantes/paiements/{attempt.pk}/"),
    ):
        page.goto(site + address)
        look(page, width, name)
    page.context.close()
