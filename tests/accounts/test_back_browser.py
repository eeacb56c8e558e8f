"""After « Se déconnecter » the back button of Chromium, with its memory of whole pages, shows nothing of the client."""

from collections.abc import Iterator

import pytest
from people import PASSWORD, a_client, a_contract, an_establishment
from playwright.sync_api import Browser, Page

from accounts.models import Client
from messaging.models import InboxMessage


@pytest.fixture
def client(site: str) -> Client:
    client = a_client(an_establishment("nantes"), last_name="Kermarrec")
    a_contract(client, number="V-77012")
    return client


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=site, locale="fr-FR")
    yield context.new_page()
    context.close()


def log_in(page: Page, client: Client) -> None:
    page.goto("/nantes/connexion/")
    page.get_by_label("Identifiant").fill(str(client.user.identifier))
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="ME CONNECTER").click()
    page.wait_for_url("**/connexion/code/")
    message = InboxMessage.objects.filter(channel="sms", to=client.phone).first()
    assert message is not None
    page.get_by_label("Code de vérification").fill(message.text[:6])
    page.get_by_role("button", name="VÉRIFIER").click()
    page.wait_for_url("**/espace/")


def test_the_pages_before_the_logout_are_gone(client: Client, page: Page) -> None:
    log_in(page, client)
    for path in ("/nantes/profil/", "/nantes/contrats/V-77012/"):
        page.goto(path)
        assert "V-77012" in page.content() or client.email in page.content()
    page.locator("form[action*=deconnexion] button").first.click()
    page.wait_for_url("**/connexion/")
    for _ in range(3):
        page.go_back()
        page.wait_for_url("**/connexion/**")
        for secret in (client.last_name, client.email, "V-77012"):
            assert secret not in page.content().replace(page.url, "").replace("next=%2Fnantes%2Fcontrats%2FV-77012", "")
