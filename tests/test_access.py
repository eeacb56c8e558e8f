"""Who may open what, read from the URLconf itself: a new page is closed until this file says otherwise."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from doors import type_password

from accounts.models import Client, User
from establishments.models import Establishment

PUBLIC_DOORS = {
    "health:live",
    "health:ready",
    "establishments:list",
    "establishments:home",
    "establishments:logo",
    "contracts:feed",  # a phone's calendar has no session: an unguessable token opens dates without name or sum
    "accounts:login",
    "accounts:code",
    "accounts:resend_code",
    "accounts:cancel_login",
    "accounts:choose_factor",
    "accounts:request_password",
    "accounts:set_password",
    "accounts:recover_identifier",
    "accounts:confirm_email",
    "messaging:sms_status",
    "payments:notification",
    "payments:return",
    "payments:relative",  # who pays for a client has no account: the link opens a sum and a reference
    "payments:relative_outcome",
    "admin:login",
    "admin:login_passkey",
}
SAMPLES = {
    "slug": "nantes",
    "establishment_slug": "nantes",
    "number": "V0001",
    "pk": "7b1f2f0e-3c1d-4f7a-9a53-0d7c6c1f5a10",
    "uid": "MQ",
    "token": "a-b",
    "reference": "0a1b2c",
    "object_id": "1",
    "app_label": "contracts",
    "url": "nowhere/",
    "factor": "app",
    "rank": "1",
    "kind": "lost_ticket",
    "sequence": "1",
    "refund_pk": "1",
    "year": "2026",
}


@dataclass(frozen=True)
class Route:
    name: str
    path: str
    is_public: bool


def routes(resolver: URLResolver, prefix: str = "/", namespace: str = "") -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        path = prefix + sample_of(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path, f"{pattern.app_name}:" if pattern.app_name else namespace)
        elif isinstance(pattern, URLPattern):
            is_public = not getattr(pattern.callback, "login_required", True)
            yield Route(f"{namespace}{pattern.name or path}", path, is_public)


def sample_of(pattern: str) -> str:
    """A path that the pattern matches: « contrats/<str:number>/ » → « contrats/V0001/ »."""
    pattern = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: SAMPLES[found[1]], pattern).strip("^$")
    return re.sub(r"<(?:(\w+):)?(\w+)>", lambda found: "1" if found[1] == "int" else SAMPLES[found[2]], pattern)


ROUTES = list(routes(get_resolver()))
CLOSED = [route for route in ROUTES if not route.is_public]
OF_NANTES = [route for route in CLOSED if route.path.startswith("/nantes/")]


def leads_to_login(answer: Any, route: Route, slug: str = "nantes") -> bool:
    """To the establishment's login, or to the agents'."""
    login = "/gestion/login/" if route.path.startswith("/gestion/") else f"/{slug}/connexion/"
    return bool(answer.status_code == 302 and answer.headers["Location"].partition("?")[0] == login)


def test_the_public_doors_are_these() -> None:
    assert {route.name for route in ROUTES if route.is_public} == PUBLIC_DOORS


def test_the_walk_sees_the_pages() -> None:
    names = {route.name for route in CLOSED}
    assert {"contracts:overview", "contracts:detail", "payments:start", "admin:index", "accounts:logout"} <= names
    assert len(names) > 100


def test_a_visitor_is_led_to_the_login(browser: Browser, helene: Client) -> None:
    assert [route for route in CLOSED if not leads_to_login(browser.get(route.path), route)] == []
    assert [route for route in CLOSED if not leads_to_login(browser.post(route.path), route)] == []


def test_a_right_password_alone_opens_nothing(browser: Browser, helene: Client) -> None:
    assert type_password(browser, helene).status_code == 302
    assert [route for route in CLOSED if not leads_to_login(browser.get(route.path), route)] == []


def test_a_session_without_the_second_factor_opens_nothing(browser: Browser, helene: Client, agent: User) -> None:
    for user in (helene.user, agent):
        browser.force_login(user)
        assert [route for route in CLOSED if not leads_to_login(browser.get(route.path), route)] == []


def test_a_session_of_another_establishment_opens_nothing(helene_browser: Browser, paris: Establishment) -> None:
    for route in OF_NANTES:
        answer = helene_browser.get(route.path.replace("/nantes/", "/paris/", 1))
        assert leads_to_login(answer, route, "paris"), route


def test_a_client_opens_no_page_of_the_agents(helene_browser: Browser) -> None:
    for route in CLOSED:
        if route.path.startswith("/gestion/"):
            answer = helene_browser.get(route.path)
            assert answer.status_code == 302, route
            assert answer.headers["Location"].startswith("/gestion/"), route


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/nowhere/connexion/", "/nowhere/espace/", "/NANTES/connexion/", "/a\x00b/connexion/"]
)
def test_an_unknown_establishment_does_not_exist(browser: Browser, nantes: Any, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_no_page_is_kept_by_a_cache(browser: Browser, helene: Client) -> None:
    pages = [route for route in ROUTES if route.name != "establishments:logo"]
    assert [route for route in pages if "no-store" not in browser.get(route.path).headers["Cache-Control"]] == []
