"""`papers.check` in a process of its own: with little memory and little time, and without the secrets of ours.

A file that kills its decoder, or that would fill the memory, costs a process that nobody needs any more.
"""

import resource
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from accounts import papers
from accounts.papers import Flaw, Paper, Rejected

SECONDS: Final = 20
MEMORY: Final = 1024**3
COMMAND: Final = [sys.executable, "-E", "-s", "-m", "accounts.paper_process"]
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


def _limit_this_process() -> None:
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        with suppress(ValueError, OSError):  # macOS knows no limit of memory; the others and the time remain
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Bytes on the input; on the output a line with the type and the new bytes, or with the flaw."""
    _limit_this_process()
    outcome = papers.check(sys.stdin.buffer.read())
    match outcome:
        case Paper(content_type, data):
            sys.stdout.buffer.write(content_type.encode() + b"\n" + data)
        case Rejected(flaw):
            sys.stdout.buffer.write(flaw.value.encode() + b"\n")


if __name__ == "__main__":
    main()
