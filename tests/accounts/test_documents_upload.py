"""What comes to the form of the papers is bounded and never an error of ours, whatever it is."""

import tracemalloc
from collections.abc import Iterator
from io import RawIOBase
from typing import Any

import pytest
from django.test import Client as Browser
from doors import forget_limits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from papers_sent import list_of

from accounts.actions import documents as actions
from accounts.models import Client
from accounts.papers import check
from web.uploads import LARGEST_FILE


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same check without a new process for each file."""
    monkeypatch.setattr(actions, "check_apart", check)


class Flood(RawIOBase):
    """A body of many megabytes that exists only as it is read."""

    def __init__(self, head: bytes, megabytes: int, tail: bytes) -> None:
        super().__init__()
        self.parts = self._parts(head, megabytes, tail)
        self.rest = b""

    def _parts(self, head: bytes, megabytes: int, tail: bytes) -> Iterator[bytes]:
        yield head
        for _ in range(16 * megabytes):
            yield bytes(65_536)
        yield tail

    def read(self, size: int = -1) -> bytes:
        assert 0 < size <= 2**17, "read in small pieces"
        self.rest = self.rest or next(self.parts, b"")
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece


def test_what_is_too_large_is_never_held(helene_browser: Browser, helene: Client) -> None:
    head = (
        b'--B\r\nContent-Disposition: form-data; name="kind"\r\n\r\nidentity\r\n'
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    )
    tail = b"\r\n--B--\r\n"
    length, megabytes = len(head) + 100 * 2**20 + len(tail), 100
    tracemalloc.start()
    try:
        sent: dict[str, Any] = {
            "CONTENT_LENGTH": str(length),
            "CONTENT_TYPE": "multipart/form-data; boundary=B",
            "wsgi.input": Flood(head, megabytes, tail),
        }
        answer = helene_browser.generic("POST", list_of(helene), **sent)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 422
    assert "Ce fichier pèse plus de 8 Mo." in answer.content.decode()
    assert peak < 4 * LARGEST_FILE


pieces = st.lists(
    st.one_of(st.binary(max_size=40), st.sampled_from([b"--B\r\n", b"--B--", b"\r\n\r\n", b'; filename="a"']))
)


@given(pieces=pieces, kind=st.text(max_size=20))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_form_takes_anything(
    helene_browser: Browser, helene: Client, in_process: None, pieces: list[bytes], kind: str
) -> None:
    forget_limits()
    body = b"".join([
        b'--B\r\nContent-Disposition: form-data; name="kind"\r\n\r\n', kind.encode("utf-8", "surrogatepass"),
        b'\r\n--B\r\nContent-Disposition: form-data; name="file"; filename="\x00../a.pdf"\r\n\r\n',
        *pieces, b"\r\n--B--\r\n",
    ])  # fmt: skip
    answer = helene_browser.post(list_of(helene), body, content_type="multipart/form-data; boundary=B")
    assert answer.status_code in {302, 400, 422}
