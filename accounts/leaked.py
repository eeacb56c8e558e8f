"""Is a password among those that leaked elsewhere? In the list that comes with the site, and in the operator's.

The operator's file is that of « Have I Been Pwned », ordered by hash, as its downloader writes it: lines `SHA1:COUNT`,
some 40 GB. It is never read whole: a look-up is some forty small reads. SHA-1 protects nothing here, it is the order of
a public list. Standard library only.
"""

import gzip
import hashlib
import os
import re
from functools import cache
from pathlib import Path
from typing import Final, Self

SHIPPED: Final = Path(__file__).parent / "leaked_passwords.txt.gz"
LINE: Final = re.compile(rb"([0-9A-Fa-f]{40}):[0-9]{1,20}\r?(?:\n|\Z)")
LONGEST_LINE: Final = 63  # the hash, a colon, twenty digits, the end
PROBES: Final = 100


class LeakedListError(Exception):
    """It cannot be read, or is not ordered by hash in lines `SHA1:COUNT`."""


def is_shipped(password: str) -> bool:
    """Capitals do not count."""
    return password.strip().lower() in _shipped()


@cache
def _shipped() -> frozenset[str]:
    with gzip.open(SHIPPED, "rt", encoding="utf-8") as lines:
        return frozenset(line.rstrip("\n") for line in lines if not line.startswith("# "))


def is_listed(password: str, path: str) -> bool:
    """In the operator's file. Errors: LeakedListError."""
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with _Listed(path) as listed:
        return listed.has(digest)


def require_ordered(path: str) -> None:
    """Its first and last line, and a hundred between, are such lines and grow. Errors: LeakedListError."""
    with _Listed(path) as listed:
        starts = [listed.size * probe // PROBES for probe in range(PROBES)]
        found = [key for key in map(listed.first_from, starts) if key]
        if not found or found != sorted(found) or listed.last() < found[-1]:
            raise LeakedListError(path)


class _Listed:
    """Opened for one look-up: a newer file in its place counts at once, and threads share no position."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> Self:
        try:
            self.file = os.open(self.path, os.O_RDONLY)
            self.size = os.fstat(self.file).st_size
        except OSError as error:
            raise LeakedListError(self.path) from error
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self.file)

    def has(self, digest: bytes) -> bool:
        """`digest`: forty capital hexadecimal digits. As many reads as the size has bits."""
        low, high = 0, self.size
        while low < high:
            middle = (low + high) // 2
            key = self.first_from(middle)
            if key == digest:
                return True
            if key and key < digest:
                low = middle + 1
            else:
                high = middle
        return False

    def first_from(self, start: int) -> bytes:
        """The hash of the first line that begins at `start` or after; empty after the last."""
        before = max(start - 1, 0)
        window = self._read(before, 2 * LONGEST_LINE)
        if start:
            end = window.find(b"\n")
            if end < 0 and before + len(window) < self.size:
                raise LeakedListError(self.path)
            window = window[end + 1 :] if end >= 0 else b""
        return self._key(window) if window else b""

    def last(self) -> bytes:
        tail = self._read(max(self.size - 2 * LONGEST_LINE, 0), 2 * LONGEST_LINE)
        return self._key(tail.rstrip(b"\r\n").rpartition(b"\n")[2])

    def _key(self, window: bytes) -> bytes:
        line = LINE.match(window)
        if line is None:
            raise LeakedListError(self.path)
        return line[1].upper()

    def _read(self, start: int, size: int) -> bytes:
        try:
            return os.pread(self.file, size, start)
        except OSError as error:
            raise LeakedListError(self.path) from error
