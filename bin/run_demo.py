"""The demonstration: portal, test bank, scheduler and (with Redis) worker, until Ctrl-C or until one of them ends."""

import errno
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

from environment import NBSP, PYTHON, ROOT, install, run, say

sys.path.append(str(ROOT))
from demo.cast import AGENT_EMAIL, CAST, DEMO_PASSWORD

HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8000
BANK_PORT: Final = 8001  # where demo/establishments/*.toml send their payments
BANK_KEY: Final = "1122334455667788"
LAST_PORT: Final = 65535
PORT_OPTION: Final = re.compile(r"--port[ =]([1-9][0-9]{0,4})")
USAGE: Final = (
    f"Usage{NBSP}: bin/run [--port {DEFAULT_PORT}], le port étant un nombre entre 1 et {LAST_PORT}. Ctrl-C arrête tout."
)
READY_SECONDS: Final = 60
STOP_SECONDS: Final = 10
STOP_WORDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    # Started in the background, a process has Ctrl-C ignored; a closed terminal and a supervisor say it otherwise.
    for word in STOP_WORDS:
        signal.signal(word, signal.default_int_handler)
    port = read_port(sys.argv[1:])
    for number in (port, BANK_PORT):
        refuse_busy(number)
    install("requirements.txt")
    set_variables(port)
    prepare_data()
    with Services() as services:
        services.start("l’espace client", *gunicorn(port))
        services.start("la banque de test", PYTHON, "manage.py", "testbank", "--port", str(BANK_PORT))
        services.start("le planificateur", *celery())
        services.wait_until_ready(port)
        say(welcome(port))
        services.wait()


def read_port(arguments: list[str]) -> int:
    match arguments:
        case []:
            return DEFAULT_PORT
        case ["-h" | "--help"]:
            say(USAGE)
            sys.exit(0)
    chosen = PORT_OPTION.fullmatch(" ".join(arguments))
    if chosen is None or int(chosen[1]) > LAST_PORT:
        sys.stderr.write(f"{USAGE}\n")
        sys.exit(2)
    if int(chosen[1]) == BANK_PORT:
        sys.exit(f"Le port {BANK_PORT} est celui de la banque de test{NBSP}: choisissez-en un autre avec --port.")
    return int(chosen[1])


def refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a connection that has just ended is no obstacle
        try:
            probe.bind((HOST, port))
        except OSError as error:
            sys.exit(_why_not(error, port))


def _why_not(error: OSError, port: int) -> str:
    if error.errno != errno.EADDRINUSE:
        return f"Le port {port} ne peut pas être ouvert{NBSP}: {error.strerror}."
    if port == BANK_PORT:
        return f"Le port {port}, celui de la banque de test, est déjà utilisé{NBSP}: arrêtez l’autre programme."
    return f"Le port {port} est déjà utilisé{NBSP}: arrêtez l’autre programme, ou choisissez --port."


def set_variables(port: int) -> None:
    """What the portal and the bank read; what the caller's environment says of the rest stays."""
    os.environ.setdefault("DEBUG", "1")
    bank_key = os.environ.setdefault("TESTBANK_KEY", BANK_KEY)
    shops = [tomllib.loads(file.read_text()) for file in (ROOT / "demo" / "establishments").glob("*.toml")]
    keys = [shop["payment"]["secret_env"] for shop in shops if "secret_env" in shop["payment"]]  # PayFiP has none
    os.environ.update(dict.fromkeys(keys, bank_key))
    os.environ.update({"DEMO": "1", "SITE_URL": f"http://localhost:{port}"})


def prepare_data() -> None:
    say("Préparation des données de la démonstration…")
    (ROOT / "var" / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there
    for command in ("migrate", "load_demo"):
        if not run([PYTHON, "manage.py", command], is_quiet=True):
            sys.exit(f"La préparation s’est arrêtée à «{NBSP}{command}{NBSP}»{NBSP}: la raison est écrite au-dessus.")


def gunicorn(port: int) -> list[str]:
    size = ["--workers", "2", "--threads", "2", "--worker-class", "gthread"]
    manners = ["--graceful-timeout", "3", "--log-level", "warning", "--no-control-socket"]
    return [PYTHON, "-m", "gunicorn", "pretgage.wsgi", "--bind", f"{HOST}:{port}", *size, *manners]


def celery() -> list[str]:
    """The sweepers' clock. With Redis a worker does the tasks; without, this process does them itself."""
    role = ["worker", "--beat", "--concurrency", "1"] if os.environ.get("REDIS_URL") else ["beat", "--pidfile="]
    schedule = ["--schedule", str(ROOT / "var" / "schedule"), "--loglevel", "warning"]
    return [PYTHON, "-m", "celery", "--app", "pretgage", *role, *schedule]


class Services:
    """What was started, stopped by process id when the block ends, whatever ends it."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for word in STOP_WORDS:
            signal.signal(word, signal.SIG_IGN)
        for process in self._running.values():
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name: str, *command: str) -> None:
        # A session of its own: Ctrl-C reaches this process alone, which then stops the others in order.
        self._running[name] = subprocess.Popen(  # noqa: S603 - our own commands
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )

    def wait_until_ready(self, port: int) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not answers(port):
            self._refuse_a_loss()
            if time.monotonic() > deadline:
                sys.exit(f"L’espace client ne répond pas après {READY_SECONDS} secondes.")
            time.sleep(0.1)

    def wait(self) -> None:
        while True:
            self._refuse_a_loss()
            time.sleep(0.3)

    def _refuse_a_loss(self) -> None:
        for name, process in self._running.items():
            if process.poll() is not None:
                sys.exit(f"Fin de la démonstration{NBSP}: {name} a pris fin (code {process.returncode}).")


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/sante/pret/")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(port: int) -> str:
    site = f"http://localhost:{port}"
    people = [f"  {site}/{who.establishment}/".ljust(38) + f"{who.identifier:<13}{who.name}" for who in CAST]
    return "\n".join(
        [
            "",
            f"L’espace client est prêt{NBSP}: {site}/",
            "",
            f"Clients inventés. Mot de passe{NBSP}: {DEMO_PASSWORD}",
            *people,
            "",
            f"Agent{NBSP}: {site}/gestion/  {AGENT_EMAIL}, même mot de passe, code du moment sur {site}/demo/",
            f"SMS (les codes) et e-mails{NBSP}: {site}/demo/",
            f"Banque de test{NBSP}: http://{HOST}:{BANK_PORT}/",
            "",
            "Ctrl-C arrête tout. Les données restent dans var/.",
        ]
    )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        say("\nTout est arrêté.")
