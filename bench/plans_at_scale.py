"""The statements of the real code, explained with 10,000 contracts and with 3,000,000: what each reads, and how.

A big table that is read through, at any size, ends this with exit status 1.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from machine import a_database, production
from rich.console import Console
from rich.table import Table

SMALL: Final = 10_000
LARGE: Final = 3_000_000
TIMES: Final = 7  # a statement is explained, a page is asked; the median, and the quickest, count
MANY_ROWS: Final = 10_000  # of a table: a scan that stops sooner reads no table through

Statement = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Measure:
    """Of one page or selection: its statements together. `rows`: what they found; `through`: tables read through."""

    statements: int
    rows: int
    buffers: int
    milliseconds: float
    page: float | None
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """`run` makes the real code ask; `is_page`: worth timing as a whole.

    `plainly`: the same list as Django's admin would make it, to compare; what it reads through is its own affair.
    """

    name: str
    run: Callable[[], object]
    is_page: bool = True
    plainly: Callable[[], object] | None = None


def main() -> None:
    large = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    with a_database("plans") as url:
        os.environ.update(production(url))
        from crowd import grow  # noqa: PLC0415 - the settings come first
        from portfolio import fill_pages  # noqa: PLC0415
        from readers import subjects  # noqa: PLC0415

        sessions, number, _ = fill_pages(clients=1, rows=20)
        measures: list[Mapping[str, Measure]] = []
        for first, last in ((0, SMALL), (SMALL, large)):
            start = time.perf_counter()
            grow(first, last)
            say(f"{last} contrats en {time.perf_counter() - start:.0f} s")
            everything = list(subjects(sessions[0], number))
            measures.append({subject.name: measure(subject) for subject in everything})
        plain = {
            subject.name: measure(Subject("", subject.plainly), times=1) for subject in everything if subject.plainly
        }
        from django.db import connections  # noqa: PLC0415

        connections.close_all()
    show(measures[0], measures[1], large)
    compare(measures[-1], plain)
    through = {f"{name}: {table}" for side in measures for name, one in side.items() for table in one.through}
    if through:
        sys.exit("Lues d’un bout à l’autre : " + ", ".join(sorted(through)))


def measure(subject: Subject, *, times: int = TIMES) -> Measure:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as asked:
        subject.run()
    selects = [query["sql"] for query in asked if query["sql"].startswith(("SELECT", "(SELECT"))]
    plans = [explained(sql, times) for sql in selects]
    milliseconds = sum(time for _, time in plans)
    return Measure(
        statements=len(selects),
        rows=sum(plan["Plan"]["Actual Rows"] for plan, _ in plans),
        buffers=sum(buffers_of(plan["Plan"]) for plan, _ in plans),
        milliseconds=milliseconds,
        page=quickest(subject.run, 3 * times) + milliseconds if subject.is_page else None,
        through=tuple(sorted({table for plan, _ in plans for table in read_through(plan["Plan"])})),
    )


def explained(sql: str, times: int) -> tuple[dict[str, Any], float]:
    """(the plan of the last run, the median time of them all)."""
    from django.db import connection  # noqa: PLC0415

    plans = []
    with connection.cursor() as cursor:
        for _ in range(times):
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql.replace("%", "%%"), [])
            (found,) = cursor.fetchone()
            plans.append((json.loads(found) if isinstance(found, str) else found)[0])
    return plans[-1], statistics.median(plan["Execution Time"] for plan in plans)


def buffers_of(node: Mapping[str, Any]) -> int:
    """A node's own figure holds its children's."""
    return int(node["Shared Hit Blocks"]) + int(node["Shared Read Blocks"])


def read_through(node: Mapping[str, Any]) -> Iterator[str]:
    """Tables of which a sequential scan looked at many rows."""
    if node["Node Type"] == "Seq Scan":
        looked_at = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        if looked_at * node["Actual Loops"] > MANY_ROWS:
            yield str(node["Relation Name"])
    for child in node.get("Plans", ()):
        yield from read_through(child)


def quickest(run: Callable[[], object], times: int) -> float:
    """Processor time of this process in milliseconds, when the machine's other business disturbed least."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return min(taken) * 1000


def show(small: Mapping[str, Measure], large: Mapping[str, Measure], size: int) -> None:
    table = Table(title=f"10 000 contrats, puis {size:_}".replace("_", "\N{NO-BREAK SPACE}"))
    for heading in ("lecture", "énoncés", "lignes", "tampons", "SQL (ms)", "page (ms)", "ratio", "lue en entier"):
        table.add_column(heading, justify="left" if heading in ("lecture", "lue en entier") else "right")
    for name, before in small.items():
        after = large[name]
        table.add_row(
            name,
            str(after.statements),
            f"{before.rows} → {after.rows}",
            f"{before.buffers} → {after.buffers}",
            f"{before.milliseconds:.2f} → {after.milliseconds:.2f}",
            f"{before.page:.1f} → {after.page:.1f}" if before.page and after.page else "",
            f"{after.page / before.page:.2f}" if before.page and after.page else "",
            ", ".join(after.through) or "aucune",
        )
    Console(width=120).print(table)
    night = large["rappels à écrire"]
    say(f"Rappels choisis : {1000 * night.milliseconds / night.rows:.2f} ms pour 1000")


def compare(ours: Mapping[str, Measure], plain: Mapping[str, Measure]) -> None:
    table = Table(title="Listes des agents, à la grande taille, à côté de celles de Django")
    for heading in ("liste", "SQL (ms)", "page (ms)", "ratio"):
        table.add_column(heading, justify="left" if heading == "liste" else "right")
    for name, theirs in plain.items():
        mine = ours[name]
        assert mine.page is not None
        assert theirs.page is not None
        sql = f"{mine.milliseconds:.2f} / {theirs.milliseconds:.2f}"
        table.add_row(name, sql, f"{mine.page:.1f} / {theirs.page:.1f}", f"{mine.page / theirs.page:.3f}")
    Console(width=120).print(table)


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - a measure talks


if __name__ == "__main__":
    main()
