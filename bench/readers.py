"""Who reads the portfolio: a client's pages, the night's reminders, an agent's lists and searches."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils import timezone
from people import AGENT_PASSWORD
from plans_at_scale import Subject

from accounts.actions.staff import create_staff
from accounts.models import Client, User
from contracts.actions import remind
from contracts.models import Contract
from establishments.models import Establishment
from establishments.sealed_search import seal
from establishments.staff_admin import StaffAdmin

AGENT = "agent@example.fr"


def subjects(session: str, number: str) -> Iterator[Subject]:
    browser = Browser(headers={"host": "127.0.0.1", "x-forwarded-proto": "https"})
    browser.cookies[settings.SESSION_COOKIE_NAME] = session
    for name, path in {
        "contrats (20)": "/nantes/contrats/",
        "contrats, recherche": "/nantes/contrats/?q=bague",
        "contrat": f"/nantes/contrats/{number}/",
        "accueil": "/nantes/espace/",
        "mot de passe": "/nantes/mot-de-passe/",  # it reads no contract: its ratio is the machine's mood
    }.items():
        yield Subject(name, partial(page, browser, path))
    yield Subject("rappels à écrire", reminders, is_page=False)
    yield from agents_subjects()


def page(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 200


def reminders() -> int:
    """What `send_reminders` looks for first."""
    return sum(len(waiting.values_list("pk", "client_id")) for _, _, waiting in remind._waiting(timezone.localdate()))


def agents_subjects() -> Iterator[Subject]:
    """Lists, and searches for what stands in the crowd at any size."""
    someone = Client.objects.filter(establishment__slug="nantes", client_number__startswith="C0").order_by("pk")[3]
    contract = someone.contracts.order_by("pk")[0]
    name, identifier = someone.last_name, str(someone.user.identifier)
    searches: dict[type[Model], dict[str, str]] = {
        Client: {"numéro": someone.client_number, "identifiant": identifier, "nom": name},
        Contract: {"numéro": contract.number, "nom": name},
    }
    searches[Client]["prénom et nom"] = f"{someone.first_name} {name}"
    for model, words in searches.items():
        ours = admin.site._registry[model]
        assert isinstance(ours, StaffAdmin)
        plain = plain_admin(model, ours)
        for kind, word in {"liste": "", **words}.items():
            yield Subject(
                f"agents, {model._meta.verbose_name}s : {kind}",
                partial(look, ours, word),
                plainly=partial(look, plain, word),
            )


def plain_admin(model: type[Model], ours: StaffAdmin) -> Any:
    """The same columns as Django does them by itself: exact counts, « contains » across tables, the model's order."""
    plain: Any = admin.ModelAdmin(model, admin.site)
    plain.list_display = [name for name in ours.list_display if hasattr(model, str(name))]
    plain.list_select_related = ours.list_select_related
    plain.search_fields = [field.removeprefix("^") for field in ours.search_fields]
    plain.list_per_page = ours.list_per_page
    return plain


def look(site: Any, word: str) -> int:
    """What a list page of /gestion/ reads; how many rows it shows."""
    user = agent()
    words = seal(word, agent_pk=user.pk) if word and isinstance(site, StaffAdmin) else word
    request: Any = RequestFactory().get("/", {"q": words} if words else {})
    request.user = user
    return len(site.get_changelist_instance(request).result_list)


def agent() -> User:
    known = User.objects.filter(username=AGENT).first()
    if known is None:
        mine = list(Establishment.objects.filter(slug="nantes"))
        known = create_staff(email=AGENT, establishments=mine, password=AGENT_PASSWORD, by="system").user
    setattr(known, "is_verified", lambda: True)  # noqa: B010 - django-otp's middleware does so
    return known
