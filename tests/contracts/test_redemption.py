"""Taking the object back, and repaying a part: the rules, then the page that simulates them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import a_contract
from test_growth import TERMS, rules

from accounts.models import Client
from contracts.interest import quote
from contracts.models import Contract
from contracts.redemption import partial_repayment, redemption_quote

DAY, LATER = date(2026, 11, 23), date(2027, 5, 23)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 23, 11, tzinfo=UTC), tick=False):
        yield


def test_the_loan_and_what_is_due() -> None:
    assert redemption_quote(rules(), TERMS, DAY).total == Decimal("1059.20")


def test_a_part_makes_the_interest_to_come_smaller() -> None:
    after = partial_repayment(rules(), TERMS, DAY, capital=Decimal(400), until=LATER)
    assert (after.total, after.remaining) == (Decimal("459.20"), Decimal(600))
    assert (after.interest_before, after.interest_after, after.saved) == (
        Decimal("49.20"), Decimal("29.52"), Decimal("19.68"),
    )  # fmt: skip


@pytest.mark.parametrize("capital", ["0", "-1", "1000", "1000.01"])
def test_no_part_is_the_whole_or_nothing(capital: str) -> None:
    with pytest.raises(ValueError, match="no part"):
        partial_repayment(rules(), TERMS, DAY, capital=Decimal(capital), until=LATER)


@given(st.decimals("0.01", "999.99", places=2), st.integers(0, 200))
def test_a_part_pays_what_is_due_and_nothing_twice(capital: Decimal, cents: int) -> None:
    terms = replace(TERMS, fees=Decimal(cents) / 100)
    after = partial_repayment(rules(), terms, DAY, capital=capital, until=LATER)
    assert after.due == quote(rules(), terms, DAY)
    assert after.remaining + after.capital == terms.principal
    assert after.interest_after <= after.interest_before


class TestPage:
    @pytest.fixture
    def ring(self, helene: Client) -> Contract:
        return a_contract(helene)

    def test_today_unless_said(self, helene_browser: Browser, ring: Contract) -> None:
        page = helene_browser.get(f"/nantes/contrats/{ring.number}/simuler/").content.decode()
        assert '<data class="amount" id="redemption-total" value="1059.20">' in page

    def test_another_day_and_a_part(self, helene_browser: Browser, ring: Contract) -> None:
        page = helene_browser.get(f"/nantes/contrats/{ring.number}/simuler/?day=2026-12-03&capital=200,50")
        words = page.content.decode()
        assert 'id="redemption-total" value="1068.55"' in words
        assert 'id="partial-total" value="269.05"' in words
        assert "Cela ne change pas la date d’échéance" in words

    def test_on_the_sale_list_it_is_said(self, helene_browser: Browser, helene: Client) -> None:
        listed = a_contract(helene, status="on_sale_list")
        page = helene_browser.get(f"/nantes/contrats/{listed.number}/simuler/?capital=100").content.decode()
        assert "Cela ne retire pas votre objet de la vente." in page

    @pytest.mark.parametrize(
        "query", ["day=2026-11-22", "day=hier", "capital=1000", "capital=950", "capital=-1", "day="]
    )
    def test_bad_input_is_said_and_kept(self, helene_browser: Browser, ring: Contract, query: str) -> None:
        answer = helene_browser.get(f"/nantes/contrats/{ring.number}/simuler/?{query}")
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert f'value="{query.partition("=")[2]}"' in answer.content.decode() or query == "day="

    def test_what_owes_nothing_has_nothing_to_simulate(self, helene_browser: Browser, helene: Client) -> None:
        over = a_contract(helene, status="redeemed")
        assert helene_browser.get(f"/nantes/contrats/{over.number}/simuler/").status_code == 404

    @settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=20), st.text(max_size=20))
    def test_any_question(self, helene_browser: Browser, ring: Contract, day: str, capital: str) -> None:
        asked = {"day": day.encode("utf-8", "replace").decode(), "capital": capital.encode("utf-8", "replace").decode()}
        assert helene_browser.get(f"/nantes/contrats/{ring.number}/simuler/", asked).status_code in {200, 422}


def test_the_contracts_page_draws_the_growth(helene_browser: Browser, helene: Client) -> None:
    ring = a_contract(helene)
    page = helene_browser.get(f"/nantes/contrats/{ring.number}/").content.decode()
    assert 'role="img" aria-labelledby="courbe-titre courbe-texte"' in page
    assert "un mois de plus commence" in page or "des frais de retard s’ajoutent" in page
