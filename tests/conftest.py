"""What every test may use: a cast of people, browsers that log in, commits that really happen."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import serving_role
from browsers import CommittingBrowser, log_in
from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from log_lines import LogLines, written_lines
from people import AGENT_PASSWORD, a_client, an_establishment
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.actions.staff import create_staff
from accounts.models import Client, User
from contracts import kept_tariffs
from establishments.models import Establishment
from journal.append_only import creation, removal
from pretgage import celery_app

APPEND_ONLY = (
    "journal_event",
    "payments_gatewaymessage",
    "payments_credit",
    "payments_exportbatch",
    "payments_exportedline",
    "payments_paymentline",
)


def pytest_configure() -> None:
    # With REDIS_URL too: that Google is silent in one process of the tests is not told to the other.
    settings.CACHES["default"]["KEY_PREFIX"] = os.environ.get("PYTEST_XDIST_WORKER", "")
    # Else each browser of each test lists all static files when it is made: a twelfth of all the time.
    settings.WHITENOISE_AUTOREFRESH = True


def pytest_collection_finish() -> None:
    """Thousands of tests and all of Django stay until the end: the collector need not walk through them each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def static_root() -> None:
    """WhiteNoise warns of a missing folder, and warnings are errors."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def own_photos(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Pictures of objects never land among those of the demonstration."""
    settings.PHOTOS_DIR = str(tmp_path_factory.getbasetemp() / "kept-photos")


@pytest.fixture(autouse=True, scope="session")
def tasks_in_process() -> None:
    """With REDIS_URL too: a test sees what a task did, and leaves none to a worker of another database."""
    celery_app.conf.task_always_eager = True


@pytest.fixture(autouse=True)
def fast_hashing(settings: Any, request: pytest.FixtureRequest) -> None:
    """Argon2 is slow on purpose; the tests that are about it ask for `real_hashing`."""
    if "real_hashing" not in request.fixturenames:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def _serving_role(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        serving_role.prepare(serving_role.ROLE)


@pytest.fixture(autouse=True)
def as_serving_role(request: pytest.FixtureRequest) -> Iterator[None]:
    """With SERVING_ROLE, as `tests/serving_role.py` says; otherwise nothing."""
    uses = set(request.fixturenames) & {"committed", "db", "transactional_db"}
    if not serving_role.ROLE or not (uses or request.node.get_closest_marker("django_db")):
        yield
        return
    request.getfixturevalue("_serving_role")
    request.getfixturevalue("committed" if "committed" in uses else "_django_db_helper")
    serving_role.become(serving_role.ROLE)
    yield
    serving_role.become_owner()


@pytest.fixture
def real_hashing() -> None:
    """The hasher of production."""


@pytest.fixture
def log() -> Iterator[LogLines]:
    """What production would write on stderr meanwhile."""
    with written_lines() as lines:
        yield lines


@pytest.fixture
def nantes(db: None) -> Establishment:
    return an_establishment("nantes", city="Nantes")


@pytest.fixture
def paris(db: None) -> Establishment:
    return an_establishment("paris", city="Paris")


@pytest.fixture
def helene(nantes: Establishment) -> Client:
    """A client of Nantes: mobile, e-mail, password."""
    return a_client(nantes, identifier="5501234567", first_name="Hélène", last_name="Lefèvre")


@pytest.fixture
def ousmane(nantes: Establishment) -> Client:
    """Another client of Nantes."""
    return a_client(nantes, identifier="5507654321", first_name="Ousmane", last_name="N’Diaye")


@pytest.fixture
def anh(paris: Establishment) -> Client:
    """A client of Paris."""
    return a_client(paris, identifier="7501234567", first_name="Ngọc Ánh", last_name="Nguyễn")


@pytest.fixture
def browser() -> CommittingBrowser:
    return CommittingBrowser()


@pytest.fixture
def helene_browser(helene: Client) -> Browser:
    return log_in(CommittingBrowser(), helene)


@pytest.fixture
def ousmane_browser(ousmane: Client) -> Browser:
    return log_in(CommittingBrowser(), ousmane)


@pytest.fixture
def agent(nantes: Establishment) -> User:
    """An agent of Nantes only."""
    device = create_staff(email="agent@example.fr", establishments=[nantes], password=AGENT_PASSWORD, by="system")
    return device.user


@pytest.fixture
def _append_only_again(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """After the flush that ends a transactional test, the append-only tables are protected again."""
    yield
    with django_db_blocker.unblock():
        _execute(creation)
        # While a browser's loop runs, Django may take this for another context and leave the connection open for ever.
        connection.close()


@pytest.fixture
def committed(_append_only_again: None, transactional_db: None) -> Iterator[None]:
    """Real commits, for races and commands. The flush at the end deletes rows, so the triggers are lifted.

    Those of the tariffs come back by themselves, after the flush as after every `migrate`.
    """
    yield
    _execute(removal)
    with connection.cursor() as cursor:
        for statement in kept_tariffs.removal(connection.vendor):
            cursor.execute(statement)


@pytest.fixture
def site(committed: None) -> Iterator[str]:
    """The portal in a thread, for a real browser."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


def _execute(statements_of: Callable[[str, str], list[str]]) -> None:
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            for statement in statements_of(table, connection.vendor):
                cursor.execute(statement)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    if os.environ.get("BROWSER") == "none":
        pytest.skip("BROWSER=none")
    if shutil.which("chromium") is None:
        if os.environ.get("BROWSER") == "required":
            pytest.fail("Chromium is required and not installed")
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=15_000)  # two cores, and a portal with its worker beside the tests
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # its loop runs in this thread until the session ends
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield browser
        browser.close()
