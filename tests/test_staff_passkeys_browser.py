"""An agent adds a passkey and comes in with it, in Chromium with its virtual authenticator."""

from collections.abc import Iterator
from typing import Any

import pytest
from agents import agent_facts
from people import AGENT_PASSWORD, an_establishment
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from accounts.actions.staff import create_staff
from accounts.models import Passkey, User
from journal.models import Event

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def site(committed: None, settings: Any) -> Iterator[str]:
    """The address of a server, for which the keys are made."""
    server = LiveServer("localhost")
    settings.SITE_URL = server.url
    yield server.url
    server.stop()


@pytest.fixture
def agent(site: str) -> User:
    device = create_staff(
        email="agent@example.fr", establishments=[an_establishment()], password=AGENT_PASSWORD, by="system"
    )
    return device.user


def type_password(page: Page, site: str) -> None:
    page.goto(f"{site}/gestion/login/")
    page.get_by_label("E-mail").fill("agent@example.fr")
    page.get_by_label("Mot de passe", exact=True).fill(AGENT_PASSWORD)


def test_a_passkey_is_added_and_opens_the_door(site: str, agent: User, chromium: Browser) -> None:
    page = chromium.new_page(locale="fr-FR")
    tool = page.context.new_cdp_session(page)
    tool.send("WebAuthn.enable")
    tool.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    type_password(page, site)
    page.get_by_label("Code de votre application").fill(agent_facts(agent)["otp_token"])
    page.get_by_role("button", name="ME CONNECTER").click()
    page.get_by_role("link", name="Clés d’accès").click()
    page.get_by_label("Nom de la clé").fill("Ordinateur du guichet")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    page.get_by_text("Votre clé d’accès est ajoutée.").wait_for()
    assert Passkey.objects.get().name == "Ordinateur du guichet"

    page.get_by_role("button", name="Déconnexion").click()
    type_password(page, site)
    page.get_by_role("button", name="Sans code, avec ma clé d’accès").click()
    page.wait_for_url(f"{site}/gestion/login/cle/")
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    page.wait_for_url(f"{site}/gestion/")
    page.close()
    assert Passkey.objects.get().last_used_at is not None
    logins = Event.objects.filter(kind="staff_login").order_by("pk")
    assert [event.data.get("factor") for event in logins] == [None, "passkey"]
