"""The role of the database that serves, in tests: `SERVING_ROLE=name` runs every test on PostgreSQL as that role.

People, triggers and flushes of the tests are the owner's; what a test does in between is done with the rights that
`grant_service` gives. A connection that a test opens in a thread is the owner's again.
"""

import io
import os
from typing import Final

from django.core.management import call_command
from django.db import connection

ROLE: Final = os.environ.get("SERVING_ROLE", "")


def prepare(role: str) -> None:
    """A role of the whole server: several databases of tests may make it at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DO $$ BEGIN CREATE ROLE {role} LOGIN; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
    call_command("grant_service", role, stdout=io.StringIO())


def become(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")


def become_owner() -> None:
    """A transaction that failed is undone first: what follows it, a flush, undoes the role as well."""
    if not connection.needs_rollback and connection.connection is not None:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
