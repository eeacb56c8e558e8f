"""The captcha made here: solved once, in time, by whoever asked, or the form is refused in plain words."""

import json
import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from captchas import challenge_in, encoded, facts_of, solution_in
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from doors import comparable, count_hashes, door, forget_limits
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from people import PASSWORD

from accounts import captcha
from accounts.models import Client, Limit
from messaging.models import InboxMessage
from web.keys import Key

pytestmark = pytest.mark.usefixtures("altcha_asked")
DOORS: dict[str, dict[str, str]] = {
    "login": {"identifier": "5501234567", "password": PASSWORD},
    "request_password": {"identifier": "5501234567"},
    "recover_identifier": {
        "client_number": "C-9", "birth_date_day": "07", "birth_date_month": "03", "birth_date_year": "1961",
        "contract_number": "V-9",
    },
}  # fmt: skip
STALE = "Cette vérification n’est plus valable."
MISSING = "La vérification n’était pas terminée."
every_door = pytest.mark.parametrize("name", list(DOORS))
# One database serves all examples of a test: they write nothing that matters.
hostile = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def send(browser: Browser, client: Client, name: str = "login", **more: str) -> Any:
    return browser.post(door(name, client), {**DOORS[name], **more})


def solved(browser: Browser, client: Client, name: str = "login") -> str:
    return solution_in(browser.get(door(name, client)).content)


@every_door
def test_a_solution_opens_the_door(browser: Browser, helene: Client, name: str) -> None:
    answer = send(browser, helene, name, altcha=solved(browser, helene, name))
    assert answer.status_code == (302 if name == "login" else 200)


@every_door
def test_without_a_solution_nothing_happens(
    browser: Browser, helene: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No hash, no row of any limit, no message: refused before all that costs."""
    hashes = count_hashes(monkeypatch)
    answer = send(browser, helene, name)
    assert answer.status_code == 422
    assert MISSING in answer.content.decode()
    assert challenge_in(answer.content), "a fresh challenge"
    assert (hashes, Limit.objects.count(), InboxMessage.objects.count()) == ([], 0, 0)


@every_door
def test_nothing_typed_is_lost_but_the_password(browser: Browser, helene: Client, name: str) -> None:
    page = send(browser, helene, name).content.decode()
    for field, typed in DOORS[name].items():
        assert (f'value="{typed}"' in page) is (field != "password")


def test_a_solution_serves_once_and_on_any_form(browser: Browser, helene: Client) -> None:
    solution = solved(browser, helene)
    assert send(browser, helene, altcha=solution).status_code == 302
    for name in DOORS:
        answer = send(browser, helene, name, altcha=solution)
        assert answer.status_code == 422
        assert STALE in answer.content.decode()
        assert challenge_in(answer.content)["challenge"] not in solution


def test_the_same_solution_written_otherwise_is_the_same(browser: Browser, helene: Client) -> None:
    facts = facts_of(challenge_in(browser.get(door("login", helene)).content))
    assert send(browser, helene, altcha=encoded(facts)).status_code == 302
    changes: list[dict[str, Any]] = [{}, {"salt": facts["salt"][:-1]}, {"number": str(facts["number"])}]
    for change in changes:
        other = dict(reversed({**facts, **change}.items()))
        assert send(browser, helene, altcha=encoded(other)).status_code == 422
    spaced = b64encode(json.dumps(facts, indent=2).encode()).decode()
    assert send(browser, helene, altcha=spaced).status_code == 422


def test_a_solution_lives_twenty_minutes(browser: Browser, helene: Client) -> None:
    with time_machine.travel(datetime(2026, 5, 31, 12, tzinfo=UTC), tick=False) as clock:
        early, late = solved(browser, helene), solved(browser, helene)
        clock.shift(timedelta(minutes=19, seconds=59))
        assert send(browser, helene, altcha=early).status_code == 302
        clock.shift(timedelta(seconds=2))
        answer = send(browser, helene, altcha=late)
        assert (answer.status_code, STALE in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    "forged",
    [
        {"signature": "0" * 64},
        {"number": 0},
        {"number": -1},
        {"number": 10**9},
        {"number": True},
        {"number": 1.0},
        {"number": None},
        {"challenge": "0" * 64},
        {"algorithm": "SHA-1"},
        {"algorithm": ["SHA-256"]},
        {"salt": ""},
        {"salt": None},
        {"salt": ["a"]},
        {"salt": "0" * 24 + "?expires=9999999999&"},
        {"salt": "0" * 24 + "?expires=1&expires=9999999999&"},
        {"signature": None},
        {"took": 12},
    ],
)
def test_a_forged_solution_is_refused(browser: Browser, helene: Client, forged: dict[str, Any]) -> None:
    facts = facts_of(challenge_in(browser.get(door("login", helene)).content))
    answer = send(browser, helene, altcha=encoded({**facts, **forged}))
    assert answer.status_code == 422
    assert STALE in answer.content.decode()


def test_a_solution_signed_with_another_key_is_refused(
    browser: Browser, helene: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    solution = solved(browser, helene)
    monkeypatch.setattr(captcha, "KEY", Key("another"))
    assert send(browser, helene, altcha=solution).status_code == 422


@given(typed=st.one_of(st.text(max_size=80), st.binary(max_size=80).map(lambda junk: b64encode(junk).decode())))
@example(typed="\x00")
@example(typed="\ud800")
@example(typed="９９９９")
@example(typed="A" * 100_000)
@example(typed=encoded([]))
@example(typed=encoded("SHA-256"))
@example(typed=b64encode(b"[" * 700).decode())
@example(typed=b64encode(b'{"number":' + b"9" * 700 + b"}").decode())
@hostile
def test_the_field_takes_anything(browser: Browser, helene: Client, typed: str) -> None:
    body = urlencode({**DOORS["login"], "altcha": typed}, errors="surrogatepass")
    answer = browser.post(door("login", helene), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=4)


@given(facts=st.fixed_dictionaries(dict.fromkeys(("algorithm", "challenge", "number", "salt", "signature"), JSON)))
@hostile
def test_the_field_takes_any_json(browser: Browser, helene: Client, facts: dict[str, Any]) -> None:
    assert send(browser, helene, altcha=encoded(facts)).status_code == 422


def test_googles_field_is_worth_nothing(browser: Browser, helene: Client) -> None:
    answer = send(browser, helene, **{"g-recaptcha-response": "token", "captcha": "token"})
    assert answer.status_code == 422


def test_who_mistyped_a_number_has_not_spent_the_solution(browser: Browser, helene: Client) -> None:
    solution = solved(browser, helene)
    assert send(browser, helene, altcha=solution, identifier="12").status_code == 422
    assert send(browser, helene, altcha=solution).status_code == 302


def test_after_the_pause_the_form_is_there_again_with_what_was_typed(browser: Browser, helene: Client) -> None:
    """The page that asks to wait repeats the form without the captcha."""
    for _ in range(4):
        answer = send(browser, helene, "request_password", altcha=solved(browser, helene, "request_password"))
    assert answer.status_code == 429
    assert '<input type="hidden" name="captcha" id="id_captcha">' in answer.content.decode()
    assert '<input type="hidden" name="identifier" value="5501234567"' in answer.content.decode()


def test_a_challenge_fits_one_block_of_the_script() -> None:
    challenge = captcha.new_challenge()
    assert len(f"{challenge.salt}{challenge.max_number}") <= 55
    assert captcha.SALT.fullmatch(challenge.salt)


@every_door
def test_known_or_not_the_answer_and_the_work_are_the_same(browser: Browser, helene: Client, name: str) -> None:
    """With a solution and without."""
    is_recovery = name == "recover_identifier"
    known, unknown = (helene.client_number, "C-00000") if is_recovery else ("5501234567", "9999999999")
    field = "client_number" if is_recovery else "identifier"
    for with_solution in (False, True):
        seen = []
        for who in (known, unknown):
            visitor = type(browser)()
            more = {field: who, "password": "le-chien-dort-au-soleil"} if name == "login" else {field: who}
            if with_solution:
                more["altcha"] = solved(visitor, helene, name)
            forget_limits()
            with CaptureQueriesContext(connection) as queries:
                answer = send(visitor, helene, name, **more)
            status, headers, page = comparable(answer, who)
            page = re.sub(rb'data-(challenge|salt|signature)="[^"]+"', b"", page)
            seen.append((status, headers, page, len(answer.content), len(queries) if name == "login" else 0))
        assert seen[0] == seen[1]


@every_door
def test_a_browser_without_javascript_is_told_what_to_do(browser: Browser, helene: Client, name: str) -> None:
    page = browser.get(door(name, helene)).content.decode()
    words = re.search(r"<noscript>(.+?)</noscript>", page, re.DOTALL)
    assert words is not None
    assert "JavaScript est désactivé" in words[1]
    assert 'href="tel:+33261910000"' in words[1]


@every_door
def test_off_leaves_no_trace(browser: Browser, helene: Client, settings: Any, name: str) -> None:
    with CaptureQueriesContext(connection) as with_captcha:
        browser.get(door(name, helene))
    settings.CAPTCHA = "off"
    with CaptureQueriesContext(connection) as without:
        answer = browser.get(door(name, helene))
    page = answer.content.decode()
    assert len(with_captcha) == len(without)
    assert not re.search("captcha|altcha|noscript|google", page, re.IGNORECASE)
    assert "frame-src" not in answer.headers["Content-Security-Policy"]
    assert send(browser, helene, name).status_code == (302 if name == "login" else 200)


def test_altcha_needs_no_other_security_policy(browser: Browser, helene: Client) -> None:
    policies = [browser.get(address).headers["Content-Security-Policy"] for address in (door("login", helene), "/")]
    assert len({re.sub(" 'nonce-[^']+'", "", policy) for policy in policies}) == 1
    assert "google" not in browser.get(door("login", helene)).content.decode()
