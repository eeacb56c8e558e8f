"""How agents find one client among 700,000: pages that count no further than anybody leafs, search by prefixes."""

from functools import cached_property
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps
from django.db.models import Model, QuerySet

NEWEST_FIRST: Final = ["-pk"]  # by name or date, all of a long list would be read to put it in order
MOST: Final = 2000  # rows that a list offers: who looks for more searches


class CappedPaginator(Paginator):  # type: ignore[type-arg] # Django’s takes one for mypy only
    """Django counts all rows for each page, which takes longer than reading the page."""

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        found: int = rows.order_by()[: MOST + 1].count()
        return found

    @property
    def is_capped(self) -> bool:
        """There are more than `count`."""
        return self._found > MOST

    @cached_property
    def count(self) -> int:
        return min(self._found, MOST)


def rows_with(rows: QuerySet[Model], fields: list[str], word: str) -> QuerySet[Model, Any]:
    """The keys of rows that have this word: at the beginning of a « ^field », anywhere in another.

    One SELECT a field, each with its own index: a condition « this OR that » across tables reads all of them through.
    """
    lookups = [f"{field[1:]}__istartswith" if field.startswith("^") else f"{field}__icontains" for field in fields]
    first, *others = [rows.order_by().filter(**{lookup: word}).values("pk") for lookup in lookups]
    return first.union(*others) if others else first


def prefix_index(table: str, column: str) -> RunPython:
    """A migration's operation: on PostgreSQL, « begins with, whatever the case » asks an index. SQLite does without."""
    name = f"{table}_{column}_prefix"

    def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"CREATE INDEX {name} ON {table} (upper({column}) text_pattern_ops)")

    def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX {name}")

    return RunPython(create, remove)
