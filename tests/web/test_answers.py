"""What every answer carries."""

import re
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import Client

PAGES = [
    "/",
    "/nantes/connexion/",
    "/nantes/mot-de-passe/",
    "/nantes/identifiant-oublie/",
    "/gestion/login/",
    "/nowhere/",
]


@pytest.mark.parametrize("page", PAGES)
def test_the_security_policy_allows_nothing_inline(browser: Browser, helene: Client, page: str) -> None:
    answer = browser.get(page)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    html = answer.content.decode()
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", html)
    assert not re.search(r"<style(?![^>]*nonce=)|<script(?![^>]*(?:src|nonce)=)", html)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_not_framed_guessed_or_followed(browser: Browser, helene: Client, page: str) -> None:
    headers = browser.get(page).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_nonce_serves_one_answer(browser: Browser, helene: Client) -> None:
    nonces = [re.search("nonce-([^']+)'", browser.get(PAGES[1]).headers["Content-Security-Policy"]) for _ in range(2)]
    assert nonces[0] is not None
    assert nonces[1] is not None
    assert nonces[0][1] != nonces[1][1]


def test_the_cookies_are_out_of_reach_of_scripts(helene_browser: Browser, helene: Client) -> None:
    helene_browser.get(PAGES[1])
    for name in ("sessionid", "csrftoken"):
        cookie = helene_browser.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded; charset=utf-16",
        "multipart/form-data; boundary=x; charset=zlib",
        "multipart/form-data; boundary=x; charset=utf-7",
        "text/plain; charset=rot13",
    ],
)
@pytest.mark.parametrize("page", PAGES)
def test_another_charset_is_refused_in_one_sentence(
    browser: Browser, helene: Client, page: str, content_type: str
) -> None:
    for answer in (
        browser.generic("POST", page, b"identifier=1&password=x", content_type=content_type),
        browser.generic("GET", page, CONTENT_TYPE=content_type),
    ):
        assert answer.status_code == 400
        assert answer.content.decode() == "Cette page ne se lit qu’en UTF-8."


def test_a_session_key_that_cannot_be_one_is_no_session(browser: Browser, helene: Client, settings: Any) -> None:
    """PostgreSQL raises on a NUL."""
    browser.cookies[settings.SESSION_COOKIE_NAME] = "aaaaaaaaaa\000"
    assert browser.get("/nantes/espace/").status_code == 302
