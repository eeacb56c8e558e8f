"""What one run starts, on ports of its own: Redis, the portal, its worker and the test bank; all stopped by process id.

The database is one of its own on DATABASE_URL's server, made anew and dropped at the end. Needs neither Django nor what
it serves.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import psycopg

ROOT: Final = Path(__file__).resolve().parents[2]
PYTHON: Final = sys.executable
HOST: Final = "127.0.0.1"
BANK_KEY: Final = "1122334455667788"
SECRET_ENV: Final = "CHAOS_BANK_SECRET"  # noqa: S105 - the name of a variable
READY_SECONDS: Final = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class OwnDatabase:
    """Beside the one that `given` names."""

    def __init__(self, given: str) -> None:
        self._given = given
        self._name = f"{urlsplit(given).path.strip('/')}_payments_chaos"
        self.url = re.sub(r"/[^/?]*(\?|$)", rf"/{self._name}\1", given)

    def make(self) -> None:
        self._say(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)', f'CREATE DATABASE "{self._name}"')

    def drop(self) -> None:
        self._say(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

    def _say(self, *statements: str) -> None:
        with psycopg.connect(self._given, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


class Service:
    """One program, started again after each kill."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.kills = name, 0
        self._command, self._environment, self._log = command, environment, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own commands
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9 of the program with its children, then it is started again."""
        self.stop()
        self.kills += 1
        self.start()

    def kill_a_child(self) -> None:
        """kill -9 of one child, which the program replaces."""
        assert self._process is not None
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if children:
            os.kill(int(children[0]), signal.SIGKILL)
            self.kills += 1

    def stop(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):  # nothing is left of it
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


class Stage:
    """All services of a run. The environment is the portal's, for whoever asks the same database."""

    def __init__(self, database_url: str, folder: Path) -> None:
        portal, bank, redis = free_port(), free_port(), free_port()
        self.url, self.bank_url = f"http://{HOST}:{portal}", f"http://{HOST}:{bank}"
        self.folder = folder
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "REDIS_URL": f"redis://{HOST}:{redis}/0",
            "SITE_URL": self.url,
            "DEBUG": "1",
            "DEMO": "1",  # the pages of production, without its demands
            "LOG_LEVEL": "ERROR",
            "EMAIL_URL": "",
            SECRET_ENV: BANK_KEY,
        }
        self.redis = self._service("redis", "redis-server", "--port", str(redis), "--bind", HOST, "--save", "")
        self.bank = self._service("banque", PYTHON, "manage.py", "testbank", "--port", str(bank), "--key", BANK_KEY)
        size = ["--workers", "2", "--threads", "4", "--worker-class", "gthread", "--log-level", "warning"]
        self.portal = self._service(
            "portail", PYTHON, "-m", "gunicorn", "pretgage.wsgi", "--bind", f"{HOST}:{portal}", *size,
            "--no-control-socket",
        )  # fmt: skip
        self.worker = self._service(
            "ouvrier", PYTHON, "-m", "celery", "-A", "pretgage", "worker", "--concurrency", "1", "--loglevel", "error"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for service in (self.portal, self.worker, self.bank, self.redis):
            service.stop()

    def manage(self, *command: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own commands
            [PYTHON, "manage.py", *command], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> None:
        for service in (self.redis, self.bank, self.portal, self.worker):
            service.start()
        self.wait_until_ready()

    @property
    def is_ready(self) -> bool:
        return _answers(f"{self.bank_url}/payments.json") and _answers(f"{self.url}/sante/pret/")

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self.is_ready:
            if time.monotonic() > deadline:
                raise RuntimeError(f"portal or bank do not answer; the logs are in {self.folder}")
            time.sleep(0.1)

    def _service(self, name: str, *command: str) -> Service:
        return Service(name, list(command), self.environment, self.folder / f"{name}.log")


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=5)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
