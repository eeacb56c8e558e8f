"""Google's captcha in the pages, and its third version, which asks nothing and says a score."""

import re
from typing import Any

import pytest
from browsers import log_in
from captchas import DENIED, RIGHT_V3, TOKEN, Google, is_replaced, says, send
from django.test import Client as Browser
from doors import door

from accounts.models import Client

POLICY = "Content-Security-Policy"
DOORS = ("login", "request_password", "recover_identifier")

pytestmark = pytest.mark.usefixtures("google")


@pytest.mark.parametrize("name", DOORS)
def test_the_page_names_google_and_opens_for_it_alone(browser: Browser, helene: Client, name: str) -> None:
    response = browser.get(door(name, helene))
    page, policy = response.content.decode(), response.headers[POLICY]
    nonce = re.search("'nonce-([^']+)'", policy)
    assert nonce is not None
    script = re.search(r'<script src="https://www.google.com/recaptcha/api.js[^>]+>', page)
    assert script is not None
    assert f'nonce="{nonce[1]}"' in script[0]
    assert not re.search(r"<script[^>]*>[^<]", page), "no script inside the page"
    assert 'data-sitekey="public-key"' in page
    assert "Ce site est protégé par reCAPTCHA" in page
    assert "policies.google.com" not in page
    assert "frame-src https://www.google.com/recaptcha/ https://recaptcha.google.com/recaptcha/" in policy
    assert "script-src 'self' 'nonce-" in policy
    assert "google" not in re.sub("(frame|connect)-src [^;]+", "", policy)


def test_no_other_page_opens_for_google(browser: Browser, helene: Client, settings: Any) -> None:
    settings.CAPTCHA = "off"
    log_in(browser, helene)
    settings.CAPTCHA = "recaptcha"
    for address in ("/", "/nantes/espace/", "/gestion/login/", "/nantes/securite/facteurs/"):
        assert "google" not in browser.get(address).headers[POLICY], address


def test_v3_asks_by_score_and_action(browser: Browser, helene: Client, google_v3: Google) -> None:
    google_v3.speak = says(RIGHT_V3)
    page = browser.get(door("login", helene)).content.decode()
    assert 'data-recaptcha="public-key" data-action="login"' in page
    assert "api.js?render=public-key&amp;hl=fr" in page
    assert send(browser, helene, captcha=TOKEN).status_code == 302


@pytest.mark.parametrize(
    "change", [{"score": 0.4}, {"score": 0}, {"score": -1}, {"score": float("nan")}, {"action": "x"}]
)
def test_v3_refuses_a_low_score_and_another_action(
    browser: Browser, helene: Client, google_v3: Google, change: dict[str, Any]
) -> None:
    google_v3.speak = says({**RIGHT_V3, **change})
    response = send(browser, helene, captcha=TOKEN)
    assert response.status_code == 422
    assert DENIED in response.content.decode()


@pytest.mark.parametrize("change", [{"score": None}, {"score": "0.9"}, {"score": []}, {"action": None}])
def test_v3_never_opens_on_a_strange_score(
    browser: Browser, helene: Client, google_v3: Google, change: dict[str, Any]
) -> None:
    google_v3.speak = says({**RIGHT_V3, **change})
    assert send(browser, helene, captcha=TOKEN).status_code == 422


@pytest.mark.parametrize("missing", ["score", "action", "hostname", "success"])
def test_v3_replaces_an_answer_without_its_keys(
    browser: Browser, helene: Client, google_v3: Google, missing: str
) -> None:
    google_v3.speak = says({name: value for name, value in RIGHT_V3.items() if name != missing})
    assert is_replaced(send(browser, helene, captcha=TOKEN))
