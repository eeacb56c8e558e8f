"""The payment page in a real browser: a narrow phone, no script, large text, the rules of accessibility."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from fake_shop import Shop
from playwright.sync_api import Browser, Page, expect

SMALLEST_TEXT = """() => Math.min(...[...document.querySelectorAll("body *")]
    .filter(element => element.innerText && element.offsetParent)
    .map(element => parseFloat(getComputedStyle(element).fontSize)))"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOW_TARGETS = """() => [...document.querySelectorAll("button, select, a")]
    .filter(element => element.getBoundingClientRect().height < 44).length"""


@pytest.fixture
def phone(chromium: Browser) -> Page:
    return chromium.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False).new_page()


def open_bank(page: Page, shop: Shop, **changes: str) -> None:
    """Send the shop's form from a page of its own, as the portal does."""
    inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in shop.form(**changes).items())
    page.set_content(f'<form method="post" action="{shop.bank.service_url}">{inputs}<button>Payer</button></form>')
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Paiement par carte")


def test_paying_without_javascript_returns_to_the_shop(phone: Page, shop: Shop) -> None:
    open_bank(phone, shop, vads_url_return=shop.bank.url)
    phone.get_by_role("button", name="Payer 59,20").click()
    phone.wait_for_url(f"{shop.bank.url}/")
    assert [message["vads_result"] for message in shop.notifications] == ["00"]


def test_a_visitor_chooses_how_the_shop_hears(phone: Page, shop: Shop) -> None:
    open_bank(phone, shop, vads_url_return=shop.bank.url)
    phone.get_by_label("Quand la banque prévient-elle le site").select_option("never")
    phone.get_by_role("button", name="La banque refuse la carte").click()
    phone.wait_for_url(f"{shop.bank.url}/")
    assert shop.notifications == []
    assert shop.bank.bank.describe_all()[0]["state"] == "refused"


def assert_readable(page: Page) -> None:
    assert page.evaluate(SIDEWAYS) == 0
    assert page.evaluate(SMALLEST_TEXT) >= 16
    assert page.evaluate(LOW_TARGETS) == 0
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_pages_are_readable(chromium: Browser, shop: Shop, width: int) -> None:
    page = chromium.new_context(viewport={"width": width, "height": 700}).new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    open_bank(page, shop, vads_amount="999999999999", vads_order_id="ABCDEFGHIJKLMNOPQRSTUVWXYZ012345")
    assert_readable(page)
    page.get_by_role("button", name="Quitter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Paiement abandonné")
    assert_readable(page)
    assert errors == []
