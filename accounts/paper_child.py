"""The process that reads a stranger's file. It knows no Django, no setting and no secret; it ends with its answer."""

import resource
import sys
from contextlib import suppress
from typing import Final

from accounts import papers
from accounts.paper_verdicts import Paper, Rejected

MEMORY: Final = 1024**3


def limit_this_process(seconds: int, memory: int = MEMORY) -> None:
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        with suppress(ValueError, OSError):  # macOS knows no limit of memory; the others and the time remain
            resource.setrlimit(what, (most, most))


def answer() -> None:
    """Bytes on the input; on the output a line with the type and the new bytes, or with the flaw."""
    outcome = papers.check(sys.stdin.buffer.read())
    match outcome:
        case Paper(content_type, data):
            sys.stdout.buffer.write(content_type.encode() + b"\n" + data)
        case Rejected(flaw):
            sys.stdout.buffer.write(flaw.value.encode() + b"\n")


if __name__ == "__main__":
    limit_this_process(int(sys.argv[1]))
    answer()
