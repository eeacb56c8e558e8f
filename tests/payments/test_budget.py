"""« J’ai N € »: what a sum settles in full, the nearest due date first."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser
from hypothesis import given
from hypothesis import strategies as st
from people import a_contract

from accounts.models import Client
from payments.budget import Payable, proposal_for

DUE = date(2026, 12, 2)
CHOOSE = "/nantes/payer/"


@pytest.fixture(autouse=True)
def morning_of_the_23rd() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=UTC), tick=False):
        yield


def test_in_order_and_what_does_not_fit_is_left() -> None:
    payable = [
        Payable("C", Decimal(30), DUE + timedelta(days=2)),
        Payable("A", Decimal(40), DUE),
        Payable("B", Decimal(100), DUE + timedelta(days=1)),
    ]
    proposal = proposal_for(Decimal(80), payable)
    assert proposal.numbers == ("A", "C")
    assert (proposal.total, proposal.left) == (Decimal(70), Decimal(10))
    assert proposal.missed is payable[2]
    assert proposal.missing == Decimal(90)


def test_nothing_goes_to_a_date_that_would_not_move_while_a_nearer_one_is_missed() -> None:
    near, far = Payable("A", Decimal(90), DUE), Payable("B", Decimal(10), DUE + timedelta(days=90), prolongs=False)
    assert proposal_for(Decimal(80), [near, far]).numbers == ()
    assert proposal_for(Decimal(100), [near, far]).numbers == ("A", "B")


SUMS = st.decimals("0.01", "500", places=2)


@given(SUMS, st.lists(st.tuples(SUMS, st.integers(0, 60)), max_size=12))
def test_never_above_the_sum_and_nothing_that_would_fit_is_left(
    budget: Decimal, loans: list[tuple[Decimal, int]]
) -> None:
    payable = [Payable(f"{n}", total, DUE + timedelta(days=days)) for n, (total, days) in enumerate(loans)]
    proposal = proposal_for(budget, payable)
    assert proposal.total == sum(one.total for one in payable if one.number in proposal.numbers) <= budget
    assert proposal.left == budget - proposal.total
    assert all(one.total > proposal.left for one in payable if one.number not in proposal.numbers)


@pytest.mark.usefixtures("merchant")
class TestPage:
    @pytest.fixture(autouse=True)
    def three(self, helene: Client) -> None:
        for n in range(3):  # 59.20 € each
            a_contract(helene, number=f"V000{n}", due_on=DUE + timedelta(days=n))

    def ticked(self, browser: Browser, budget: str) -> list[str]:
        page = browser.get(CHOOSE, {"budget": budget})
        assert page.status_code == 200
        return [choice["card"].number for choice in page.context["choices"] if choice["checked"]]

    def test_what_the_sum_settles_is_ticked(self, helene_browser: Browser) -> None:
        assert self.ticked(helene_browser, "120,00") == ["V0000", "V0001"]
        page = helene_browser.get(CHOOSE, {"budget": "120,00"}).content.decode()
        assert "Cette somme règle 2&nbsp;contrats, pour 118,40\u00a0€." in page
        assert "il manque 57,60\u00a0€" in page

    def test_too_little_is_said(self, helene_browser: Browser) -> None:
        assert self.ticked(helene_browser, "10") == []
        page = helene_browser.get(CHOOSE, {"budget": "10"}).content.decode()
        assert "Cette somme ne règle aucun contrat en entier." in page

    @pytest.mark.parametrize("budget", ["", "0", "-5", "beaucoup", "1e9", "10,001", "9" * 40, "\x00"])
    def test_a_sum_that_is_none(self, helene_browser: Browser, budget: str) -> None:
        answer = helene_browser.get(CHOOSE, {"budget": budget})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()

    def test_one_contract_needs_no_such_help(self, ousmane_browser: Browser, ousmane: Client) -> None:
        a_contract(ousmane)
        assert "J’ai une somme précise" not in ousmane_browser.get(CHOOSE).content.decode()
