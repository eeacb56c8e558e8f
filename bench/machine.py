"""What the measures stand on: a database of their own, a server, and the processor time that both take.

Everything made here goes away again: databases are dropped, servers stopped by the id of their process.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT: Final = Path(__file__).resolve().parent.parent
SERVER_URL: Final = os.environ.get("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS_URL: Final = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/9")
TICKS: Final = os.sysconf("SC_CLK_TCK")


@contextmanager
def a_database(purpose: str) -> Iterator[str]:
    """Its address, on DATABASE_URL's server, which must be on this machine: its processes are read in /proc."""
    if os.environ.get("DEBUG") == "0":
        sys.exit("Ces mesures créent et détruisent des bases : pas en production.")
    name = f"mesure_{purpose}_{secrets.token_hex(4)}"
    with psycopg.connect(SERVER_URL, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(urlsplit(SERVER_URL)._replace(path=f"/{name}"))
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def production(database_url: str) -> dict[str, str]:
    """The variables of a production on this machine, that sends nothing."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": REDIS_URL,
        "SECRET_KEY": secrets.token_hex(32),
        "DEBUG": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": "https://127.0.0.1",
        "TRUSTED_PROXIES": "1",
        "CAPTCHA": "off",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "SMS_BACKEND": "twilio",
        "TWILIO_ACCOUNT_SID": "AC0",
        "TWILIO_AUTH_TOKEN": "0",
        "TWILIO_FROM": "+33700000000",
        "LOG_LEVEL": "ERROR",
    }


@dataclass(frozen=True, slots=True)
class Server:
    """gunicorn with two sync workers on loopback."""

    port: int
    pid: int
    database_url: str

    def cpu(self) -> tuple[float, float]:
        """Seconds of processor so far: (the server's processes, its database's)."""
        return _cpu([self.pid, *_children(self.pid)]), _cpu(_backends(self.database_url))


@contextmanager
def serving(application: str, *, folder: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--workers", "2", "--bind", f"127.0.0.1:{port}", "--chdir", str(folder), "--log-level", "warning"]
    command = [sys.executable, "-m", "gunicorn", *options, application]
    process = subprocess.Popen(command, env={**os.environ, **environment})  # noqa: S603 - our own command
    try:
        _wait_for(port, process)
        yield Server(port, process.pid, environment["DATABASE_URL"])
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        if process.poll() is not None:
            sys.exit("Le serveur mesuré ne démarre pas : ses mots sont ci-dessus.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("Le serveur mesuré ne répond pas après 20 secondes.")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _backends(database_url: str) -> list[int]:
    name = urlsplit(database_url).path.lstrip("/")
    with psycopg.connect(SERVER_URL) as server:
        rows = server.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name]).fetchall()
    return [pid for (pid,) in rows]


def _cpu(pids: list[int]) -> float:
    """User and system time, all threads; a process that is gone counts nothing."""
    total = 0
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists():
            fields = stat.read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICKS
