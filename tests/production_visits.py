"""Visits to a production, told on stdout. One for each who makes an answer: view, Django, middleware, WhiteNoise."""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from browsers import CommittingBrowser, last_sms_code
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.utils import timezone
from django.utils.http import http_date
from people import PASSWORD, a_client, an_establishment

from accounts.models import Session
from establishments.models import Establishment

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
ELSEWHERE = "ailleurs.example.fr"


def tell() -> None:
    """An answer: `status`, `headers` (lower-case names), `cookies` (as sent), `body`."""
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}  # tables without their history
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    nantes = an_establishment(logo_svg=LOGO)
    visits = (*_as_a_stranger(), *_for_files(), *_as_a_client(nantes))
    sys.stdout.write(json.dumps({name: _told(answer) for name, answer in visits}))


def _as_a_stranger() -> Iterator[tuple[str, Any]]:
    browser = _browser()
    yield "page", browser.get("/nantes/connexion/", secure=True)
    yield "http", browser.get("/nantes/connexion/")
    yield "health", browser.get("/sante/")
    yield "led to the login", browser.get("/nantes/espace/", secure=True)
    yield "another charset", browser.get("/", CONTENT_TYPE="text/plain; charset=utf-7", secure=True)
    yield "another host by https", browser.get("/", SERVER_NAME=ELSEWHERE, secure=True)
    yield "another host by http", browser.get("/", SERVER_NAME=ELSEWHERE)
    yield "no token", _browser(enforce_csrf_checks=True).post("/nantes/connexion/", secure=True)
    yield "not there", browser.get("/static/rien.css", secure=True)
    yield "not by this method", browser.post("/nantes/", secure=True)
    yield "too large", browser.post("/nantes/connexion/", {"password": "x" * 2**21}, secure=True)
    yield "a fault", browser.get("/panne/", secure=True)
    yield "bank", browser.post("/paiements/notification/nantes/", "x", content_type="text/plain", secure=True)
    yield "twilio", browser.post("/messages/sms/statut/", secure=True)


def _for_files() -> Iterator[tuple[str, Any]]:
    browser = _browser()
    style, icon = staticfiles_storage.url("pretgage.css"), staticfiles_storage.url("favicon.svg")
    tomorrow = http_date((timezone.now() + timedelta(days=1)).timestamp())
    yield "style", browser.get(style, secure=True)
    yield "style by http", browser.get(style)
    yield "style known", browser.get(style, HTTP_IF_MODIFIED_SINCE=tomorrow, secure=True)
    yield "style by post", browser.post(style, secure=True)
    yield "icon", browser.get(icon, secure=True)
    yield "logo", browser.get("/nantes/logo.svg", secure=True)


def _as_a_client(nantes: Establishment) -> Iterator[tuple[str, Any]]:
    client, browser = a_client(nantes), _browser()
    facts = {"identifier": client.user.identifier, "password": PASSWORD}
    yield "password", browser.post("/nantes/connexion/", facts, secure=True)
    code = {"code": last_sms_code(client.phone)}
    yield "code", browser.post("/nantes/connexion/code/", code, secure=True)
    yield "inside", browser.get("/nantes/espace/", secure=True)
    Session.objects.filter(user=client.user).update(last_used_at=timezone.now() - timedelta(hours=1))
    yield "away", browser.get("/nantes/espace/", secure=True)


def _browser(**facts: Any) -> CommittingBrowser:
    return CommittingBrowser(raise_request_exception=False, SERVER_NAME="espace.example.fr", **facts)


def _told(answer: Any) -> dict[str, Any]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return {
        "status": answer.status_code,
        "headers": {name.lower(): value for name, value in answer.headers.items()},
        "cookies": [cookie.OutputString() for cookie in answer.cookies.values()],
        "body": body.decode(),
    }
