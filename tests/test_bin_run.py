"""`bin/run` before it starts anything, and how it ends what it started. The journeys start it whole."""

import importlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
DEAF = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)",
)


def bin_run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(settings.BASE_DIR / "bin" / "run"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


@pytest.fixture
def run_demo(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(settings.BASE_DIR / "bin")
    return importlib.import_module("run_demo")


@pytest.fixture
def services(run_demo: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Leaving them silences the signals that stop a program: given back to the tests that follow."""
    monkeypatch.setattr(run_demo, "STOP_SECONDS", 0.5)
    before = {word: signal.getsignal(word) for word in run_demo.STOP_WORDS}
    yield run_demo.Services()
    for word, handler in before.items():
        signal.signal(word, handler)


def processes(services: Any) -> list[subprocess.Popen[bytes]]:
    return list(services._running.values())


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refusal = bin_run("--port", str(port))
    assert refusal.returncode == 1
    assert refusal.stdout == ""
    assert refusal.stderr == f"Le port {port} est déjà utilisé\xa0: arrêtez l’autre programme, ou choisissez --port.\n"


def test_the_banks_port_is_not_the_portals() -> None:
    refusal = bin_run("--port=8001")
    assert refusal.returncode == 1
    assert refusal.stderr.startswith("Le port 8001 est celui de la banque de test")


@pytest.mark.parametrize(
    "arguments",
    [["--port"], ["--port", "0"], ["--port", "65536"], ["--port", "٣"], ["--port", "80 00"], ["8000"], ["--prot", "1"]],
)
def test_anything_else_is_answered_with_the_usage(arguments: list[str]) -> None:
    refusal = bin_run(*arguments)
    assert refusal.returncode == 2
    assert refusal.stderr.startswith("Usage\xa0: bin/run [--port 8000]")
    assert refusal.stderr.count("\n") == 1


def test_help_is_no_error() -> None:
    answer = bin_run("--help")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "Ctrl-C" in answer.stdout


def test_ctrl_c_stops_all_that_was_started(services: Any) -> None:
    services.start("un", *SLEEP)
    services.start("deux", *SLEEP)
    with pytest.raises(KeyboardInterrupt), services:
        raise KeyboardInterrupt
    assert [process.returncode for process in processes(services)] == [-signal.SIGTERM] * 2


def test_when_one_ends_it_is_named_and_the_others_stop(services: Any) -> None:
    services.start("l’espace client", *SLEEP)
    services.start("la banque de test", sys.executable, "-c", "raise SystemExit(3)")
    with pytest.raises(SystemExit, match=r"la banque de test a pris fin \(code 3\)"), services:
        services.wait()
    assert [process.returncode for process in processes(services)] == [-signal.SIGTERM, 3]


def test_one_that_does_not_listen_is_killed(services: Any) -> None:
    with services:
        services.start("sourd", *DEAF)
        time.sleep(0.5)  # until it ignores SIGTERM
    assert [process.returncode for process in processes(services)] == [-signal.SIGKILL]


def test_the_shops_keys_are_the_banks(run_demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"TESTBANK_KEY": "clé-de-test", "SITE_URL": "https://ailleurs.example.fr"}
    monkeypatch.setattr(run_demo.os, "environ", environment)
    run_demo.set_variables(8123)
    assert environment == {
        "DEBUG": "1",
        "DEMO": "1",
        "SITE_URL": "http://localhost:8123",
        "TESTBANK_KEY": "clé-de-test",
        "NANTES_BANK_SECRET": "clé-de-test",
        "PARIS_BANK_SECRET": "clé-de-test",
    }


def test_the_welcome_names_people_code_page_and_agent(run_demo: Any) -> None:
    words = run_demo.welcome(8123)
    for promised in ("http://localhost:8123/", "5501234567", "7501234567", "65012345678", "/gestion/", "/demo/"):
        assert promised in words
    assert run_demo.DEMO_PASSWORD in words
    assert run_demo.AGENT_EMAIL in words
