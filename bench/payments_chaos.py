"""Payments while everything goes wrong: clients pay over HTTP, the bank speaks in every disorder, `kill -9` falls on
the portal and its worker. Then the sweepers run, and the accounts are compared with the bank's. Exit 1 if they differ.

On DATABASE_URL's PostgreSQL server, in a database of its own, with a Redis of its own.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH), str(BENCH.parent), str(BENCH.parent / "tests")]

import django  # noqa: E402 - the paths come first
from chaos.services import OwnDatabase, Stage  # noqa: E402


def main() -> None:
    options = read_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped all the same
    given = os.environ.get("DATABASE_URL", "")
    if os.environ.get("DEBUG") == "0" or not given.startswith("postgres"):
        sys.exit(
            "bench/payments_chaos demande DATABASE_URL, un serveur PostgreSQL d’essai : ni SQLite ni la production."
        )
    if shutil.which("redis-server") is None:
        sys.exit("bench/payments_chaos demande redis-server : il en démarre un pour lui seul.")
    database = OwnDatabase(given)
    database.make()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="payments-chaos-") as folder,
            Stage(database.url, Path(folder)) as stage,
        ):
            is_right = play(stage, options)
    finally:
        database.drop()
    sys.exit(0 if is_right else 1)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=10_000, help="clients who pay (10,000)")
    parser.add_argument("--seed", type=int, default=1, help="of the random mix (1); which kill falls when is not in it")
    parser.add_argument("--falsify", action="store_true", help="credit something by hand before the accounts: exit 1")
    return parser.parse_args()


def play(stage: Stage, options: argparse.Namespace) -> bool:
    stage.manage("migrate", "--verbosity", "0")
    os.environ.update(stage.environment, DJANGO_SETTINGS_MODULE="pretgage.settings")
    django.setup()
    from chaos.run import run  # noqa: PLC0415 - its models want the settings of this stage

    return run(stage, payments=options.payments, seed=options.seed, falsify=options.falsify)


if __name__ == "__main__":
    main()
