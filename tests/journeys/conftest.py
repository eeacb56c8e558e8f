"""The demonstration as `bin/run` starts it, and a real Chromium in front of it."""

import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import IO

import psycopg
import pytest
from demonstration import ROOT, Demonstration

READY = "L’espace client est prêt"


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": _fresh_database(tmp_path_factory.mktemp("journey"))}
    process = subprocess.Popen(
        [ROOT / "bin/run", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait_until_ready(process)
        secrets = {f"{city}_BANK_SECRET": "1122334455667788" for city in ("NANTES", "PARIS")}
        extras = {"DEMO": "1", "DEBUG": "1", "SITE_URL": f"http://localhost:{port}", **secrets}
        yield Demonstration(f"http://localhost:{port}", "http://127.0.0.1:8001", environment | extras)
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdout
        process.stdout.close()


def _fresh_database(folder: Path) -> str:
    """A file, or a database of its own beside the one that the tests were given."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        return f"sqlite:///{folder}/journey.sqlite3"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS pretgage_journey WITH (FORCE)")
        connection.execute("CREATE DATABASE pretgage_journey")
    return re.sub(r"/[^/?]*(\?|$)", r"/pretgage_journey\1", given)


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    """Read what bin/run says until it is ready; what it said is the error when it is not."""
    assert process.stdout
    lines: Queue[str | None] = Queue()
    reader = threading.Thread(target=_pump, args=(process.stdout, lines), daemon=True)
    reader.start()
    heard: list[str] = []
    try:
        while not any(READY in line for line in heard):
            line = lines.get(timeout=120)
            assert line is not None, "".join(heard)
            heard.append(line)
    except Empty:
        pytest.fail(f"bin/run did not get ready:\n{''.join(heard)}")


def _pump(output: IO[str], lines: "Queue[str | None]") -> None:
    for line in output:
        lines.put(line)
    lines.put(None)
