"""Makes the tables and the clients with their 20 contracts; prints their session keys and each page's queries, as JSON.

python -m bare.fill CLIENTS PATH…
"""

import json
import os
import sys
from datetime import date, timedelta
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bare.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402 - settings come first
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bare.models import Contract  # noqa: E402

CONTRACTS = 20


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)  # `bare` has no migrations, and names the users
    sessions = [session_of(a_client(n)) for n in range(int(sys.argv[1]))]
    queries = {path: queries_of(path, sessions[0]) for path in sys.argv[2:]}
    print(json.dumps({"sessions": sessions, "queries": queries}))  # noqa: T201 - for bench/pages


def a_client(n: int) -> User:
    user = User.objects.create(username=f"client{n}", first_name="Camille", last_name="Martin")
    statuses = Contract.Status.values
    Contract.objects.bulk_create(
        Contract(
            owner=user,
            number=f"V{n:04d}{rank:03d}",
            title="Bague or 18 carats, saphir",
            status=statuses[rank % len(statuses)],
            principal=Decimal(1000 + rank),
            amount_due=Decimal("59.20") + rank,
            due_on=date(2026, 12, 2) + timedelta(days=rank),
        )
        for rank in range(CONTRACTS)
    )
    return user


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def queries_of(path: str, session_key: str) -> int:
    browser = Browser(headers={"host": "127.0.0.1"})
    if "connexion" not in path:
        browser.cookies["sessionid"] = session_key
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200
    return len(queries)


if __name__ == "__main__":
    main()
