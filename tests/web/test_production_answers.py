"""What every answer of a production carries, whoever in it made the answer: a view, Django, or a static file."""

from http.cookies import SimpleCookie
from typing import Any

import pytest
from production import visited
from production_urls import SECRET

Answers = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answers, str]:
    return visited(tmp_path_factory.mktemp("static"))


@pytest.fixture
def answers(production: tuple[Answers, str]) -> Answers:
    return production[0]


def lacking(answers: Answers, header: str, *words: str) -> list[str]:
    """The visits whose answer misses the header, or one of the words in it."""
    return [
        name
        for name, answer in answers.items()
        if header not in answer["headers"] or not all(word in answer["headers"][header] for word in words)
    ]


def test_the_visits_get_every_kind_of_answer(answers: Answers) -> None:
    kinds = {name: answer["status"] for name, answer in answers.items()}
    assert kinds == {
        "page": 200,
        "http": 301,
        "health": 200,
        "led to the login": 302,
        "another charset": 400,
        "another host by https": 400,
        "another host by http": 400,
        "no token": 403,
        "not there": 404,
        "not by this method": 405,
        "too large": 400,
        "a fault": 500,
        "style": 200,
        "style by http": 301,
        "style known": 304,
        "style by post": 405,
        "icon": 200,
        "logo": 200,
        "bank": 404,
        "twilio": 403,
        "password": 302,
        "code": 302,
        "inside": 200,
        "away": 302,
    }


def test_none_is_framed_nor_loads_what_it_should_not(answers: Answers) -> None:
    words = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'")
    assert lacking(answers, "content-security-policy", *words) == []
    assert [name for name, answer in answers.items() if "unsafe" in answer["headers"]["content-security-policy"]] == []
    assert lacking(answers, "x-frame-options", "DENY") == []


def test_none_is_guessed_followed_or_opened_by_another_site(answers: Answers) -> None:
    assert lacking(answers, "x-content-type-options", "nosniff") == []
    assert lacking(answers, "referrer-policy", "same-origin") == []
    assert lacking(answers, "cross-origin-opener-policy", "same-origin") == []
    assert [name for name, answer in answers.items() if "access-control" in str(answer["headers"])] == []


def test_by_https_each_says_so_for_a_year_and_for_subdomains(answers: Answers) -> None:
    without = lacking(answers, "strict-transport-security", f"max-age={365 * 24 * 3600}; includeSubDomains")
    assert without == ["http", "health", "another host by http", "style by http"], "a browser would not hear it"


def test_each_text_says_its_charset(answers: Answers) -> None:
    assert lacking({name: answer for name, answer in answers.items() if answer["body"]}, "content-type") == []
    texts = {
        name: kind
        for name, answer in answers.items()
        if (kind := answer["headers"].get("content-type", "")).startswith("text/") or "xml" in kind
    }
    assert {kind.partition(";")[0] for kind in texts.values()} == {
        "text/html",
        "text/plain",
        "text/css",
        "image/svg+xml",
    }
    assert {kind.partition("charset=")[2].strip('"') for kind in texts.values()} == {"utf-8"}


def test_each_cookie_is_of_this_host_by_https_and_out_of_reach_of_scripts(answers: Answers) -> None:
    sent = [SimpleCookie(cookie) for answer in answers.values() for cookie in answer["cookies"]]
    cookies = [(name, cookie) for jar in sent for name, cookie in jar.items() if cookie.value]
    assert {name for name, _ in cookies} == {
        "__Host-session",
        "__Host-csrf",
        "__Host-known-browser",
        "__Host-messages",
    }
    for name, cookie in cookies:
        kept = (bool(cookie["secure"]), bool(cookie["httponly"]), cookie["samesite"], cookie["path"], cookie["domain"])
        assert kept == (True, True, "Lax", "/", ""), name


def test_a_fault_tells_nothing_of_itself(production: tuple[Answers, str]) -> None:
    answers, log = production
    page = answers["a fault"]["body"]
    assert "<h1>Un problème est survenu chez nous</h1>" in page
    for told in (SECRET, "Traceback", "ValueError", "production_urls", "/panne/", "k" * 40):
        assert told not in page
    assert "Traceback" in log, "which is for us"
