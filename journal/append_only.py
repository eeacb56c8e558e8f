"""Tables that only grow: triggers refuse UPDATE and DELETE, on SQLite and on PostgreSQL.

A table of `LETS_GO` loses the rows that its column `kept_until` says are over, and no other. The trigger itself looks,
at the database's clock: a lawful erasure lifts no protection, so the role that serves may do it, and that alone.
"""

from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

TRIGGER_END: Final = "_only_grows"  # after the table's name, on PostgreSQL
LETS_GO: Final = frozenset({"journal_event"})


def refuse_changes(table: str, *, lets_go: bool | None = None) -> RunPython:
    """A migration operation that makes `table` append-only. `lets_go`: see `creation`."""

    def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in creation(table, schema_editor.connection.vendor, lets_go=lets_go):
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


def lift_changes(table: str) -> RunPython:
    """A migration operation, before the table of `LETS_GO` has its column: `refuse_changes` follows."""

    def lift(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in removal(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def put_back(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in creation(table, schema_editor.connection.vendor, lets_go=False):
            schema_editor.execute(statement)

    return RunPython(lift, put_back)


def creation(table: str, vendor: str, *, lets_go: bool | None = None) -> list[str]:
    """The statements that protect the table. `lets_go`: what is over may be deleted; None: as `LETS_GO` says."""
    if lets_go is None:
        lets_go = table in LETS_GO
    if vendor == "postgresql":
        is_over = "TG_OP = 'DELETE' AND OLD.kept_until < statement_timestamp()"
        passes = f"IF {is_over} THEN RETURN OLD; END IF;" if lets_go else ""
        function = (
            f"CREATE FUNCTION {table}{TRIGGER_END}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {passes} "
            f"RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        trigger = (
            f"CREATE TRIGGER {table}{TRIGGER_END} BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}{TRIGGER_END}()"
        )
        return [function, trigger]
    refusal = f"SELECT RAISE(ABORT, '{table} is append-only')"
    young = "WHEN OLD.kept_until >= strftime('%Y-%m-%d %H:%M:%f', 'now')" if lets_go else ""
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} {when} BEGIN {refusal}; END"
        for verb, when in (("UPDATE", ""), ("DELETE", young))
    ]


def removal(table: str, vendor: str) -> list[str]:
    """The statements that lift the protection: for migrations backwards and for the flush between tests."""
    if vendor == "postgresql":
        return [f"DROP TRIGGER {table}{TRIGGER_END} ON {table}", f"DROP FUNCTION {table}{TRIGGER_END}()"]
    return [f"DROP TRIGGER {table}_no_{verb}" for verb in ("UPDATE", "DELETE")]
