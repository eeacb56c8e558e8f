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
COMMAND: Final = [sys.executable, "-E", "-s", "-m", "accounts.paper_child", str(SECONDS)]
ROOT: Final = Path(__file__).resolve().parent.parent

_one_at_a_time = threading.Lock()  # the threads of a server share its memory


def check_apart(data: bytes) -> Paper | Rejected:
    with _one_at_a_time:
        try:
            answer = subprocess.run(  # noqa: S603 - our own interpreter, no word of it from outside
                COMMAND, input=data, capture_output=True, timeout=SECONDS, check=True, cwd=ROOT, env={}
            ).stdout
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
            return Rejected(Flaw.TOO_HEAVY)
    verdict, _, written = answer.partition(b"\n")
    return Paper(verdict.decode(), written) if written else Rejected(Flaw(verdict.decode()))
