"""What load balancers and ops rely on: `/sante/` and `/sante/pret/`."""

from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from accounts.models import Session

WELL = {"status": "ok", "database": "ok", "cache": "ok", "migrations": "ok"}


@pytest.mark.django_db
def test_alive_asks_nothing_of_the_database(client: Browser, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/sante/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_names_its_three_checks(client: Browser) -> None:
    answer = client.get("/sante/pret/")
    assert (answer.status_code, answer.json()) == (200, WELL)


def refuse(*_: object, **__: object) -> None:
    raise OperationalError("the server closed the connection")


@pytest.mark.django_db
def test_a_cache_that_fails_is_named_and_its_reason_is_for_the_log(
    client: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with patch.object(cache, "set", side_effect=ConnectionError("redis://secret@cache refused")):
        answer = client.get("/sante/pret/")
    assert (answer.status_code, answer.json()) == (503, {**WELL, "status": "failed", "cache": "failed"})
    assert "secret" not in answer.content.decode()
    assert "not ready: cache" in caplog.text
    assert "refused" in caplog.text


@pytest.mark.django_db
def test_a_cache_that_forgets_is_not_ready(client: Browser) -> None:
    with patch.object(cache, "get", return_value=None):
        assert client.get("/sante/pret/").json()["cache"] == "failed"


@pytest.mark.django_db
def test_a_database_that_fails_is_named(client: Browser) -> None:
    with patch.object(connection, "cursor", refuse):
        answer = client.get("/sante/pret/")
    assert answer.status_code == 503
    assert answer.json()["database"] == "failed"
    assert answer.json()["cache"] == "ok"


@pytest.mark.django_db
def test_a_migration_that_waits_is_named(client: Browser) -> None:
    with patch.object(MigrationExecutor, "migration_plan", return_value=[("contracts", "0002")]):
        answer = client.get("/sante/pret/")
    assert (answer.status_code, answer.json()) == (503, {**WELL, "status": "failed", "migrations": "failed"})


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sante/", "/sante/pret/"])
def test_open_to_all_kept_by_none_and_changed_by_none(client: Browser, path: str) -> None:
    answer = client.get(path)
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    assert not Session.objects.exists()
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405
