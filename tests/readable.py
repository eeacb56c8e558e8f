"""A client's page in Chromium, and what axe and the width of the screen say of it."""

from axe_playwright_python.sync_playwright import Axe
from browsers import CommittingBrowser, log_in
from django.conf import settings
from playwright.sync_api import Browser, Page

from accounts.models import Client

AXE_TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def page_of(chromium: Browser, site: str, client: Client, *, scripts: bool, width: int) -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": 740}, locale="fr-FR", java_script_enabled=scripts, bypass_csp=scripts
    )
    key = str(log_in(CommittingBrowser(), client).session.session_key)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
    return context.new_page()


def assert_readable(page: Page, width: int) -> None:
    axe = Axe().run(page, options=AXE_TAGS)
    assert axe.violations_count == 0, axe.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
