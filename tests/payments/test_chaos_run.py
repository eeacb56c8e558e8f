"""`bench/payments_chaos` itself: 300 payments under fire leave no difference, and one credit by hand is seen."""

import os
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest
from at_once import needs_postgresql

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    needs_postgresql,
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed"),
]


def begin(*arguments: str) -> subprocess.Popen[str]:
    command = [str(ROOT / "bench/payments_chaos"), *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def chaos(*arguments: str) -> tuple[int, str]:
    """Its exit status, and what it said."""
    process = begin(*arguments)
    try:
        said, _ = process.communicate(timeout=900)
    except subprocess.TimeoutExpired:
        process.terminate()  # it stops what it has started
        process.wait(120)
        raise
    return process.returncode, said


def test_three_hundred_payments_under_fire() -> None:
    status, said = chaos("--payments", "300")
    assert status == 0, said
    assert "Aucun écart." in said


def test_a_credit_by_hand_fails_the_run() -> None:
    status, said = chaos("--payments", "12", "--falsify")
    assert status == 1, said
    assert "crédité sans paiement" in said


def test_stopped_it_leaves_nothing_behind() -> None:
    process = begin("--payments", "3000")
    assert process.stdout is not None
    with process.stdout:
        assert "3000 clients vont payer." in process.stdout.readline()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert len(children) == 4, "Redis, the bank, the portal and the worker"
        process.terminate()
        process.wait(120)
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        left = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = current_database() || '_payments_chaos'"
        ).fetchall()
    assert left == []
