"""Fills the database that DATABASE_URL names, through the project's own models. Importing this sets Django up."""

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretgage.settings")

import django  # noqa: E402 - the settings come first

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_otp import DEVICE_ID_SESSION_KEY  # noqa: E402
from django_otp.models import Device  # noqa: E402
from people import a_client, a_contract, an_establishment  # noqa: E402

from accounts.models import Client, SMSDevice, User  # noqa: E402
from accounts.sessions import SessionStore  # noqa: E402

QueriesOf = Callable[[str, tuple[str, ...]], int]


def fill_pages(*, clients: int, rows: int) -> tuple[list[str], str, QueriesOf]:
    """(session keys, a contract of the first, how many queries a page asks)."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    nantes = an_establishment(website="https://example.fr")
    people = [a_client(nantes) for _ in range(clients)]
    for client in people:
        with_contracts(client, rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    sessions = [session_of(client.user, SMSDevice.objects.get(user=client.user)) for client in people]
    first = people[0].contracts.order_by("due_on")[rows // 2]
    connection.close()
    return sessions, first.number, queries_of


def with_contracts(client: Client, rows: int) -> None:
    """Due dates from two months ago to four months ahead: late, near and far."""
    for rank in range(rows):
        due_on = timezone.localdate() + timedelta(days=9 * rank - 60)
        a_contract(client, due_on=due_on, pledged_on=due_on - timedelta(days=184))


def session_of(user: User, device: Device) -> str:
    """As a login with both factors leaves it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.create()
    return str(session.session_key)


def queries_of(path: str, cookies: tuple[str, ...]) -> int:
    browser = Browser(headers={"host": "127.0.0.1", "x-forwarded-proto": "https"})
    if cookies:
        browser.cookies[settings.SESSION_COOKIE_NAME] = cookies[0].partition("=")[2]
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200
    return len(queries)
