"""Tables that only grow: triggers refuse UPDATE and DELETE, on SQLite and on PostgreSQL."""

from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

TRIGGER_END: Final = "_only_grows"  # after the table's name, on PostgreSQL


def refuse_changes(table: str) -> RunPython:
    """A migration operation that makes `table` append-only."""

    def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in creation(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in removal(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    return RunPython(install, remove)


def refuse_changes_again(table: str) -> RunPython:
    """First and last operation of a migration that alters such a table: SQLite rebuilds it, without its triggers."""

    def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for statement in creation(table, "sqlite"):
                schema_editor.execute(statement.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS"))

    return RunPython(install, install)


def creation(table: str, vendor: str) -> list[str]:
    """The statements that protect the table."""
    if vendor == "postgresql":
        function = (
            f"CREATE FUNCTION {table}{TRIGGER_END}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        trigger = (
            f"CREATE TRIGGER {table}{TRIGGER_END} BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}{TRIGGER_END}()"
        )
        return [function, trigger]
    refusal = f"SELECT RAISE(ABORT, '{table} is append-only')"
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN {refusal}; END"
        for verb in ("UPDATE", "DELETE")
    ]


def removal(table: str, vendor: str) -> list[str]:
    """The statements that lift the protection: for migrations backwards and for the flush between tests."""
    if vendor == "postgresql":
        return [f"DROP TRIGGER {table}{TRIGGER_END} ON {table}", f"DROP FUNCTION {table}{TRIGGER_END}()"]
    return [f"DROP TRIGGER {table}_no_{verb}" for verb in ("UPDATE", "DELETE")]
