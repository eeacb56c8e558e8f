"""The command as an operator meets it: a process of its own, with settings that hold nothing but what it needs."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fake_shop import Shop, send

PROJECT = Path(__file__).parents[2]
PROGRAM = """
import sys
from django.conf import settings
settings.configure(PRODUCTION={production}, INSTALLED_APPS=["testbank"])
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "testbank", *sys.argv[1:]])
"""


@contextmanager
def command(*arguments: str, production: bool = False, key: str = "") -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(production=production), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=PROJECT,
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "TESTBANK_KEY": key},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_address(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith("Banque de test prête\N{NO-BREAK SPACE}: http://127.0.0.1:")
    return line.split()[5].removesuffix("/")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_and_stops_when_told(stop: signal.Signals) -> None:
    with command("--port", "0") as process:
        assert send("GET", f"{read_address(process)}/payments.json").text == "[]"
        process.send_signal(stop)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "\nBanque de test arrêtée.\n", "")


@pytest.mark.parametrize(
    ("arguments", "variable", "status"),
    [
        ((), "", 400),
        (("--key", "8877665544332211"), "", 200),
        ((), "8877665544332211", 200),
        (("--key", "8877665544332211"), "other", 200),
    ],
)
def test_its_key_comes_from_the_argument_or_the_environment(
    shop: Shop, arguments: tuple[str, ...], variable: str, status: int
) -> None:
    shop.key = "8877665544332211"
    with command("--port", "0", *arguments, key=variable) as process:
        assert send("POST", f"{read_address(process)}/vads-payment/", shop.form()).status == status


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with command("--port", str(port)) as process:
            out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (1, "")
    sentence = f"Le port {port} est déjà utilisé\N{NO-BREAK SPACE}: arrêtez l’autre programme, ou choisissez --port."
    assert err.splitlines() == [f"CommandError: {sentence}"]


def test_production_is_refused_in_one_sentence() -> None:
    with command("--port", "0", production=True) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (1, "")
    assert err.splitlines() == ["CommandError: La banque de test ne démarre jamais en production."]


@pytest.mark.parametrize("arguments", [("--port", "huit"), ("--port", "65536"), ("--port", "-1"), ("--key", "")])
def test_a_bad_argument_is_exit_2(arguments: tuple[str, ...]) -> None:
    with command(*arguments) as process:
        _, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "Traceback" not in err
