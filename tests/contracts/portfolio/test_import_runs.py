"""A run that writes is a row: done, failed, interrupted. One at a time; killed, it leaves the database as it was."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from portfolio_folders import Folder

from accounts.models import Client, User
from contracts.models import Contract, ImportRun
from contracts.portfolio import ledger, stage
from establishments.models import Establishment
from web import staging

# The real command in a process of its own, which stops once all is written and not yet committed.
STOPPED = """
import sys, time
import django
django.setup()
from contracts.portfolio import ledger
from django.core.management import call_command

def stop(*args, **facts):
    print("written", flush=True)
    time.sleep(60)

ledger.record = stop
call_command("import_portfolio", "nantes", sys.argv[1], write=True)
"""


def states() -> list[str]:
    return list(ImportRun.objects.order_by("pk").values_list("state", flat=True))


@contextmanager
def another_run(establishment: Establishment) -> Iterator[None]:
    """On a connection of its own."""
    begun, over = Event(), Event()

    def hold() -> None:
        try:
            with staging.alone("import", establishment.pk) as is_alone:
                assert is_alone
                begun.set()
                assert over.wait(timeout=20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        held = other.submit(hold)
        assert begun.wait(timeout=20)
        try:
            yield
        finally:
            over.set()
            held.result()


def wait_until_free(establishment: Establishment) -> None:
    """PostgreSQL hears a moment later that a process is dead."""
    for _ in range(100):
        with staging.alone("import", establishment.pk) as is_alone:
            if is_alone:
                return
        time.sleep(0.1)
    pytest.fail("a dead run still keeps others away")


def test_a_run_is_a_row_with_its_counts(nantes: Establishment, tmp_path: Path) -> None:
    Folder(tmp_path).clients().contracts({}, {"numero_contrat": "V2", "tarif": "1999"}).run()
    run = ImportRun.objects.get()
    assert (run.state, run.by, run.establishment) == ("done", "system", nantes)
    assert run.finished_at is not None
    assert run.finished_at > run.started_at
    nothing = {"changed": 0, "unchanged": 0, "refused": 0, "remarks": 0}
    assert run.counts == {
        "clients.csv": {**nothing, "read": 1, "new": 1},
        "contrats.csv": {**nothing, "read": 2, "new": 1, "refused": 1},
    }
    assert str(run).endswith("terminé")


def test_a_rehearsal_is_no_run(nantes: Establishment, tmp_path: Path) -> None:
    Folder(tmp_path).clients().run(write=False)
    assert states() == []


@pytest.mark.parametrize(("cause", "state"), [(OSError("disk"), "failed"), (KeyboardInterrupt(), "interrupted")])
def test_a_run_that_breaks_off_says_so(
    nantes: Establishment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cause: BaseException, state: str
) -> None:
    def broken(*args: object) -> None:
        raise cause

    monkeypatch.setattr(stage.Stage, "load", broken)
    with pytest.raises(type(cause)):
        Folder(tmp_path).clients().run()
    assert states() == [state]


def test_two_runs_at_once_are_refused(nantes: Establishment, paris: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients()
    with another_run(nantes):
        outcome = folder.run()
        assert (outcome.code, outcome.error) == (
            1,
            "Un import de cet établissement est déjà en cours. Rien n’est écrit.",
        )
        assert not Client.objects.exists()
        assert folder.run(slug="paris").code == 0
    assert folder.run().code == 0
    assert states() == ["done", "done"]


def test_a_run_that_is_killed_leaves_the_database_as_it_was(
    committed: None, nantes: Establishment, tmp_path: Path
) -> None:
    folder = Folder(tmp_path).everything()
    name = str(connection.settings_dict["NAME"])
    url = f"{settings.DATABASE_URL.rpartition('/')[0]}/{name}" if staging.is_postgresql() else f"sqlite:///{name}"
    facts: dict[str, Any] = {"env": {**os.environ, "DATABASE_URL": url}, "cwd": settings.BASE_DIR}
    with subprocess.Popen([sys.executable, "-c", STOPPED, str(tmp_path)], stdout=subprocess.PIPE, **facts) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        process.send_signal(signal.SIGKILL)
    assert (User.objects.count(), Contract.objects.count(), states()) == (0, 0, ["running"])
    wait_until_free(nantes)
    assert folder.run().code == 0
    assert (Client.objects.count(), Contract.objects.count(), states()) == (1, 1, ["interrupted", "done"])


def test_the_end_of_a_run_is_committed_with_what_it_wrote(
    committed: None, nantes: Establishment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **facts: object) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(ledger, "record", broken)
    with pytest.raises(OSError, match="power cut"):
        Folder(tmp_path).everything().run()
    assert (Client.objects.count(), states()) == (0, ["failed"])
