"""Over plain http people are led to https; a machine is refused, so that somebody notices."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import URLResolver, get_resolver
from log_lines import LogLines

from accounts.models import Client
from payments.models import GatewayMessage
from web.machine_doors import is_machine_door

BANK, TWILIO = "/paiements/notification/nantes/", "/messages/sms/statut/"
CALENDAR = "/nantes/calendrier/abc.ics"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _https(settings: Any) -> None:
    """As production sets it."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^sante/"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("door", [BANK, TWILIO, CALENDAR])
def test_a_machine_is_refused_and_nothing_is_done(helene: Client, log: LogLines, door: str, method: str) -> None:
    answer = getattr(Browser(), method)(door, {"vads_order_id": "PG1"})
    assert (answer.status_code, answer.content.decode()) == (403, "Cette adresse se demande en https.")
    assert "Location" not in answer.headers
    assert not GatewayMessage.objects.exists()
    (line,) = log.of("django.request")
    assert (line["path"], line["request"]) == (door.replace("abc.ics", "…"), answer.headers["X-Request-ID"])


def test_by_https_it_is_heard(helene: Client) -> None:
    answer = Browser().post(BANK, "vads_order_id=PGINCONNU", content_type=FORM, secure=True)
    assert (answer.status_code, GatewayMessage.objects.count()) == (404, 1)


@pytest.mark.parametrize(("said", "status"), [("http", 403), ("https", 404), (None, 403)])
def test_our_proxy_says_how_it_came(helene: Client, settings: Any, said: str | None, status: int) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    headers = {"X-Forwarded-Proto": said} if said else {}
    assert Browser(headers=headers).post(BANK, "vads_order_id=X", content_type=FORM).status_code == status


@pytest.mark.parametrize("page", ["/", "/nantes/connexion/", "/gestion/", "/nowhere/"])
def test_people_are_led_to_https(helene: Client, page: str) -> None:
    answer = Browser().get(page)
    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://testserver{page}")


def test_health_answers_as_it_is_asked() -> None:
    assert Browser().get("/sante/").status_code == 200


def test_every_door_without_a_forms_token_is_a_machines_but_the_banks_return() -> None:
    exempt = {route for route, view in _views(get_resolver()) if getattr(view, "csrf_exempt", False)}
    assert exempt == {
        "paiements/notification/<slug:establishment_slug>/",
        "paiements/retour/<uuid:pk>/",
        "messages/sms/statut/",
    }
    marked = {route for route, view in _views(get_resolver()) if getattr(view, "is_machine_door", False)}
    assert marked == exempt - {"paiements/retour/<uuid:pk>/"} | {"<slug:slug>/calendrier/<str:token>.ics"}
    assert not is_machine_door("/paiements/retour/00000000-0000-0000-0000-000000000000/")


def _views(resolver: URLResolver, before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        found += _views(pattern, route) if isinstance(pattern, URLResolver) else [(route, pattern.callback)]
    return found
