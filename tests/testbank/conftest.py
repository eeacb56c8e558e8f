from collections.abc import Iterator

import pytest
from fake_shop import Shop, start_shop

from testbank import server


@pytest.fixture
def bank() -> Iterator[server.BankServer]:
    running = server.start(late_after=0.3)
    yield running
    running.stop()


@pytest.fixture
def shop(bank: server.BankServer) -> Iterator[Shop]:
    running = start_shop(bank)
    yield running
    running.server.shutdown()
    running.server.server_close()
