"""The portfolio import beside its floor and beside Django's ways: the same files, the same database, the same run.

On a database of its own on DATABASE_URL's PostgreSQL. The import is the real command in a process of its own, whose
peak of memory is the system's own count.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
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
SMALL = 32_000  # 100,000 rows
TINY = 320
TABLES = (
    "contracts_sale", "contracts_pledge", "contracts_contract", "accounts_smsdevice", "accounts_client",
    "accounts_user",
)  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """`cpu`: seconds of processor, ours and PostgreSQL's. On a machine in use they say more than the clock does."""

    what: str
    rows: int
    seconds: float
    cpu: float
    mebibytes: float | None = None


class Backends(threading.Thread):
    """Looks at the processor time of the database's processes until it is asked for."""

    def __init__(self, database: str) -> None:
        super().__init__(daemon=True)
        self._database = database
        self._first = self._look()
        self._last = dict(self._first)
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._over.wait(0.3):
            self._last |= self._look()

    def seconds(self) -> float:
        self._over.set()
        self.join()
        self._last |= self._look()
        return sum(spent - self._first.get(pid, 0) for pid, spent in self._last.items())

    def _look(self) -> dict[int, float]:
        found = {}
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                if f" {self._database} ".encode() in path.read_bytes().replace(b"\0", b" ") + b" ":
                    fields = (path.parent / "stat").read_text().rpartition(")")[2].split()
                    found[int(path.parent.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return found


def main() -> None:
    contracts = int(sys.argv[1]) if len(sys.argv) > 1 else CONTRACTS
    if connection.vendor != "postgresql":
        sys.exit("bench/import mesure PostgreSQL : DATABASE_URL=postgresql://… bench/import")
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with TemporaryDirectory() as temporary:
            folder = Path(sys.argv[2] if len(sys.argv) > 2 else temporary)
            show(measure(an_establishment("nantes", city="Nantes"), folder, contracts, name), contracts)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def measure(establishment: Establishment, folder: Path, contracts: int, database: str) -> dict[str, list[Measure]]:
    files, changed, small, tiny = (folder / name for name in ("files", "changed", "small", "tiny"))
    rows = written(files, contracts)
    written(changed, contracts, changed=0.01)
    few = written(small, SMALL)
    written(tiny, TINY)
    turns = {"première fois": files, "rien de changé": files, "1 % de changé": changed}
    emptied()
    raw = [
        timed(f"COPY et upsert nus, {turn}", partial(copy_and_upsert, establishment, each))
        for turn, each in turns.items()
    ]
    emptied()
    ours = [command(f"import_portfolio, {turn}", rows, each, database) for turn, each in turns.items()]
    emptied()
    others = [
        timed("bulk_create(update_conflicts)", partial(in_bulk, establishment, small)),
        timed("update_or_create, ligne à ligne", partial(one_by_one, establishment, tiny)),
    ]
    emptied()
    ours.append(command(f"import_portfolio, {SMALL} contrats", few, small, database))
    return {"raw": raw, "ours": ours, "others": others}


def written(folder: Path, contracts: int, *, changed: float = 0) -> int:
    """How many rows there are. A folder that is there was written by a run before."""
    if not folder.exists():
        return write_portfolio(folder, contracts, changed=changed)
    rows = 0
    for path in folder.iterdir():
        with path.open("rb") as file:
            rows += sum(1 for _ in file) - 1
    return rows


def emptied() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        cursor.execute("CHECKPOINT")


def timed(what: str, act: Callable[[], int]) -> Measure:
    """`act` says how many rows there were."""
    backends = Backends(str(connection.settings_dict["NAME"]))
    start, own = time.perf_counter(), time.process_time()
    rows = act()
    seconds, cpu = time.perf_counter() - start, time.process_time() - own
    return said(Measure(what, rows, seconds, cpu + backends.seconds()))


def command(what: str, rows: int, folder: Path, database: str) -> Measure:
    """The whole command, its start included."""
    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))
    backends = Backends(database)
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, str(ROOT / "manage.py"), "import_portfolio", "nantes", str(folder), "--write"],
        env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"{what} : l’import a échoué")
    cpu = usage.ru_utime + usage.ru_stime + backends.seconds()
    return said(Measure(what, rows, seconds, cpu, usage.ru_maxrss / 1024))


def said(measure: Measure) -> Measure:
    sys.stderr.write(f"{measure.what} : {measure.seconds:.1f} s, processeur {measure.cpu:.1f} s\n")
    return measure


def show(measures: dict[str, list[Measure]], contracts: int) -> None:
    """Ratios are rows for a second of processor, each import against the floor of the same turn."""
    table = Table(title=f"{contracts} contrats, {measures['raw'][0].rows} lignes")
    for heading in (
        "voie",
        "lignes",
        "s",
        "s de processeur",
        "lignes/s de processeur",
        "fois l’upsert nu",
        "pic (Mio)",
    ):
        table.add_column(heading)
    raw = measures["raw"]
    floors = [*raw, *raw, raw[0], raw[0], raw[0]]
    for each, floor in zip(
        (*raw, *measures["ours"][:3], *measures["others"], measures["ours"][3]), floors, strict=True
    ):
        memory = "" if each.mebibytes is None else f"{each.mebibytes:.0f}"
        ratio = (each.rows / each.cpu) / (floor.rows / floor.cpu)
        speed = f"{each.rows / each.cpu:.0f}"
        table.add_row(
            each.what, str(each.rows), f"{each.seconds:.1f}", f"{each.cpu:.1f}", speed, f"{ratio:.2f}", memory
        )
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
