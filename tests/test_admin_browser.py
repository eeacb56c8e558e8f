"""The agents' pages in Chromium: they work under the strict security policy, without one word in the console."""

from collections.abc import Iterator

import pytest
from django_otp.oath import totp
from people import AGENT_PASSWORD, a_client, a_contract, an_establishment
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from accounts.actions.staff import create_staff

PAGES = (
    "contracts/contract/",
    "contracts/contract/?q=V&status__exact=active",
    "contracts/contract/{}/change/",
    "accounts/client/",
)


@pytest.fixture
def site(committed: None) -> Iterator[str]:
    """The address of a server; not `live_server`, whose flush comes before `committed` lifts the triggers."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


def test_an_agent_enters_and_reads(site: str, chromium: Browser) -> None:
    nantes = an_establishment()
    contract = a_contract(a_client(nantes), description="Bague or 18 carats")
    device = create_staff(email="agent@example.fr", establishments=[nantes], password=AGENT_PASSWORD, by="system")
    code, heard = f"{totp(device.bin_key):06d}", list[str]()
    page = chromium.new_page(locale="fr-FR")
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(f"{site}/gestion/")
    page.get_by_label("E-mail").fill("agent@example.fr")
    page.get_by_label("Mot de passe", exact=True).fill(AGENT_PASSWORD)
    page.get_by_label("Code de votre application").fill(code)
    page.get_by_role("button", name="ME CONNECTER").click()
    page.wait_for_url(f"{site}/gestion/")
    shown = [page.inner_text("body")]
    for path in PAGES:
        page.goto(f"{site}/gestion/{path.format(contract.pk)}", wait_until="networkidle")
        shown.append(page.inner_text("body"))
    page.close()
    assert "Contrats" in shown[0]
    assert contract.number in shown[1]
    assert "Bague or 18 carats" in shown[3]
    assert heard == []
