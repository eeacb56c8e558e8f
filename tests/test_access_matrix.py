"""Every address × everybody who may try it, made from the URLconf: a new route is in it by itself.

Each route is opened with what belongs to one client of Nantes, by seven kinds of people. Its owner may be refused for
the state of things (a code that nobody asked for), never sent away; everybody else is led to a login or told that it
does not exist. A public door answers everybody, and what it shows names nobody.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser, log_in
from django.apps import apps
from django.db.models import Model
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from doors import forget_limits, type_password
from filled_forms import all_forms
from people import AGENT_PASSWORD, a_client
from test_admin import fill, row_of

from accounts.actions.staff import create_staff
from accounts.models import Client, Document, Session, User
from accounts.sessions import reference_of
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
AREA = [route for route in ROUTES if route.pattern.startswith("/<slug:slug>/") and not route.is_public]
STAFF = [route for route in ROUTES if route.is_admin and not route.is_public]
PUBLIC = [route for route in ROUTES if route.is_public]
# Tried last: nobody is inside afterwards.
ENDS = {"accounts:logout", "admin:logout", "accounts:cancel_login"}
# Buttons of what these people do not have: an application, another factor; a session that another button has closed.
OF_NOTHING = {"accounts:close_session", "accounts:prefer_factor", "accounts:remove_factor"}
# The parameters that name nothing of anybody: the establishment, words of the site, a year, a place within a thing that
# stands before it in the address. Any other names a thing of one client.
OF_NOBODY = {"slug", "kind", "factor", "year", "rank", "sequence", "app_label", "url"}


@pytest.fixture
def everything(nantes: Establishment, paris: Establishment) -> Client:
    """One row of every model at Nantes and at Paris; the client of Nantes whose things they are."""
    fill(nantes)
    fill(paris)
    owner = Client.objects.get(establishment=nantes)
    attempt, entries = PaymentAttempt.objects.get(client=owner), Credit.objects.filter(line__attempt__client=owner)
    Receipt.objects.filter(attempt=attempt).delete()  # its content is empty: the owner reads a real one
    issue_receipt(attempt=attempt, entries=list(entries), now=timezone.now())
    log_in(CommittingBrowser(), owner)
    forget_limits()
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
    "reference": lambda route, owner: reference_of(
        Session.objects.filter(user=owner.user).earliest("started_at").session_key
    ),
    "factor": lambda route, owner: "app",
    "kind": lambda route, owner: "lost_ticket",
    "uid": lambda route, owner: urlsafe_base64_encode(force_bytes(owner.user_id)),
    "token": lambda route, owner: "a-b",  # a guess: who has the right one has been given it
    "app_label": lambda route, owner: "contracts",
    "url": lambda route, owner: "nowhere",
}


def what_happens(browser: Browser, path: str, method: str, hidden: Sequence[str] = ()) -> str:
    """`hidden`: what no byte of the answer may be."""
    answer = getattr(browser, method)(path)
    assert answer.status_code < 500, f"{method} {path}: {answer.status_code}"
    page = answer.getvalue().decode(errors="replace")
    assert [word for word in hidden if word in page] == [], f"{method} {path}"
    location = answer.headers.get("Location", "")
    if answer.status_code == 302 and re.match(r"/(gestion/login|[a-z]+/connexion)/", location):
        return LED_AWAY
    if answer.status_code == 302 and location == f"{path}change/":
        return what_happens(browser, location, "get", hidden)  # the admin's shortcut to a row, that may not exist
    if answer.status_code == 302 and path.startswith("/gestion/") and location == "/gestion/":
        return NOT_THERE  # the admin's words for a row that is not found
    return {404: NOT_THERE, 403: NOT_THERE, 405: NOT_ALLOWED}.get(answer.status_code, ANSWERED)


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


def the_owner(owner: Client) -> Browser:
    return log_in(CommittingBrowser(), owner)


def neighbour(owner: Client) -> Browser:
    return log_in(CommittingBrowser(), a_client(owner.establishment))


def client_elsewhere(owner: Client) -> Browser:
    return log_in(CommittingBrowser(), Client.objects.exclude(establishment=owner.establishment).get())


def agent_here(owner: Client) -> Browser:
    return agent_of(owner.establishment)


def agent_elsewhere(owner: Client) -> Browser:
    return agent_of(Establishment.objects.exclude(pk=owner.establishment_id).get())


Who = Callable[[Client], Browser]
EVERYBODY: list[Who] = [nobody, password_only, the_owner, neighbour, client_elsewhere, agent_here, agent_elsewhere]


def expected(who: Who, route: Route) -> set[str]:
    """What may become of this person's GET and POST."""
    names_a_thing = bool(set(route.parameters) - OF_NOBODY)
    if route.is_public:
        return {ANSWERED, NOT_ALLOWED, NOT_THERE, LED_AWAY}
    if route.is_admin and who is agent_elsewhere and names_a_thing:
        return {NOT_THERE, NOT_ALLOWED}
    if route.is_admin and who in {agent_here, agent_elsewhere}:
        return {ANSWERED, NOT_ALLOWED, NOT_THERE}
    if route.is_admin or who not in {the_owner, neighbour}:
        return {LED_AWAY}
    if who is neighbour and names_a_thing:
        return {NOT_THERE, NOT_ALLOWED}
    nothing = OF_NOTHING if who is the_owner else OF_NOTHING | {"payments:statement"}
    return {ANSWERED, NOT_ALLOWED} | ({NOT_THERE} if route.name in nothing else set())


def words_of(owner: Client) -> list[str]:
    """What tells of the owner, or of a thing of this client."""
    contract = owner.contracts.get()
    return [owner.last_name, owner.email, owner.phone, str(owner.user.identifier), contract.number,
            contract.pledges.get().description]  # fmt: skip


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: who.__name__)
def test_every_address(everything: Client, who: Who) -> None:
    addresses = {route: address(route, everything) for route in ROUTES}
    hidden, browser = words_of(everything), who(everything)
    for route in sorted(ROUTES, key=lambda route: (route.name in ENDS, route.is_public)):
        forget_limits()
        may_read = who in {the_owner, agent_here} and not route.is_public
        found = {
            what_happens(browser, addresses[route], method, () if may_read else hidden) for method in ("get", "post")
        }
        assert found <= expected(who, route) | ({LED_AWAY, NOT_THERE} if route.name in ENDS else set()), route.name


def test_every_address_is_somebodys() -> None:
    assert set(ROUTES) == {*AREA, *STAFF, *PUBLIC}
    assert len([route for route in AREA if set(route.parameters) - OF_NOBODY]) > 15
    assert len([route for route in STAFF if route.parameters]) > 50


def test_an_agent_opens_the_own_establishment(everything: Client) -> None:
    browser = agent_here(everything)
    pages = [route for route in STAFF if route.name.endswith(("_changelist", "_change"))]
    assert {what_happens(browser, address(route, everything), "get") for route in pages} == {ANSWERED}


def test_whatever_is_typed_anywhere_no_page_breaks(everything: Client) -> None:
    """Every field of every form at once, at every address of the area and of the agents."""
    fields = sorted({field for kind in all_forms().values() for field in kind.base_fields})
    addresses = {route: address(route, everything) for route in ROUTES}
    for browser, some in ((the_owner(everything), AREA), (agent_here(everything), STAFF)):
        for route in sorted(some, key=lambda route: route.name in ENDS):
            for typed in ("\x00", "\u202e<b>'", "9" * 5000):
                forget_limits()
                answer = browser.post(addresses[route], dict.fromkeys(fields, typed))
                assert answer.status_code < 500, (route.name, typed)
