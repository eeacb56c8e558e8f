"""A passkey in Chromium, from the page that makes it to the login that asks for it, with its virtual authenticator."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django_otp.oath import totp
from passkeys import add_virtual_authenticator
from people import PASSWORD, a_client, an_establishment
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Authenticator, BackupCode, Client, Passkey, SMSDevice
from messaging.models import InboxMessage

AXE_TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
MEANS = "/nantes/securite/moyens/"


@pytest.fixture
def site(committed: None, settings: Any) -> Iterator[str]:
    """The address of a server, which passkeys are bound to."""
    server = LiveServer("localhost")
    settings.SITE_URL = server.url
    yield server.url
    server.stop()


@pytest.fixture
def client(site: str) -> Client:
    return a_client(an_establishment("nantes"))


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A phone, without one word in its console but Chromium's regret that we ask for no RSA."""
    heard: list[str] = []
    context = chromium.new_context(base_url=site, viewport={"width": 360, "height": 740}, locale="fr-FR")
    page = context.new_page()
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield page
    context.close()
    assert [words for words in heard if "422" not in words and "missing at least one of the default" not in words] == []


def type_password(page: Page, client: Client) -> None:
    page.goto("/nantes/connexion/")
    page.get_by_label("Identifiant").fill(str(client.user.identifier))
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="ME CONNECTER").click()
    page.wait_for_url("**/connexion/code/")


def log_in(page: Page, client: Client) -> None:
    type_password(page, client)
    message = InboxMessage.objects.filter(channel="sms", to=client.phone).first()
    assert message is not None
    page.get_by_label("Code de vérification").fill(message.text[:6])
    page.get_by_role("button", name="VÉRIFIER").click()
    page.wait_for_url("**/espace/")


def add_passkey(page: Page, name: str) -> None:
    page.goto(f"{MEANS}cle/")
    page.get_by_label("Nom de la clé").fill(name)
    page.get_by_role("button", name="Créer la clé d’accès").click()


def test_a_passkey_is_made_and_opens(client: Client, page: Page) -> None:
    log_in(page, client)
    add_virtual_authenticator(page)
    add_passkey(page, "mon téléphone")
    page.wait_for_url(f"**{MEANS}")
    expect(page.get_by_role("heading", name="mon téléphone")).to_be_visible()
    SMSDevice.objects.update(confirmed=False)  # the passkey is what is left
    page.context.clear_cookies()
    type_password(page, client)
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    page.wait_for_url("**/espace/")
    passkey = Passkey.objects.get()
    assert passkey.last_used_at is not None
    assert passkey.sign_count > 0


def test_the_same_device_is_not_added_twice(client: Client, page: Page) -> None:
    log_in(page, client)
    add_virtual_authenticator(page)
    add_passkey(page, "une")
    page.wait_for_url(f"**{MEANS}")
    add_passkey(page, "la même")
    expect(page.get_by_text("Cet appareil a déjà une clé d’accès")).to_be_visible()
    assert Passkey.objects.count() == 1


def test_who_gives_up_may_begin_again(client: Client, page: Page) -> None:
    """A client who does not touch the key is told so, and the next try works."""
    log_in(page, client)
    add_virtual_authenticator(page)
    page.goto(f"{MEANS}cle/")
    page.evaluate(
        "() => { navigator.credentials.create = () => Promise.reject(new DOMException('', 'NotAllowedError')); }"
    )
    button = page.get_by_role("button", name="Créer la clé d’accès")
    button.click()
    expect(page.get_by_text("Rien n’a été fait")).to_be_visible()
    page.evaluate("() => { delete navigator.credentials.create; }")
    button.click()
    page.wait_for_url(f"**{MEANS}")
    assert Passkey.objects.count() == 1


def test_an_old_browser_reads_a_sentence(client: Client, page: Page) -> None:
    log_in(page, client)
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto(f"{MEANS}cle/")
    expect(page.get_by_text("Ce navigateur ne connaît pas les clés d’accès")).to_be_visible()
    expect(page.get_by_role("button", name="Créer la clé d’accès")).to_be_hidden()


def test_without_scripts_everything_else_works(client: Client, page: Page, chromium: Browser, site: str) -> None:
    log_in(page, client)
    state: Any = page.context.storage_state()
    context = chromium.new_context(base_url=site, java_script_enabled=False, storage_state=state)
    plain = context.new_page()
    plain.goto(f"{MEANS}cle/")
    assert "Une clé d’accès a besoin de JavaScript" in plain.locator("noscript").inner_text()
    expect(plain.get_by_role("button", name="Créer la clé d’accès")).to_be_hidden()
    plain.goto(f"{MEANS}application/")
    key = plain.locator("[data-app-key]").inner_text()
    plain.get_by_label("Code affiché par l’application").fill(code_of(key))
    plain.get_by_role("button", name="Ajouter l’application").click()
    plain.get_by_text("Supprimer l’application", exact=True).click()
    plain.get_by_role("button", name="Oui, supprimer l’application").click()
    expect(plain.get_by_text("L’application de codes est supprimée.")).to_be_visible()
    context.close()
    assert not Authenticator.objects.exists()


def code_of(key: str) -> str:
    return f"{totp(base64.b32decode(key.replace(' ', ''))):06d}"


def test_the_pages_are_readable_by_all(client: Client, chromium: Browser, site: str) -> None:
    """axe is a script of its own: it needs a browser that does not mind."""
    context = chromium.new_context(base_url=site, bypass_csp=True, viewport={"width": 360, "height": 740})
    page = context.new_page()
    log_in(page, client)
    add_virtual_authenticator(page)
    add_passkey(page, "mon téléphone")
    page.wait_for_url(f"**{MEANS}")
    page.goto(f"{MEANS}codes/")
    look(page)
    page.get_by_role("button", name="Faire dix codes").click()
    expect(page.get_by_role("button", name="Imprimer")).to_be_visible()
    look(page)
    assert BackupCode.objects.count() == page.locator(".sheet li").count() == 10
    for path in ("", "application/", "cle/"):
        page.goto(f"{MEANS}{path}")
        look(page)
    context.close()


def look(page: Page) -> None:
    """No rule of accessibility broken, nothing sideways."""
    found = Axe().run(page, options=AXE_TAGS)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url
