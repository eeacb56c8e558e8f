from collections.abc import Iterator

import pytest
from pytest_django.live_server_helper import LiveServer


@pytest.fixture
def site(committed: None) -> Iterator[str]:
    server = LiveServer("localhost")
    yield server.url
    server.stop()
