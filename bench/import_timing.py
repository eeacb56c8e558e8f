"""The portfolio import beside its floor and beside Django's ways: the same files, the same database, the same run.

On a database of its own on DATABASE_URL's PostgreSQL. The import is the real command in a process of its own, whose
peak of memory is the system's own count.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "bench")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretgage.settings")
if os.environ.get("DEBUG") == "0":
    sys.exit("bench/import écrit dans une base d’essai : pas en production.")

import django  # noqa: E402 - the settings come first

django.setup()

from django.db import connection  # noqa: E402
from django_import import in_bulk, one_by_one  # noqa: E402
from people import an_establishment  # noqa: E402
from portfolio_files import write_portfolio  # noqa: E402
from raw_import import copy_and_upsert  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from establishments.models import Establishment  # noqa: E402

CONTRACTS = 1_000_000
SMALL = 100_000
IN_BULK = 20_000  # contracts
ONE_BY_ONE = 1_000
TABLES = (
    "contracts_sale", "contracts_pledge", "contracts_contract", "accounts_smsdevice", "accounts_client",
    "accounts_user",
)  # fmt: skip


@dataclass(frozen=True)
class Measure:
    what: str
    rows: int
    seconds: float
    mebibytes: float | None = None

    @property
    def speed(self) -> float:
        return self.rows / self.seconds


def main() -> None:
    contracts = int(sys.argv[1]) if len(sys.argv) > 1 else CONTRACTS
    if connection.vendor != "postgresql":
        sys.exit("bench/import mesure PostgreSQL : DATABASE_URL=postgresql://… bench/import")
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with TemporaryDirectory() as folder:
            show(measure(an_establishment("nantes", city="Nantes"), Path(folder), contracts, name), contracts)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def measure(establishment: Establishment, folder: Path, contracts: int, database: str) -> dict[str, list[Measure]]:
    files, changed, small = folder / "files", folder / "changed", folder / "small"
    rows = write_portfolio(files, contracts)
    write_portfolio(changed, contracts, changed=0.01)
    few = write_portfolio(small, min(SMALL, contracts))
    turns = {"première fois": files, "rien de changé": files, "1 % de changé": changed}
    emptied()
    raw = [
        timed(f"COPY et upsert nus, {turn}", rows, partial(copy_and_upsert, establishment, each))
        for turn, each in turns.items()
    ]
    emptied()
    ours = [command(f"import_portfolio, {turn}", rows, each, database) for turn, each in turns.items()]
    emptied()
    others = [
        counted("bulk_create(update_conflicts)", lambda: in_bulk(establishment, files, min(IN_BULK, contracts))),
        counted(
            "update_or_create, ligne à ligne", lambda: one_by_one(establishment, files, min(ONE_BY_ONE, contracts))
        ),
    ]
    emptied()
    ours.append(command(f"import_portfolio, {min(SMALL, contracts)} contrats", few, small, database))
    return {"raw": raw, "ours": ours, "others": others}


def emptied() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        cursor.execute("CHECKPOINT")


def timed(what: str, rows: int, act: Callable[[], object]) -> Measure:
    start = time.perf_counter()
    act()
    return said(Measure(what, rows, time.perf_counter() - start))


def counted(what: str, act: Callable[[], int]) -> Measure:
    start = time.perf_counter()
    rows = act()
    return said(Measure(what, rows, time.perf_counter() - start))


def command(what: str, rows: int, folder: Path, database: str) -> Measure:
    """The whole command, its start included."""
    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, str(ROOT / "manage.py"), "import_portfolio", "nantes", str(folder), "--write"],
        env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"{what} : l’import a échoué")
    return said(Measure(what, rows, seconds, usage.ru_maxrss / 1024))


def said(measure: Measure) -> Measure:
    sys.stderr.write(f"{measure.what} : {measure.seconds:.1f} s\n")
    return measure


def show(measures: dict[str, list[Measure]], contracts: int) -> None:
    table = Table(title=f"{contracts} contrats, {measures['raw'][0].rows} lignes")
    for heading in ("voie", "lignes", "secondes", "lignes/s", "fois l’upsert nu", "pic (Mio)"):
        table.add_column(heading)
    raw = measures["raw"]
    for place, each in enumerate((*raw, *measures["ours"], *measures["others"])):
        floor = raw[place % len(raw)] if each in measures["ours"][: len(raw)] else raw[0]
        memory = "" if each.mebibytes is None else f"{each.mebibytes:.0f}"
        ratio = f"{each.speed / floor.speed:.2f}"
        table.add_row(each.what, str(each.rows), f"{each.seconds:.1f}", f"{each.speed:.0f}", ratio, memory)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
