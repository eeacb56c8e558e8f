"""A line of the log says of its request: which, where from, what for, by whom."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest
from agents import LOGIN, agent_facts
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject
from log_lines import LogLines
from people import a_contract

from accounts.models import Client, User
from web import health
from web.current_request import CURRENT, facts_of
from web.middleware import numbered_requests

NUMBER = re.compile("[0-9a-f]{16}")


def a_record(**extra: object) -> logging.LogRecord:
    record = logging.LogRecord("any", logging.INFO, __file__, 1, "words", (), None)
    record.__dict__.update(extra)
    return record


def test_anothers_contract_is_a_line_that_names_who_asked(
    helene_browser: Browser, helene: Client, ousmane: Client, log: LogLines
) -> None:
    path = f"/nantes/contrats/{a_contract(ousmane).number}/"
    answer = helene_browser.get(path, {"q": "rien"})
    (line,) = log.of("django.request")
    assert answer.status_code == 404
    assert line["user"] == helene.user_id
    assert line["request"] == answer.headers["X-Request-ID"]
    assert (line["address"], line["method"], line["path"]) == ("127.0.0.1", "GET", path)
    assert "rien" not in log.text


def test_what_an_agent_may_not_do_is_a_line_that_names_the_agent(browser: Browser, agent: User, log: LogLines) -> None:
    browser.post(LOGIN, agent_facts(agent))
    answer = browser.get("/gestion/journal/event/add/")
    (line,) = log.of("django.request")
    assert answer.status_code == 403
    assert (line["user"], line["path"]) == (agent.pk, "/gestion/journal/event/add/")


def test_a_forged_form_is_a_line(helene: Client, log: LogLines) -> None:
    answer = Browser(enforce_csrf_checks=True).post("/nantes/connexion/", {"identifier": "5501234567"})
    (line,) = log.of("django")
    assert answer.status_code == 403
    assert line["request"] == answer.headers["X-Request-ID"]
    assert "5501234567" not in log.text


def test_who_belongs_elsewhere_is_named(helene_browser: Browser, helene: Client, paris: object, log: LogLines) -> None:
    assert helene_browser.get("/paris/contrats/").status_code == 302
    (line,) = log.of("accounts.middleware")
    assert (line["user"], line["path"]) == (helene.user_id, "/paris/contrats/")


def test_a_right_password_alone_is_named(browser: Browser, helene: Client, log: LogLines) -> None:
    browser.force_login(helene.user)
    assert browser.get("/nantes/contrats/").status_code == 302
    (line,) = log.of("accounts.middleware")
    assert line["user"] == helene.user_id


def test_who_is_only_not_logged_in_is_no_line(browser: Browser, nantes: object, log: LogLines) -> None:
    assert browser.get("/nantes/contrats/").status_code == 302
    assert log.text == ""


def test_an_error_is_a_line_with_its_request_and_its_trace(log: LogLines) -> None:
    browser = Browser(raise_request_exception=False)
    with patch.object(health, "JsonResponse", side_effect=RuntimeError("cassé")):
        answer = browser.get("/sante/")
    (line,) = log.of("django.request")
    assert answer.status_code == 500
    assert line["request"] == answer.headers["X-Request-ID"]
    assert "RuntimeError: cassé" in line["exception"]


def test_the_number_is_ours_and_serves_once(browser: Browser, log: LogLines) -> None:
    sent = {"X-Request-ID": "0123456789abcdef"}
    numbers = [browser.get("/sante/", headers=sent).headers["X-Request-ID"] for _ in range(2)]
    assert all(NUMBER.fullmatch(number) for number in numbers)
    assert len({*numbers, sent["X-Request-ID"]}) == 3


def test_the_address_is_the_one_that_counts(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    request = RequestFactory(headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.7"}).get("/", REMOTE_ADDR="10.0.0.1")
    assert facts_of(a_record(request=request))["address"] == "192.0.2.7"


def test_who_is_not_known_yet_is_not_asked_for() -> None:
    asked = SimpleLazyObject(lambda: pytest.fail("a line of the log asked who it is"))
    request = RequestFactory().get("/")
    request.user = asked  # type: ignore[assignment] # lazy, as the middleware's
    assert "user" not in facts_of(a_record(request=request))


def test_known_through_two_lazy_objects(helene: Client) -> None:
    """As the establishment's middleware wraps the session's."""
    request = RequestFactory().get("/")
    inner = SimpleLazyObject(lambda: helene.user)
    request.user = SimpleLazyObject(lambda: inner)  # type: ignore[assignment] # lazy, as the middleware's
    assert str(request.user)
    assert facts_of(a_record(request=request))["user"] == helene.user_id


def test_outside_a_request_there_is_nothing_to_say() -> None:
    assert facts_of(a_record()) == {}
    assert facts_of(a_record(request=("a socket", "of runserver"))) == {}


def test_nothing_stays_of_a_request_that_failed() -> None:
    def fails(request: HttpRequest) -> HttpResponse:
        assert CURRENT.get() is request
        raise RuntimeError

    with pytest.raises(RuntimeError):
        numbered_requests(fails)(RequestFactory().get("/"))
    assert CURRENT.get() is None


def test_threads_do_not_mix_their_requests() -> None:
    gate, said = Barrier(4), {}

    def view(request: HttpRequest) -> HttpResponse:
        gate.wait(timeout=10)
        said[request.path] = facts_of(a_record())["request"]
        gate.wait(timeout=10)
        return HttpResponse()

    def ask(path: str) -> tuple[str, str]:
        answer = numbered_requests(view)(RequestFactory().get(path))
        return path, answer.headers["X-Request-ID"]

    with ThreadPoolExecutor(4) as crowd:
        assert dict(crowd.map(ask, ["/a/", "/b/", "/c/", "/d/"])) == said
    assert len(set(said.values())) == 4


@pytest.mark.parametrize(
    "path",
    [
        '/nantes/proche/x", "user": 1, "y": "/',
        '/nantes/mot-de-passe/MQ"/proche/"}',
        "/nantes/proche/a\\/",
        "/nantes/a\n{}",
        "/nantes/a\r\u2028b",
    ],
)
def test_no_path_breaks_a_line(browser: Browser, nantes: object, log: LogLines, path: str) -> None:
    assert browser.get(quote(path)).status_code == 404
    lines = log.stream.getvalue().split("\n")
    assert len(lines) == 2, "one line, and the end of it"
    (line,) = log.of("django.request")
    assert "user" not in line
