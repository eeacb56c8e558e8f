"""Google's captcha: its yes opens, its no refuses, and whatever else its server does is replaced by ours, in time."""

import json
import socket
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from captchas import (
    RIGHT,
    TOKEN,
    Google,
    answer,
    challenge_in,
    drip,
    free_port,
    hang,
    is_denied,
    is_replaced,
    says,
    send,
    solution_in,
    with_token,
)
from django.core.cache import cache
from django.test import Client as Browser
from django.test import override_settings
from doors import count_hashes, door
from people import PASSWORD
from redis.exceptions import RedisError

from accounts import captcha
from accounts.models import Client, Limit

POLICY = "Content-Security-Policy"
DOORS = ("login", "request_password", "recover_identifier")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TROUBLES: dict[str, Any] = {
    "500": answer(b"{}", "500 Internal Server Error"),
    "403": answer(json.dumps(RIGHT).encode(), "403 Forbidden"),
    "redirect": answer(json.dumps(RIGHT).encode(), "302 Found"),
    "HTML": answer(b"<!doctype html><title>Sorry</title>"),
    "nothing": answer(b""),
    "no HTTP": lambda peer: peer.sendall(b"220 mail.example.org ESMTP\r\n"),
    "hangs up": lambda peer: None,
    "empty object": says({}),
    "list": says([]),
    "null": says(None),
    "string": says("success"),
    "deep": answer(b"[" * 50_000),
    "endless": answer(b'{"success": true, "hostname": "localhost", "junk": "' + b"a" * 200_000 + b'"}'),
    "not UTF-8": answer(b"\xff\xfe\xfd"),
    "success as text": says({**RIGHT, "success": "true"}),
    "success as number": says({**RIGHT, "success": 1}),
    "no success": says({"hostname": "localhost"}),
    "no hostname": says({"success": True}),
    "hostname null": says({**RIGHT, "hostname": None}),
    "hostname as list": says({**RIGHT, "hostname": ["localhost"]}),
    "codes as number": says({"success": False, "error-codes": 7}),
    "codes of anything": says({"success": False, "error-codes": [{}]}),
    "our key is refused": says({"success": False, "error-codes": ["invalid-input-secret"]}),
}
SLOW: dict[str, Any] = {
    "hangs": hang,
    "drips its head": drip(HEAD + b"X-Slow: "),
    "drips its body": drip(HEAD + b"Content-Length: 4000\r\n\r\n"),
    "drips without a length": drip(HEAD + b"\r\n"),
}

pytestmark = pytest.mark.usefixtures("google")


def test_googles_yes_opens(browser: Browser, helene: Client, google: Google) -> None:
    assert with_token(browser, helene).status_code == 302
    assert google.asked == [{"secret": "private-key", "response": TOKEN, "remoteip": "127.0.0.1"}]


def test_google_is_told_the_address_that_counts(
    browser: Browser, helene: Client, google: Google, settings: Any
) -> None:
    facts = {"identifier": str(helene.user.identifier), "password": PASSWORD, "g-recaptcha-response": TOKEN}
    browser.post(door("login", helene), facts, HTTP_X_FORWARDED_FOR="6.6.6.6, 192.0.2.7")
    settings.TRUSTED_PROXIES = 1
    browser.post(door("login", helene), facts, HTTP_X_FORWARDED_FOR="6.6.6.6, 192.0.2.7")
    browser.post(door("login", helene), facts, HTTP_X_FORWARDED_FOR="2001:db8::1")
    assert [asked.get("remoteip") for asked in google.asked] == ["127.0.0.1", "192.0.2.7", None]


def test_googles_no_refuses(browser: Browser, helene: Client, google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = count_hashes(monkeypatch)
    google.speak = says({"success": False, "error-codes": ["timeout-or-duplicate"]})
    response = with_token(browser, helene)
    assert is_denied(response)
    assert 'value="5501234567"' in response.content.decode()
    assert (hashes, Limit.objects.count()) == ([], 0)
    google.speak = says(RIGHT)
    assert with_token(browser, helene).status_code == 302, "a no is no failure of Google's"


@pytest.mark.parametrize("hostname", ["evil.example", "localhost.evil.example", "", "localhost."])
def test_a_token_of_another_site_is_refused(browser: Browser, helene: Client, google: Google, hostname: str) -> None:
    google.speak = says({**RIGHT, "hostname": hostname})
    assert is_denied(with_token(browser, helene))


@pytest.mark.parametrize("token", ["a" * 8193, "a b", "<script>", "é", "\x00", "jeton\n", "９"])
def test_what_cannot_be_a_token_is_refused_without_asking(
    browser: Browser, helene: Client, google: Google, token: str
) -> None:
    """Else a visitor could make Google's server stumble, and choose our captcha for everybody."""
    assert is_denied(send(browser, helene, **{"g-recaptcha-response": token}))
    assert google.asked == []


@pytest.mark.parametrize("trouble", list(TROUBLES))
def test_a_lying_google_is_replaced(browser: Browser, helene: Client, google: Google, trouble: str) -> None:
    google.speak = TROUBLES[trouble]
    started = time.monotonic()
    response = with_token(browser, helene)
    assert time.monotonic() - started < 4
    assert is_replaced(response)
    assert 'value="5501234567"' in response.content.decode()
    assert send(browser, helene, altcha=solution_in(response.content)).status_code == 302


@pytest.mark.parametrize("trouble", list(SLOW))
def test_a_slow_google_is_replaced_within_four_seconds(
    browser: Browser, helene: Client, google: Google, trouble: str
) -> None:
    google.speak = SLOW[trouble]
    started = time.monotonic()
    assert is_replaced(with_token(browser, helene))
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{}/", "http://nowhere.invalid/", "https://127.0.0.1:{}/", "", "ftp://a"]
)
def test_an_unreachable_google_is_replaced(browser: Browser, helene: Client, settings: Any, url: str) -> None:
    settings.RECAPTCHA_VERIFY_URL = url.format(free_port())
    assert is_replaced(with_token(browser, helene))


def test_a_slow_name_server_is_not_waited_for(
    browser: Browser, helene: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: Any, **__: Any) -> Any:
        time.sleep(6)
        raise socket.gaierror

    monkeypatch.setattr("urllib3.util.connection.socket.getaddrinfo", slow)
    started = time.monotonic()
    assert is_replaced(with_token(browser, helene))
    assert time.monotonic() - started < 4


def test_for_some_minutes_new_pages_show_our_captcha_and_google_is_left_alone(
    browser: Browser, helene: Client, google: Google, settings: Any
) -> None:
    # Redis counts its own time, which does not travel.
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    with time_machine.travel(datetime(2026, 5, 31, 12, tzinfo=UTC)) as clock:
        google.speak = TROUBLES["500"]
        with_token(browser, helene)
        for name in DOORS:
            assert challenge_in(type(browser)().get(door(name, helene)).content)
        assert is_replaced(with_token(browser, helene))
        assert len(google.asked) == 1
        google.speak = says(RIGHT)
        clock.shift(timedelta(seconds=captcha.REPLACED_SECONDS + 1))
        assert not challenge_in(browser.get(door("login", helene)).content)
        assert with_token(browser, helene).status_code == 302


def test_another_process_learns_it_from_the_cache(browser: Browser, helene: Client, google: Google) -> None:
    google.speak = TROUBLES["500"]
    with_token(browser, helene)
    captcha._own_memory.clear()
    assert challenge_in(browser.get(door("login", helene)).content)


def test_it_works_without_the_cache_and_says_so_in_the_log(
    browser: Browser, helene: Client, google: Google, caplog: pytest.LogCaptureFixture
) -> None:
    backend = "django.core.cache.backends.redis.RedisCache"
    location = f"redis://127.0.0.1:{free_port()}/0"
    with override_settings(CACHES={"default": {"BACKEND": backend, "LOCATION": location}}):
        with pytest.raises(RedisError):
            cache.get("anything")
        assert with_token(browser, helene).status_code == 302
        google.speak = TROUBLES["500"]
        assert is_replaced(with_token(browser, helene))
        assert challenge_in(browser.get(door("login", helene)).content), "this process remembers"
    assert "the cache fails" in caplog.text


def test_five_tries_then_one_each_two_minutes_while_google_is_replaced(
    browser: Browser, helene: Client, google: Google
) -> None:
    google.speak = TROUBLES["500"]
    page = with_token(browser, helene)
    for _ in range(5):
        page = send(browser, helene, "le-chien-dort-au-soleil", altcha=solution_in(page.content))
        page = page if page.status_code == 422 else browser.get(door("login", helene))
    page = send(browser, helene, altcha=solution_in(page.content))
    assert page.status_code == 422
    assert "Recommencez dans 2\N{NO-BREAK SPACE}minutes." in page.content.decode()
    assert challenge_in(page.content)


def test_an_unsolved_altcha_never_opens_a_replaced_form(browser: Browser, helene: Client, google: Google) -> None:
    google.speak = TROUBLES["500"]
    with_token(browser, helene)
    for more in ({}, {"altcha": "junk"}, {"captcha": "junk"}, {"g-recaptcha-response": TOKEN}):
        assert send(browser, helene, **more).status_code == 422


def test_a_form_without_googles_token_gets_our_captcha(browser: Browser, helene: Client, google: Google) -> None:
    """Google's page did not open in that browser: it solves ours, under the tighter limits. Others see Google's."""
    response = send(browser, helene)
    assert is_replaced(response)
    assert google.asked == []
    assert "g-recaptcha" in type(browser)().get(door("login", helene)).content.decode()
    wrong = send(browser, helene, "le-chien-dort-au-soleil", altcha=solution_in(response.content))
    assert challenge_in(wrong.content), "it is not asked for Google's again"
    assert send(browser, helene, altcha=solution_in(wrong.content)).status_code == 302


def test_google_is_not_asked_about_a_form_with_another_error(browser: Browser, helene: Client, google: Google) -> None:
    response = with_token(browser, helene, identifier="12")
    assert response.status_code == 422
    assert google.asked == []


def test_neither_token_nor_key_is_logged(
    browser: Browser, helene: Client, google: Google, caplog: pytest.LogCaptureFixture
) -> None:
    for speak in (*TROUBLES.values(), says({"success": False, "error-codes": ["bad-request"]})):
        captcha._own_memory.clear()
        cache.delete(captcha.REPLACED)
        google.speak = speak
        with_token(browser, helene)
    assert "altcha takes its place" in caplog.text
    assert TOKEN not in caplog.text
    assert "private-key" not in caplog.text
