"""What every page of the area and of the agents carries, opened from the URLconf by who may see it."""

from collections.abc import Iterator
from typing import Any

import pytest
from browsers import CommittingBrowser, log_in
from django.test import Client as Browser
from doors import forget_limits
from test_access_matrix import AREA, ROUTES, STAFF, Route, address, agent_here, everything

from accounts.models import Client

Answers = dict[str, Any]

PUBLIC = [route for route in ROUTES if route.is_public]
# What may stay in a cache: a drawing that is no secret.
KEPT = {"establishments:logo": "public, max-age=3600"}
POLICY = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'")
__all__ = ["everything"]


def opened(browser: Browser, some: list[Route], owner: Client) -> Iterator[tuple[str, Any]]:
    for route in some:
        forget_limits()
        yield route.name, browser.get(address(route, owner))


@pytest.fixture
def area(everything: Client) -> Answers:
    return dict(opened(log_in(CommittingBrowser(), everything), [*AREA, *PUBLIC], everything))


@pytest.fixture
def gestion(everything: Client) -> Answers:
    return dict(opened(agent_here(everything), STAFF, everything))


def pages(answers: Answers) -> dict[str, str]:
    """The HTML of those that are pages."""
    return {
        name: answer.content.decode()
        for name, answer in answers.items()
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    }


def flaws(answers: Answers) -> list[tuple[str, str]]:
    """Each answer that a cache may keep, that may load or be framed, or whose text does not say its charset."""
    found = []
    for name, answer in answers.items():
        kept, kind = answer.headers["Cache-Control"], answer.headers.get("Content-Type", "")
        if "no-store" not in kept and KEPT.get(name) != kept:
            found.append((name, kept))
        if not all(word in answer.headers["Content-Security-Policy"] for word in POLICY):
            found.append((name, answer.headers["Content-Security-Policy"]))
        is_text = kind.startswith("text/") or "xml" in kind
        if is_text and "charset=utf-8" not in kind.replace('"', ""):
            found.append((name, kind))
    return found


def test_a_clients_pages(area: Answers, everything: Client) -> None:
    assert flaws(area) == []
    shown = {name: html for name, html in pages(area).items() if name in {route.name for route in AREA}}
    assert len(shown) > 25
    logout = f'method="post" action="/{everything.establishment.slug}/deconnexion/"'
    # What comes before the warning, which is hidden.
    seen = {name: html.partition('role="alertdialog"')[0] for name, html in shown.items()}
    assert [name for name, html in seen.items() if logout not in html or "Se déconnecter" not in html] == []


def test_an_agents_pages(gestion: Answers) -> None:
    assert flaws(gestion) == []
    shown = pages(gestion)
    assert len(shown) > 40
    logout = '<form id="logout-form" method="post" action="/gestion/logout/"'
    assert [name for name, html in shown.items() if logout not in html or "Déconnexion" not in html] == []
