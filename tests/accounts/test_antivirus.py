"""clamd's word, and what is not taken for one."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clamd_stand_in import FOUND, VIRUS, Clamd, a_closed_port, listening
from django.core.checks import run_checks

from accounts.antivirus import Clean, Infected, NoVerdict, scan


@pytest.fixture
def clamd(settings: Any) -> Iterator[type[Clamd]]:
    with listening() as address:
        settings.CLAMD_URL = address
        yield Clamd


def test_it_finds_and_it_clears(clamd: type[Clamd]) -> None:
    file = os.urandom(200_000)
    assert scan(file, seconds=5) == Clean()
    assert scan(file + VIRUS + file, seconds=5) == Infected("Win.Test.EICAR_HDB-1")
    assert clamd.asked == [file, file + VIRUS + file], "whole, byte for byte"


def test_on_a_socket_of_the_machine(settings: Any, tmp_path: Path) -> None:
    with listening(tmp_path / "clamd.ctl") as address:
        settings.CLAMD_URL = address
        assert scan(VIRUS, seconds=5) == Infected("Win.Test.EICAR_HDB-1")
        assert scan(b"", seconds=5) == Clean()


def test_a_strange_name_is_made_plain_and_short(clamd: type[Clamd]) -> None:
    clamd.answer = "stream: Évil\n\x1b[31m".encode() + b"x" * 200 + b" FOUND\0"
    found = scan(b"x", seconds=5)
    assert isinstance(found, Infected)
    assert found.signature == ("??vil???31m" + "x" * 200)[:80]


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0", b"stream: OK", b"stream: OK\n", b"OK\0", b"UNKNOWN COMMAND\0", FOUND[:-7], b"stream: FOUND\0",
     b"INSTREAM size limit exceeded. ERROR\0", b"\xff" * 5000, b"stream: Can't allocate memory ERROR\0"],
)  # fmt: skip
def test_other_words_are_no_verdict(clamd: type[Clamd], answer: bytes) -> None:
    clamd.answer = answer
    assert isinstance(scan(b"x", seconds=5), NoVerdict)


def test_what_is_too_large_for_it_is_no_verdict(clamd: type[Clamd]) -> None:
    clamd.most = 100_000
    assert isinstance(scan(bytes(100_001), seconds=5), NoVerdict)
    assert isinstance(scan(bytes(8 * 2**20), seconds=5), NoVerdict), "it hung up in the middle"


@pytest.mark.parametrize("fault", [{"delay": 3.0}, {"drip": 0.15}], ids=["hangs", "drips"])
def test_whatever_it_does_the_time_is_bounded(clamd: type[Clamd], fault: dict[str, float]) -> None:
    for name, value in fault.items():
        setattr(clamd, name, value)
    started = time.monotonic()
    assert isinstance(scan(b"x", seconds=0.5), NoVerdict)
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("address", ["", "unix:///nowhere/clamd.ctl", "tcp://nobody.invalid:3310"])
def test_nobody_there_is_no_verdict(settings: Any, address: str) -> None:
    settings.CLAMD_URL = address or a_closed_port()
    assert isinstance(scan(b"x", seconds=2), NoVerdict)


def test_a_production_without_one_is_advised_to_have_one(settings: Any) -> None:
    def advice() -> list[str]:
        return [str(word.id) for word in run_checks(tags=["security"], include_deployment_checks=True)]

    settings.CLAMD_URL = ""
    assert "accounts.W001" in advice()
    assert "accounts.W001" not in [word.id for word in run_checks()], "only by check --deploy"
    settings.CLAMD_URL = "tcp://clamd:3310"
    assert "accounts.W001" not in advice()
