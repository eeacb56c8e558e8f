"""The captchas in Chromium, under the strict security policy. Google's script is a stand-in: no test calls Google."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from axe_playwright_python.sync_playwright import Axe
from captchas import RIGHT_V3, TOKEN, Google, says
from doors import sms_code
from people import PASSWORD, a_client, an_establishment
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Client

Open = Callable[..., Page]

# What Google's script does to the page: a frame, and a field for the token.
CHECKBOX = f"""
const box = document.querySelector(".g-recaptcha");
const frame = document.createElement("iframe");
frame.src = "https://www.google.com/recaptcha/api2/anchor";
frame.title = "reCAPTCHA";
const token = document.createElement("textarea");
token.name = "g-recaptcha-response";
token.style.display = "none";
token.value = "{TOKEN}";
box.append(frame, token);
"""
SCORE = f"""
window.grecaptcha = {{
  ready: (then) => then(),
  execute: (key, options) => Promise.resolve(key === "public-key" && options.action === "login" ? "{TOKEN}" : "no"),
}};
"""

# A hand faster than any search.
AT_ONCE = f"""
document.addEventListener("DOMContentLoaded", () => {{
  const form = document.querySelector("form");
  if (!form.elements.identifier) return;
  form.elements.identifier.value = "5501234567";
  form.elements.password.value = "{PASSWORD}";
  form.querySelector("[type=submit]").click();
}});
"""


@pytest.fixture
def site(committed: None) -> Iterator[str]:
    """The address of a server; not `live_server`, whose flush comes before `committed` lifts the triggers."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture
def person(committed: None) -> Client:
    return a_client(an_establishment(), identifier="5501234567")


@pytest.fixture
def open_login(site: str, person: Client, chromium: Browser) -> Iterator[Open]:
    """A new window on the login; `google`: what the script from its address holds, None for a network without it."""
    contexts, heard = [], list[str]()

    def open_page(google: str | None = None, **options: Any) -> Page:
        context = chromium.new_context(locale="fr-FR", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("console", lambda message: heard.append(message.text) if "Security Policy" in message.text else None)
        context.route("**/*.google.com/**", lambda route: _stand_in(route, google))
        page.goto(f"{site}/nantes/connexion/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert heard == [], "no error, and nothing that the policy refused"


def _stand_in(route: Any, script: str | None) -> None:
    if script is None:
        route.abort()
    elif "api.js" in route.request.url:
        route.fulfill(content_type="text/javascript", body=script)
    else:
        route.fulfill(content_type="text/html", body="<p>Je ne suis pas un robot</p>")


def type_password(page: Page) -> None:
    page.get_by_label("Identifiant").fill("5501234567")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)


def send(page: Page) -> None:
    page.get_by_role("button", name="ME CONNECTER").click()


def type_code(page: Page, person: Client) -> None:
    page.wait_for_url("**/connexion/code/")
    page.get_by_label("Code de vérification").fill(sms_code(person))
    page.get_by_role("button", name="VÉRIFIER").click()
    page.wait_for_url("**/nantes/espace/")


@pytest.mark.usefixtures("altcha_asked")
def test_a_browser_solves_it_while_the_password_is_typed(open_login: Open, person: Client) -> None:
    page = open_login()
    type_password(page)
    expect(page.locator(".captcha [role=status]")).to_have_text("✓ Vérifié")
    send(page)
    type_code(page, person)


@pytest.mark.usefixtures("altcha_asked")
def test_a_form_sent_too_early_leaves_when_it_is_ready(open_login: Open, person: Client) -> None:
    page = open_login()
    page.add_init_script(AT_ONCE)
    page.reload(wait_until="commit")
    type_code(page, person)


@pytest.mark.usefixtures("altcha_asked")
def test_a_page_that_stood_open_for_long_takes_a_new_challenge(open_login: Open, person: Client) -> None:
    page = open_login()
    expect(page.locator(".captcha [role=status]")).to_have_text("✓ Vérifié")
    old = page.locator("[data-altcha]").get_attribute("data-challenge")
    type_password(page)
    page.evaluate("const now = Date.now; Date.now = () => now() + 19 * 60 * 1000")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        send(page)
    solution = parse_qs(sent.value.post_data or "")["altcha"][0]
    assert json.loads(b64decode(solution))["challenge"] != old
    type_code(page, person)


@pytest.mark.usefixtures("altcha_asked")
def test_a_wrong_password_brings_a_fresh_challenge(open_login: Open, person: Client) -> None:
    page = open_login()
    for password in ("le-chien-dort-au-soleil", PASSWORD):
        type_password(page)
        page.get_by_label("Mot de passe", exact=True).fill(password)
        send(page)
    type_code(page, person)


@pytest.mark.usefixtures("altcha_asked")
def test_without_javascript_the_page_says_what_to_do(open_login: Open, person: Client) -> None:
    page = open_login(java_script_enabled=False)
    expect(page.locator("noscript strong")).to_be_visible()  # playwright finds no text in there
    type_password(page)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("La vérification n’était pas terminée.")
    assert page.get_by_label("Identifiant").input_value() == "5501234567"


@pytest.mark.usefixtures("altcha_asked")
@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_breaks_no_rule_of_accessibility(open_login: Open, width: int) -> None:
    page = open_login(viewport={"width": width, "height": 800}, bypass_csp=True)
    expect(page.locator(".captcha [role=status]")).to_have_text("✓ Vérifié")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_googles_checkbox_passes_under_our_policy(open_login: Open, person: Client, google: Google) -> None:
    page = open_login(CHECKBOX)
    expect(page.frame_locator("iframe").get_by_text("Je ne suis pas un robot")).to_be_visible()
    type_password(page)
    send(page)
    type_code(page, person)
    assert [asked["response"] for asked in google.asked] == [TOKEN]


def test_googles_score_is_asked_when_the_form_is_sent(open_login: Open, person: Client, google_v3: Google) -> None:
    google_v3.speak = says(RIGHT_V3)
    page = open_login(SCORE)
    type_password(page)
    send(page)
    type_code(page, person)
    assert [asked["response"] for asked in google_v3.asked] == [TOKEN]


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_network_without_google_leads_to_our_captcha(
    open_login: Open, person: Client, google: Google, settings: Any, version: str
) -> None:
    settings.RECAPTCHA_VERSION = version
    page = open_login(None)
    type_password(page)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("La vérification de Google n’est pas arrivée.")
    assert page.get_by_label("Identifiant").input_value() == "5501234567"
    type_password(page)
    send(page)
    type_code(page, person)
    assert google.asked == []
