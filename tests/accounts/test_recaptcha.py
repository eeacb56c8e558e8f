"""Google's captcha: its yes opens, its no refuses, and whatever else its server does is replaced by ours, in time."""

import json
import re
import socket
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from browsers import log_in
from captchas import RIGHT, RIGHT_V3, TOKEN, Google, answer, challenge_in, drip, free_port, hang, says, solution_in
from django.core.cache import cache
from django.test import Client as Browser
from django.test import override_settings
from doors import count_hashes, door
from people import PASSWORD
from redis.exceptions import RedisError

from accounts import captcha
from accounts.models import Client, Limit

DENIED = "Google n’a pas confirmé"
REPLACED = "La vérification de Google n’est pas arrivée."
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


def send(browser: Browser, client: Client, password: str = PASSWORD, **more: str) -> Any:
    facts = {"identifier": str(client.user.identifier), "password": password, **more}
    return browser.post(door("login", client), facts)


def with_token(browser: Browser, client: Client, **more: str) -> Any:
    return send(browser, client, **{"g-recaptcha-response": TOKEN, **more})


def is_denied(response: Any) -> bool:
    """Refused, and Google is asked again."""
    page = response.content.decode()
    return response.status_code == 422 and DENIED in page and "g-recaptcha" in page and "data-altcha" not in page


def is_replaced(response: Any) -> bool:
    """Refused, with our captcha in the place of Google's."""
    page = response.content.decode()
    return response.status_code == 422 and REPLACED in page and "g-recaptcha" not in page


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
