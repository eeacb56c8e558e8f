"""A client sends a paper from a phone, without scripts; an agent decides under the strict policy; axe looks at both."""

from collections.abc import Iterator

import paper_corpus as corpus
import pytest
from agents import LOGIN, agent_facts
from axe_playwright_python.sync_playwright import Axe
from browsers import CommittingBrowser, log_in
from django.conf import settings
from django.test import Client as DjangoBrowser
from papers_sent import a_document, list_of, staff_page
from people import AGENT_PASSWORD, a_client, an_establishment
from playwright.sync_api import Browser, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.actions.staff import create_staff
from accounts.models import Client, Document

AXE_TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
WIDTH = 360


@pytest.fixture
def site(committed: None) -> Iterator[str]:
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture
def client(site: str) -> Client:
    return a_client(an_establishment())


def page_of(chromium: Browser, site: str, inside: DjangoBrowser, *, scripts: bool, width: int = WIDTH) -> Page:
    """A page of who is inside already."""
    context = chromium.new_context(
        viewport={"width": width, "height": 740}, locale="fr-FR", java_script_enabled=scripts, bypass_csp=scripts
    )
    key = str(inside.session.session_key)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
    return context.new_page()


def a_file(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def test_a_paper_is_sent_without_scripts(site: str, client: Client, chromium: Browser) -> None:
    page = page_of(chromium, site, log_in(CommittingBrowser(), client), scripts=False)
    page.goto(site + list_of(client))
    page.get_by_label("Une pièce d’identité").check()
    page.get_by_label("Votre fichier").set_input_files(a_file("carte.docx", corpus.a_word_document()))
    page.get_by_role("button", name="Envoyer ce document").click()
    expect(page.get_by_role("alert")).to_contain_text("Enregistrez le document en PDF")
    expect(page.get_by_label("Une pièce d’identité")).to_be_checked()
    page.get_by_label("Votre fichier").set_input_files(a_file("photo", corpus.a_jpeg() + bytes(9 * 2**20)))
    page.get_by_role("button", name="Envoyer ce document").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce fichier pèse plus de 8 Mo.")
    page.get_by_label("Votre fichier").set_input_files(a_file("photo", corpus.a_photo_with_place()))
    page.get_by_role("button", name="Envoyer ce document").click()
    expect(page.get_by_text("Votre document est arrivé.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger").click()
    assert download.value.suggested_filename == f"document-{Document.objects.get().pk}.jpg"
    page.context.close()


def test_the_page_is_readable_by_everybody(site: str, client: Client, chromium: Browser) -> None:
    for facts in ({"state": "refused", "reason": "La photo est floue."}, {"state": "accepted"}, {"kind": "address"}):
        a_document(client, data=b"%PDF", **facts)
    page = page_of(chromium, site, log_in(CommittingBrowser(), client), scripts=True)
    page.goto(site + list_of(client))
    for _ in range(2):
        axe = Axe().run(page, options=AXE_TAGS)
        assert axe.violations_count == 0, axe.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
        page.get_by_role("button", name="Envoyer ce document").click()
        expect(page.get_by_role("alert")).to_contain_text("Choisissez le fichier à envoyer.")
    page.context.close()


def test_an_agent_refuses_then_corrects_the_reason(site: str, client: Client, chromium: Browser) -> None:
    document = a_document(client)
    device = create_staff(
        email="agent@example.fr", establishments=[client.establishment], password=AGENT_PASSWORD, by="system"
    )
    inside = CommittingBrowser()
    assert inside.post(LOGIN, agent_facts(device.user)).status_code == 302
    page, heard = page_of(chromium, site, inside, scripts=True, width=1280), list[str]()
    page.on("console", lambda message: heard.append(message.text))
    page.goto(site + staff_page(document, "change"))
    axe = Axe().run(page, options=AXE_TAGS)
    ours = [found for found in axe.response["violations"] if "reason" in str(found["nodes"])]
    assert ours == []
    page.get_by_role("button", name="Refuser").click()
    expect(page.get_by_role("alert")).to_contain_text("Rien n’est enregistré.")
    page.get_by_label("Motif du refus").fill("La photo est floue.")
    heard.clear()  # that the answer was 422
    page.get_by_role("button", name="Refuser").click()
    expect(page.get_by_text("Document refusé.")).to_be_visible()
    assert heard == []
    document.refresh_from_db()
    assert document.reason == "La photo est floue."
    page.context.close()
