"""What the role of the database that serves may do: less than the one that owns the tables. PostgreSQL only.

Which tables only grow is read from the database, where `journal.append_only` has put their triggers.
"""

from typing import Final

from django.db import connection
from psycopg import sql

from journal.append_only import TRIGGER_END

# Written by `migrate` alone, which the owner runs.
OF_MIGRATIONS: Final = frozenset({"django_migrations", "django_content_type", "auth_permission"})

READ: Final = ("SELECT",)
GROW: Final = ("SELECT", "INSERT")
FADE: Final = ("SELECT", "INSERT", "DELETE")  # of what is over: the trigger looks at the row's `kept_until`
WRITE: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")


class UnsafeRoleError(Exception):
    """This role would serve with more than it is given; `str()` is a French sentence."""


def rights() -> dict[str, tuple[str, ...]]:
    """Table → what the service does to it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = sorted(name for (name,) in cursor.fetchall())
        cursor.execute(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname = relname || %s",
            [TRIGGER_END],
        )
        growing = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT table_name FROM information_schema.columns WHERE column_name = 'kept_until'")
        fading = growing & {name for (name,) in cursor.fetchall()}
    given = {table: GROW if table in growing else WRITE for table in tables}
    return given | dict.fromkeys(fading, FADE) | dict.fromkeys(OF_MIGRATIONS.intersection(tables), READ)


def grant(role: str) -> dict[str, tuple[str, ...]]:
    """Inside a transaction: what it had before is taken back first. Errors: UnsafeRoleError."""
    _require_apart(role)
    given = rights()
    named = sql.Identifier(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_database()")
        schema, database = map(sql.Identifier, cursor.fetchone())
        for statement in (
            # PUBLIC may create here until PostgreSQL 14; whoever does not own the schema is told below.
            "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
            "REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role}",
            "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role}",
            "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}",
            "GRANT USAGE ON SCHEMA {schema} TO {role}",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        ):
            cursor.execute(sql.SQL(statement).format(schema=schema, database=database, role=named))
        for table, verbs in given.items():
            words = sql.SQL(", ").join(map(sql.SQL, verbs))
            cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(words, sql.Identifier(table), named))
    _require_no_more(role, given)
    return given


def _require_apart(role: str) -> None:
    """Whoever owns a table, or may become its owner, needs no grant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
        found = cursor.fetchone()
        if found is None:
            raise UnsafeRoleError(f"Ce rôle n’existe pas\u00a0: {role}. Créez-le d’abord (CREATE ROLE … LOGIN).")
        cursor.execute("SELECT pg_has_role(%s, current_user, 'MEMBER')", [role])
        if found[0] or cursor.fetchone() == (True,):
            raise UnsafeRoleError(f"{role} peut tout (propriétaire ou superutilisateur)\u00a0: il en faut un autre.")


def _require_no_more(role: str, given: dict[str, tuple[str, ...]]) -> None:
    """By way of PUBLIC or of another role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege(%s, current_schema(), 'CREATE')", [role])
        if cursor.fetchone() == (True,):
            raise UnsafeRoleError(f"{role} peut encore créer des tables\u00a0: retirez ce droit (CREATE) du schéma.")
        for table, verbs in given.items():
            for verb in {*WRITE, "TRUNCATE", "TRIGGER"}.difference(verbs):
                cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [role, f'"{table}"', verb])
                if cursor.fetchone() == (True,):
                    raise UnsafeRoleError(f"{role} tient d’ailleurs le droit {verb} sur {table}\u00a0: retirez-le.")
