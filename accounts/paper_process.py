"""`papers.check` in a process of its own: with little memory and little time, and without the secrets of ours.

A file that kills its decoder, or that would fill the memory, costs a process that nobody needs any more.
"""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from accounts.paper_verdicts import Flaw, Paper, Rejected

SECONDS: Final = 20
PATIENCE: Final = 1.0  # seconds that a thread of the server waits for its turn: the other pages need it


def command_of(module: str) -> list[str]:
    return [sys.executable, "-E", "-s", "-m", module, str(SECONDS)]


COMMAND: Final = command_of("accounts.paper_child")
ROOT: Final = Path(__file__).resolve().parent.parent

_one_at_a_time = threading.Lock()  # the threads of a server share its memory


def check_apart(data: bytes) -> Paper | Rejected:
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        return Rejected(Flaw.NOT_NOW)
    try:
        answer = run_apart(COMMAND, data)
    finally:
        _one_at_a_time.release()
    if answer is None:
        return Rejected(Flaw.TOO_HEAVY)
    verdict, _, written = answer.partition(b"\n")
    return Paper(verdict.decode(), written) if written else Rejected(Flaw(verdict.decode()))


def run_apart(command: list[str], data: bytes) -> bytes | None:
    """What it answers when it is fed a stranger's bytes; None if it died of them."""
    try:
        return subprocess.run(  # noqa: S603 - our own interpreter, no word of it from outside
            command, input=data, capture_output=True, timeout=SECONDS, check=True, cwd=ROOT, env={}
        ).stdout
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None
