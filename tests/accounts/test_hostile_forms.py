"""Whatever is typed into a public form gets a page, never an error of ours."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser
from doors import another_code, door, forget_limits, sms_code, type_code, type_password
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from people import AGENT_PASSWORD, PASSWORD

from accounts.models import Client, User
from accounts.pending import SESSION_KEY

FORM = "application/x-www-form-urlencoded"
# A database and browsers of one test serve all its examples: they only read, and write rows that do not matter.
hostile = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ANYTHING = st.one_of(
    st.text(st.characters(), max_size=60),
    st.text("0123456789０１２٣٤  .-\x00\n\r\ud800\u202e", max_size=14),
    st.integers(0, 3).map(lambda power: "9" * 10**power * 9),
)
RIGHT: dict[str, dict[str, str]] = {
    "login": {"identifier": "5501234567", "password": PASSWORD},
    "request_password": {"identifier": "5501234567"},
    "recover_identifier": {
        "client_number": "C-9", "birth_date_day": "07", "birth_date_month": "03", "birth_date_year": "1961",
        "contract_number": "V-9",
    },
}  # fmt: skip
FIELDS = [(name, field) for name, facts in RIGHT.items() for field in facts]


def post_raw(browser: Browser, address: str, facts: dict[str, str]) -> Any:
    """What a browser cannot send, a script can: lone surrogates go as their three bytes."""
    return browser.post(address, urlencode(facts, errors="surrogatepass"), content_type=FORM)


@pytest.mark.parametrize(("name", "field"), FIELDS)
@given(typed=ANYTHING)
@example(typed="\x00")
@example(typed="５５０１２３４５６７")
@example(typed="5501234567\n")
@example(typed="\ud800")
@example(typed="9" * 100_000)
@hostile
def test_a_public_form_takes_anything(browser: Browser, helene: Client, name: str, field: str, typed: str) -> None:
    forget_limits()
    answer = post_raw(browser, door(name, helene), {**RIGHT[name], field: typed})
    assert answer.status_code in {200, 302, 422}


@given(typed=ANYTHING)
@example(typed="\ud800" * 6)
@hostile
def test_the_code_takes_anything(browser: Browser, helene: Client, typed: str) -> None:
    forget_limits()
    type_password(browser, helene)
    assert post_raw(browser, door("code", helene), {"code": typed}).status_code in {302, 422}


@pytest.mark.parametrize("field", ["username", "password", "otp_token"])
@given(typed=ANYTHING)
@hostile
def test_the_agents_door_takes_anything(browser: Browser, agent: User, field: str, typed: str) -> None:
    forget_limits()
    facts = {"username": agent.username, "password": AGENT_PASSWORD, "otp_token": "000000", field: typed}
    assert post_raw(browser, "/gestion/login/", facts).status_code == 422


@given(come_back=ANYTHING)
@example(come_back="/nantes/\r\nSet-Cookie: a=b")
@example(come_back="/nantes/\ud800")
@hostile
def test_coming_back_takes_anything(browser: Browser, helene: Client, come_back: str) -> None:
    forget_limits()
    query = urlencode({"next": come_back}, errors="surrogatepass")
    facts = {"identifier": helene.user.identifier, "password": PASSWORD}
    browser.post(f"{door('login', helene)}?{query}", facts)
    location = type_code(browser, helene, sms_code(helene)).headers["Location"]
    assert location.startswith("/nantes/")
    assert "\n" not in location


def test_coming_back_is_bounded(browser: Browser, helene: Client, agent: User) -> None:
    """What no link of ours is as long as is not kept, and not sent back into the page."""
    long = "/nantes/?" + "9" * 2000
    type_password(browser, helene, next=long)
    assert browser.session[SESSION_KEY]["next"] == ""
    page = type(browser)().post("/gestion/login/", {"username": "x", "next": "/gestion/?" + "9" * 2000})
    assert "9" * 100 not in page.content.decode()


@pytest.mark.parametrize("name", list(RIGHT))
def test_more_than_a_megabyte_is_not_read(browser: Browser, helene: Client, name: str) -> None:
    facts = dict.fromkeys(RIGHT[name], "9" * 1_100_000)
    assert post_raw(browser, door(name, helene), facts).status_code == 400


@pytest.mark.parametrize("name", list(RIGHT))
def test_a_body_that_is_no_form_is_an_empty_one(browser: Browser, helene: Client, name: str) -> None:
    for content_type in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
        assert browser.post(door(name, helene), b"\xff\xfe{", content_type=content_type).status_code in {400, 422}


def test_a_form_without_its_token_is_refused(browser: Browser, helene: Client) -> None:
    strict = type(browser)(enforce_csrf_checks=True)
    for name, facts in RIGHT.items():
        assert strict.post(door(name, helene), facts).status_code == 403


def test_two_codes_in_one_form_count_as_one(browser: Browser, helene: Client) -> None:
    type_password(browser, helene)
    code = sms_code(helene)
    body = urlencode([("code", code), ("code", another_code(code))])
    assert browser.post(door("code", helene), body, content_type=FORM).status_code == 422
