"""The database refuses to change or to delete a tariff that a contract was signed under.

Triggers on the tariffs, looked at when a tariff changes: putting a contract in costs nothing more. They are put after
every `migrate` instead of by one migration, because SQLite cannot rebuild the contracts' table (what a later migration
may do) while a trigger of another table names it: there they are lifted first.
"""

from typing import Any, Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL: Final = "contracts were signed under this tariff: it never changes"
TERMS: Final = ("id", "establishment_id", "code", "valid_from", "rules")
ON_DELETE: Final = "contracts_tariff_in_use_delete"
ON_UPDATE: Final = "contracts_tariff_in_use_update"
TRIGGERS: Final = {ON_DELETE, ON_UPDATE}
IS_USED: Final = "EXISTS (SELECT 1 FROM contracts_contract WHERE tariff_id = OLD.id)"


def lift_to_migrate(using: str, **signal: Any) -> None:
    """`pre_migrate`."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        _execute(connection, removal(connection.vendor))


def put_after_migrating(using: str, **signal: Any) -> None:
    """`post_migrate`: Django sends it after a flush, too."""
    connection = connections[using]
    if {"contracts_tariff", "contracts_contract"} <= set(connection.introspection.table_names()):
        is_put = _triggers(connection) == TRIGGERS
        _execute(connection, [] if is_put else [*removal(connection.vendor), *creation(connection.vendor)])


def creation(vendor: str) -> list[str]:
    is_changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in TERMS)
    if vendor == "postgresql":
        # With the whole row locked, who signs under this tariff waits: nobody comes between this look and the commit.
        function = (
            "CREATE OR REPLACE FUNCTION contracts_tariff_in_use() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "PERFORM 1 FROM contracts_tariff WHERE id = OLD.id FOR UPDATE; "
            f"IF {IS_USED} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            "RETURN COALESCE(NEW, OLD); END $$"
        )
        then = "FOR EACH ROW {} EXECUTE FUNCTION contracts_tariff_in_use()"
        return [
            function,
            f"CREATE TRIGGER {ON_DELETE} BEFORE DELETE ON contracts_tariff {then.format('')}",
            f"CREATE TRIGGER {ON_UPDATE} BEFORE UPDATE ON contracts_tariff {then.format(f'WHEN ({is_changed})')}",
        ]
    is_changed = is_changed.replace("IS DISTINCT FROM", "IS NOT")  # SQLite learnt the standard's words in 3.39
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return [
        f"CREATE TRIGGER {ON_DELETE} BEFORE DELETE ON contracts_tariff WHEN {IS_USED} {refuse}",
        f"CREATE TRIGGER {ON_UPDATE} BEFORE UPDATE ON contracts_tariff WHEN ({is_changed}) AND {IS_USED} {refuse}",
    ]


def removal(vendor: str) -> list[str]:
    where = " ON contracts_tariff" if vendor == "postgresql" else ""
    return [f"DROP TRIGGER IF EXISTS {name}{where}" for name in sorted(TRIGGERS)]


def _triggers(connection: BaseDatabaseWrapper) -> set[str]:
    source = "pg_trigger" if connection.vendor == "postgresql" else "sqlite_master"
    column = "tgname" if connection.vendor == "postgresql" else "name"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {source} WHERE {column} IN (%s, %s)", sorted(TRIGGERS))  # noqa: S608 - our words
        return {name for (name,) in cursor.fetchall()}


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
