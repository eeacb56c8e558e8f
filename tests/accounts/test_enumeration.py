"""No public form tells who is a client: a known and an unknown identifier get the same answer, to the byte."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from doors import comparable, count_hashes, door, forget_limits
from people import a_client, a_contract

from accounts.models import Client, Session
from establishments.models import Establishment
from messaging import outbox
from messaging.models import Message

UNKNOWN = "9999999999"
OLDER_HASH = "pbkdf2_sha256$1000000$c2FsdHNhbHQ$" + "A" * 43 + "="


def wrong_login(browser: Browser, client: Client, identifier: str) -> Any:
    return browser.post(door("login", client), {"identifier": identifier, "password": "le-chien-dort-au-soleil"})


def password_request(browser: Browser, client: Client, identifier: str) -> Any:
    return browser.post(door("request_password", client), {"identifier": identifier})


@pytest.mark.parametrize("send", [wrong_login, password_request])
@pytest.mark.parametrize("kind", ["plain", "closed", "without e-mail", "without mobile", "without password"])
def test_known_or_not_the_answer_is_the_same(browser: Browser, nantes: Establishment, send: Any, kind: str) -> None:
    client = a_client(nantes, mobile=kind != "without mobile", **({"email": ""} if kind == "without e-mail" else {}))
    client.user.is_active = kind != "closed"
    client.user.password = "" if kind == "without password" else client.user.password
    client.user.save()
    identifier = str(client.user.identifier)
    known = send(type(browser)(), client, identifier)
    unknown = send(type(browser)(), client, UNKNOWN)
    assert comparable(known, identifier) == comparable(unknown, UNKNOWN)
    assert len(known.content) == len(unknown.content)
    assert set(known.cookies) == set(unknown.cookies)
    assert not Session.objects.exists(), "no trace that would tell them apart"


def test_recovery_answers_the_same_whatever_matches(browser: Browser, nantes: Establishment) -> None:
    client = a_client(nantes, client_number="C-9", birth_date=date(1961, 3, 7))
    a_contract(client, number="V-9")
    facts = {"client_number": "C-9", "birth_date_day": "7", "birth_date_month": "3", "birth_date_year": "1961"}
    address = door("recover_identifier", client)
    known = type(browser)().post(address, {**facts, "contract_number": "V-9"})
    unknown = type(browser)().post(address, {**facts, "contract_number": "V-8"})
    assert Message.objects.exclude(recipient="").count() == 1, "one of them did match"
    assert comparable(known) == comparable(unknown)
    assert len(known.content) == len(unknown.content)
    assert set(known.cookies) == set(unknown.cookies)


def recovery(browser: Browser, client: Client, number: str) -> Any:
    facts = {"client_number": number, "birth_date_day": "31", "birth_date_month": "5", "birth_date_year": "1950"}
    return browser.post(door("recover_identifier", client), {**facts, "contract_number": "V-9"})


@pytest.mark.usefixtures("real_hashing")
@pytest.mark.parametrize("send", [wrong_login, password_request, recovery])
@pytest.mark.parametrize("kind", ["plain", "closed", "without e-mail", "without password", "older hash"])
def test_known_or_not_the_work_is_the_same(
    browser: Browser, nantes: Establishment, monkeypatch: pytest.MonkeyPatch, send: Any, kind: str
) -> None:
    """As many queries and as many hashes. The worker delivers what is queued: not the business of the page."""
    monkeypatch.setattr(outbox, "wake", lambda message_id, *, at_once: None)
    hashes = count_hashes(monkeypatch)
    client = a_client(nantes, client_number="C-9")
    client.email = "" if kind == "without e-mail" else client.email
    client.save()
    a_contract(client, number="V-9")
    client.user.is_active = kind != "closed"
    client.user.password = {"without password": "", "older hash": OLDER_HASH}.get(kind, client.user.password)
    client.user.save()
    work = []
    for name in ("C-9" if send is recovery else str(client.user.identifier), UNKNOWN):
        forget_limits()
        hashes.clear()
        with CaptureQueriesContext(connection) as queries:
            send(type(browser)(), client, name)
        work.append((len(queries), len(hashes)))
    assert work[0] == work[1]
