"""The pages of tariffs in Chromium: as wide as a desk and as a phone, under the strict policy; axe looks at ours."""

import os
from pathlib import Path

import pytest
from agents import LOGIN, agent_facts
from axe_playwright_python.sync_playwright import Axe
from browsers import CommittingBrowser
from django.conf import settings
from people import AGENT_PASSWORD, a_tariff, an_establishment
from playwright.sync_api import Browser, Page, expect
from readable import AXE_TAGS
from test_tariff_pages import DRAFT, EXAMPLE

from accounts.actions.staff import create_staff
from contracts.models import Tariff


@pytest.fixture
def tariff(site: str) -> Tariff:
    nantes = an_establishment()
    following = a_tariff(nantes, code="2026-03", brackets=[{"up_to": "3000", "rate": "0.81"}, {"rate": "0.9"}])
    following.valid_from = following.valid_from.replace(year=2026)
    following.save()
    return following


def page_of(chromium: Browser, site: str, tariff: Tariff, width: int) -> Page:
    device = create_staff(
        email="agent@example.fr", establishments=[tariff.establishment], password=AGENT_PASSWORD, by="system"
    )
    inside = CommittingBrowser()
    assert inside.post(LOGIN, agent_facts(device.user)).status_code == 302
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="fr-FR", bypass_csp=False)
    key = str(inside.session.session_key)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
    return context.new_page()


def look(page: Page, name: str, width: int, heard: list[str]) -> None:
    """Silent until now; the picture and axe bring styles of their own. `SCREENSHOTS`: a folder for what was seen."""
    assert heard == []
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    axe = Axe().run(page, options=AXE_TAGS, context="#content")
    assert axe.violations_count == 0, axe.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    heard.clear()


@pytest.mark.parametrize("width", [1280, 360])
def test_an_agent_tries_corrects_and_compares(site: str, tariff: Tariff, chromium: Browser, width: int) -> None:
    page, heard = page_of(chromium, site, tariff, width), list[str]()
    page.on("console", lambda message: heard.append(message.text))
    page.goto(f"{site}/gestion/contracts/tariff/")
    page.get_by_role("link", name="Essayer un projet de tarif").click()
    look(page, "empty", width, heard)
    page.get_by_label("Le projet, copié ici").fill(DRAFT.replace('"0.830"', "0,830"))
    page.get_by_role("button", name="Essayer le texte").click()
    expect(page.get_by_role("alert")).to_contain_text("ligne 10")
    heard.clear()  # that the answer was 422
    look(page, "error", width, heard)
    field = page.get_by_label("Le projet, copié ici")
    field.fill(field.input_value().replace("0,830", '"0.830"') + EXAMPLE + EXAMPLE.replace("59.80", "59.20"))
    page.get_by_role("button", name="Essayer le texte").click()
    expect(page.get_by_role("heading", name="Exemples publiés")).to_be_visible()
    expect(page.get_by_role("region", name="Exemples publiés")).to_contain_text("manqué (+\u00a00,60\u00a0€)")
    look(page, "result", width, heard)
    page.goto(f"{site}/gestion/contracts/tariff/{tariff.pk}/comparer/")
    expect(page.get_by_role("heading", name="Comparé au tarif précédent, 2025-07")).to_be_visible()
    look(page, "compare", width, heard)
    page.context.close()
