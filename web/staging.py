"""Rows by the million on their way into the database: temporary tables, and statements on whole sets of them.

PostgreSQL loads a table by COPY, SQLite by plain inserts; the statements are the same but for the words below. Nothing
that a person or a file wrote stands in a statement: it comes from a table. `literal` is for our own words.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.db.models import Model

Row = Sequence[Any]

PAGE: Final = 5000  # rows


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def create(table: str, columns: Mapping[str, str]) -> None:
    """A temporary table: of this connection alone, gone with it however it ends."""
    described = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    run(f"CREATE TEMPORARY TABLE {table} ({described})")


def drop_all() -> None:
    """Every temporary table whose name starts with « staged »; the end of the connection does the same."""
    catalogue = "pg_class WHERE relpersistence = 't' AND relkind = 'r' AND pg_table_is_visible(oid) AND relname"
    if is_postgresql():
        names = rows(f"SELECT relname FROM {catalogue} LIKE 'staged%'")
    else:
        names = rows("SELECT name FROM sqlite_temp_master WHERE type = 'table' AND name LIKE 'staged%'")
    for (name,) in names:
        run(f"DROP TABLE {name}")


def empty(table: str) -> None:
    run(f"DELETE FROM {table}")


def fill(table: str, columns: Iterable[str], rows: Sequence[Row]) -> None:
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if is_postgresql():
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        elif rows:
            places = ", ".join(["%s"] * len(rows[0]))
            # One transaction on the temporary tables; an `atomic` would hold the other ones as well.
            cursor.execute("SAVEPOINT filling")
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({places})", [tuple(map(_plain, row)) for row in rows]
            )
            cursor.execute("RELEASE filling")


def ready(table: str, *indexed: str) -> None:
    """After the last row of a large table: what the planner needs to know, and an index on each of these columns."""
    if count(table) > PAGE:
        for name in indexed:
            run(f"CREATE INDEX IF NOT EXISTS {table}_{name} ON {table} ({name})")
        run(f"ANALYZE {table}")


def run(statement: str) -> int:
    """How many rows it concerned."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def rows(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def count(source: str) -> int:
    return int(rows(f"SELECT COUNT(*) FROM {source}")[0][0])


def pages(columns: str, source: str, key: str) -> Iterator[list[Any]]:
    """Rows in the order of the integer `key`, which is added as their last value: any number in bounded memory.

    `source` ends with its conditions, one at least.
    """
    last: Any = -1
    while page := rows(f"SELECT {columns}, {key} FROM {source} AND {key} > {last} ORDER BY {key} LIMIT {PAGE}"):
        yield page
        last = page[-1][-1]


def insert(model: type[Model], values: Mapping[str, str], source: str) -> int:
    """One object of `model` a row of `source`. `values`: expressions; the other fields are what the ORM would write."""
    blank = model()
    columns: dict[str, str] = {}
    for field in model._meta.concrete_fields:
        if field.attname in values:
            columns[field.column] = values[field.attname]
        elif not field.primary_key:
            value = field.get_db_prep_save(field.pre_save(blank, add=True), connection)
            columns[field.column] = _bound(field.db_type(connection) or "", value)
    table = connection.ops.quote_name(model._meta.db_table)
    return run(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} {source}")


def lock(model: type[Model], keys: str) -> None:
    """The rows whose primary keys `keys` selects, in their order, against updates. SQLite writes one at a time."""
    if is_postgresql():
        locked = f"SELECT id FROM {model._meta.db_table} WHERE id IN ({keys}) ORDER BY id FOR NO KEY UPDATE"
        run(f"SELECT COUNT(*) FROM ({locked}) AS locked")


def differs(pairs: Iterable[tuple[str, str]]) -> str:
    """Whether one of the expressions is not the other one of its pair; nothing is equal to nothing."""
    operator = "IS DISTINCT FROM" if is_postgresql() else "IS NOT"
    return "(" + " OR ".join(f"{one} {operator} {other}" for one, other in pairs) + ")"


def literal(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def joined(expression: str) -> str:
    """An aggregate: the texts one after the other. On SQLite the order is that of the rows."""
    if is_postgresql():
        return f"STRING_AGG(CAST({expression} AS text), ', ' ORDER BY {expression})"
    return f"GROUP_CONCAT({expression}, ', ')"


def json_text(column: str, key: str) -> str:
    return f"({column} ->> '{key}')" if is_postgresql() else f"JSON_EXTRACT({column}, '$.{key}')"


def json_with(column: str, values: Mapping[str, str]) -> str:
    """The object in that column, with those of the values that are not null."""
    parts = ", ".join(f"'{key}', {expression}" for key, expression in values.items())
    if is_postgresql():
        return f"({column} || JSONB_STRIP_NULLS(JSONB_BUILD_OBJECT({parts})))"
    return f"JSON_PATCH({column}, JSON_PATCH('{{}}', JSON_OBJECT({parts})))"


def random_hex() -> str:
    """40 digits that nobody can guess, others for each row."""
    if is_postgresql():
        return "LEFT(REPLACE(CONCAT(GEN_RANDOM_UUID(), GEN_RANDOM_UUID()), '-', ''), 40)"
    return "HEX(RANDOMBLOB(20))"


@contextmanager
def alone(what: str, key: int) -> Iterator[bool]:
    """Whether nobody else does `what` to `key` now. Held outside transactions; a process that dies lets it go."""
    if is_postgresql():
        (held,) = rows(f"SELECT pg_try_advisory_lock(hashtext({literal(what)}), {key})")[0]
        try:
            yield held
        finally:
            if held and not connection.needs_rollback:
                run(f"SELECT pg_advisory_unlock(hashtext({literal(what)}), {key})")
        return
    database = Path(str(connection.settings_dict["NAME"]))
    with database.with_name(f"{database.name}.{what}-{key}.lock").open("w") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _bound(kind: str, value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | Decimal):
        return str(value)
    return f"CAST({literal(str(value))} AS {kind})" if is_postgresql() else literal(str(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
