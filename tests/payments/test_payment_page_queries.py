"""The pages of payments ask the database as often for 30 rows as for one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from doors import enter
from paying import paid, seal_of
from payment_pages import CHOOSE, LIST, START, page_of, receipt_of
from people import a_contract

from accounts.models import Client
from contracts.models import Contract

pytestmark = pytest.mark.usefixtures("morning", "merchant")


def queries(browser: Browser, ask: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200
    return len(captured)


class TestNumberOfQueries:
    """The same with 1 and with 30 contracts or payments."""

    @pytest.fixture(params=[1, 30])
    def contracts(self, helene: Client, request: pytest.FixtureRequest) -> list[Contract]:
        return [a_contract(helene) for _ in range(request.param)]

    def test_choose_and_confirm(self, helene: Client, browser: Browser, contracts: list[Contract]) -> None:
        enter(browser, helene)
        numbers = [contract.number for contract in contracts]
        assert queries(browser, lambda: browser.get(CHOOSE)) == 3
        assert queries(browser, lambda: browser.post(CHOOSE, {"contract": numbers})) == 3

    def test_start(self, helene: Client, browser: Browser, contracts: list[Contract]) -> None:
        enter(browser, helene)
        numbers = [contract.number for contract in contracts]
        fields = {"contract": numbers, "seal": seal_of(helene, contracts)}
        assert queries(browser, lambda: browser.post(START, fields)) == 15

    def test_status(self, helene: Client, browser: Browser, contracts: list[Contract]) -> None:
        enter(browser, helene)
        attempt = paid(helene, *contracts)
        assert queries(browser, lambda: browser.get(page_of(attempt))) == 5
        assert queries(browser, lambda: browser.get(receipt_of(attempt))) == 5

    def test_list(self, helene: Client, browser: Browser, contracts: list[Contract]) -> None:
        enter(browser, helene)
        for contract in contracts:
            paid(helene, contract)
        assert queries(browser, lambda: browser.get(LIST)) == 5
