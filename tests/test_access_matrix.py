"""Every address × everybody who may try it, made from the URLconf: a new route is in it by itself.

Each route is opened with what belongs to one client of Nantes. Its owner may be refused for the state of things (a code
that nobody asked for), never sent away; everybody else is led to a login or told that it does not exist.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser, log_in
from django.apps import apps
from django.db.models import Model
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from doors import forget_limits, type_password
from filled_forms import all_forms
from people import AGENT_PASSWORD, a_client
from test_admin import fill, row_of

from accounts.actions.staff import create_staff
from accounts.models import Client, Document, User
from contracts.models import ClientRequest, Pledge, Tariff
from establishments.models import Establishment
from payments.models import Anomaly, Credit, CreditNote, PaymentAttempt, Receipt, Refund, RelativeLink
from payments.receipts.issue import issue_receipt

LED_AWAY = "led to a login"
NOT_THERE = "does not exist"
NOT_ALLOWED = "not for this method"
ANSWERED = "answered"


@dataclass(frozen=True)
class Route:
    """`pattern`: the whole path with its parameters as Django writes them."""

    name: str
    pattern: str
    is_public: bool

    @property
    def is_admin(self) -> bool:
        return self.name.startswith("admin:")

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.pattern)


def routes(resolver: URLResolver, prefix: str = "/", namespace: str = "") -> list[Route]:
    found: list[Route] = []
    for entry in resolver.url_patterns:
        pattern = prefix + re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", str(entry.pattern)).strip("^$")
        if isinstance(entry, URLResolver):
            found += routes(entry, pattern, f"{entry.app_name}:" if entry.app_name else namespace)
        elif isinstance(entry, URLPattern):
            is_public = not getattr(entry.callback, "login_required", True)
            found.append(Route(f"{namespace}{entry.name or pattern}", pattern, is_public))
    return found


ROUTES = routes(get_resolver())
CLOSED = [route for route in ROUTES if not route.is_public]
AREA = [route for route in CLOSED if route.pattern.startswith("/<slug:slug>/")]
STAFF = [route for route in CLOSED if route.is_admin and route.name != "admin:logout"]
# Buttons of what this owner does not have.
OF_NOTHING = {"accounts:close_session", "accounts:prefer_factor", "accounts:remove_factor"}
# Parameters that name a thing of one client; the others choose among words of the site.
OF_A_CLIENT = {"number", "pk"}


@pytest.fixture
def everything(nantes: Establishment, paris: Establishment) -> Client:
    """One row of every model at Nantes and at Paris; the client of Nantes whose things they are."""
    fill(nantes)
    fill(paris)
    owner = Client.objects.get(establishment=nantes)
    attempt, entries = PaymentAttempt.objects.get(client=owner), Credit.objects.filter(line__attempt__client=owner)
    Receipt.objects.filter(attempt=attempt).delete()  # its content is empty: the owner reads a real one
    issue_receipt(attempt=attempt, entries=list(entries), now=timezone.now())
    return owner


def address(route: Route, owner: Client) -> str:
    """The route with what belongs to `owner`."""

    def value(found: re.Match[str]) -> str:
        kind, name = found[1] or "str", found[2]
        return str(things(route, kind, name, owner))

    return re.sub(r"<(?:(\w+):)?(\w+)>", value, route.pattern)


def things(route: Route, kind: str, name: str, owner: Client) -> object:
    thing = THINGS.get(f"{kind}:{name}") or THINGS.get(name)
    assert thing is not None, f"say in THINGS what <{kind}:{name}> of {route.name} names"
    return thing(route, owner)


def model_of(route: Route) -> type[Model]:
    _, _, app, model, *_ = route.pattern.split("/")
    return apps.get_model(app, model)


def numbered_thing(route: Route, owner: Client) -> Model:
    """What `<int:pk>` names: a paper, or a thing on its page of the agents."""
    if "request" in route.name:
        return ClientRequest.objects.filter(contract__client=owner).earliest("id")
    if route.name == "payments:revoke_link":
        return RelativeLink.objects.get(client=owner)
    if "anomaly" in route.name:
        return Anomaly.objects.get(attempt__client=owner)
    if route.name == "admin:contracts_pledge_photo":
        return Pledge.objects.get(contract__client=owner)
    if route.name == "admin:contracts_tariff_compare":
        return Tariff.objects.get(establishment=owner.establishment)
    return Document.objects.get(client=owner)


# What a parameter stands for. A new one is added here, with the thing of `owner` that it names.
THINGS: dict[str, Callable[[Route, Client], object]] = {
    "slug": lambda route, owner: owner.establishment.slug,
    "establishment_slug": lambda route, owner: owner.establishment.slug,
    "number": lambda route, owner: owner.contracts.get().number,
    "uuid:pk": lambda route, owner: PaymentAttempt.objects.get(client=owner).pk,
    "int:sequence": lambda route, owner: CreditNote.objects.get(refund__attempt__client=owner).sequence,
    "refund_pk": lambda route, owner: Refund.objects.get(attempt__client=owner).pk,
    "int:pk": lambda route, owner: numbered_thing(route, owner).pk,
    "year": lambda route, owner: timezone.localdate().year,
    "rank": lambda route, owner: 1,
    "object_id": lambda route, owner: row_of(model_of(route), owner.establishment.slug).pk,
    "reference": lambda route, owner: "0" * 32,  # of a session: its own test tells whose it is
    "factor": lambda route, owner: "app",
    "kind": lambda route, owner: "lost_ticket",
    "uid": lambda route, owner: "MQ",
    "token": lambda route, owner: "a-b",
    "app_label": lambda route, owner: "contracts",
    "url": lambda route, owner: "nowhere",
}


def what_happens(browser: Browser, path: str, method: str) -> str:
    answer = getattr(browser, method)(path)
    assert answer.status_code < 500, f"{method} {path}: {answer.status_code}"
    location = answer.headers.get("Location", "")
    if answer.status_code == 302 and re.match(r"/(gestion/login|[a-z]+/connexion)/", location):
        return LED_AWAY
    if answer.status_code == 302 and location == f"{path}change/":
        return what_happens(browser, location, "get")  # the admin's shortcut to a row, that may not exist
    if answer.status_code == 302 and path.startswith("/gestion/") and location == "/gestion/":
        return NOT_THERE  # the admin's words for a row that is not found
    return {404: NOT_THERE, 403: NOT_THERE, 405: NOT_ALLOWED}.get(answer.status_code, ANSWERED)


def outcomes(browser: Browser, some: list[Route], owner: Client) -> dict[str, set[str]]:
    """What became of each route, by GET and by POST."""
    return {
        route.name: {what_happens(browser, address(route, owner), method) for method in ("get", "post")}
        for route in some
    }


def agent_of(establishment: Establishment) -> Browser:
    email = f"agent-{establishment.slug}@example.fr"
    create_staff(email=email, establishments=[establishment], password=AGENT_PASSWORD, by="system")
    browser = CommittingBrowser()
    answer = browser.post(LOGIN, agent_facts(User.objects.get(username=email)))
    assert answer.status_code == 302
    return browser


def nobody(owner: Client) -> Browser:
    return CommittingBrowser()


def password_only(owner: Client) -> Browser:
    browser = CommittingBrowser()
    assert type_password(browser, owner).status_code == 302
    return browser


def client_elsewhere(owner: Client) -> Browser:
    return log_in(CommittingBrowser(), Client.objects.exclude(establishment=owner.establishment).get())


def agent_here(owner: Client) -> Browser:
    return agent_of(owner.establishment)


@pytest.mark.parametrize("who", [nobody, password_only, client_elsewhere, agent_here], ids=lambda who: who.__name__)
def test_the_area_is_closed(everything: Client, who: Callable[[Client], Browser]) -> None:
    found = outcomes(who(everything), AREA, everything)
    assert {name: what for name, what in found.items() if what != {LED_AWAY}} == {}


def test_the_owner_is_never_sent_away(everything: Client) -> None:
    browser = log_in(CommittingBrowser(), everything)
    for route in AREA:
        if route.name == "accounts:logout":
            continue
        forget_limits()
        found = {what_happens(browser, address(route, everything), method) for method in ("get", "post")}
        allowed = {ANSWERED, NOT_ALLOWED} | ({NOT_THERE} if route.name in OF_NOTHING else set())
        assert found <= allowed, (route.name, found)


def test_what_belongs_to_another_client_does_not_exist(everything: Client) -> None:
    neighbour = a_client(everything.establishment)
    browser = log_in(CommittingBrowser(), neighbour)
    owned = [route for route in AREA if OF_A_CLIENT & set(route.parameters)]
    assert owned
    found = outcomes(browser, owned, everything)
    assert {name: what for name, what in found.items() if not what <= {NOT_THERE, NOT_ALLOWED}} == {}


@pytest.mark.parametrize("who", [nobody, password_only, client_elsewhere], ids=lambda who: who.__name__)
def test_the_agents_pages_are_closed(everything: Client, who: Callable[[Client], Browser]) -> None:
    found = outcomes(who(everything), STAFF, everything)
    assert {name: what for name, what in found.items() if what != {LED_AWAY}} == {}


def test_a_client_inside_opens_no_agents_page(everything: Client) -> None:
    found = outcomes(log_in(CommittingBrowser(), everything), STAFF, everything)
    assert {name: what for name, what in found.items() if what != {LED_AWAY}} == {}


def test_an_agent_opens_the_own_establishment(everything: Client) -> None:
    browser = agent_here(everything)
    pages = [route for route in STAFF if route.name.endswith(("_changelist", "_change"))]
    assert {what_happens(browser, address(route, everything), "get") for route in pages} == {ANSWERED}


def test_another_establishments_agent_finds_nothing(everything: Client, paris: Establishment) -> None:
    browser = agent_of(paris)
    rows = [route for route in STAFF if {"object_id", "pk"} & set(route.parameters)]
    assert len(rows) > 50
    found = outcomes(browser, rows, everything)
    assert {name: what for name, what in found.items() if not what <= {NOT_THERE, NOT_ALLOWED}} == {}


def test_whatever_is_typed_anywhere_no_page_breaks(everything: Client) -> None:
    """Every field of every form at once, at every address of the area and of the agents."""
    fields = sorted({field for kind in all_forms().values() for field in kind.base_fields})
    inside = [route for route in AREA if route.name != "accounts:logout"]
    for browser, some in ((log_in(CommittingBrowser(), everything), inside), (agent_here(everything), STAFF)):
        for route in some:
            for typed in ("\x00", "\u202e<b>'", "9" * 5000):
                forget_limits()
                answer = browser.post(address(route, everything), dict.fromkeys(fields, typed))
                assert answer.status_code < 500, (route.name, typed)
