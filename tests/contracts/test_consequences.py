"""What the client reads of doing nothing, on 23 November 2026, and what an auction's price became."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from people import a_contract

from accounts.models import Client
from contracts.consequences import MayBeSold, WillBeSold, WillOwe, consequence_of_waiting
from contracts.models import Contract, Sale
from contracts.standing import quote_of, standing_of
from contracts.surplus_statement import SurplusStatement, statement_of
from web.french import NBSP

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TODAY = NOW.date()

pytestmark = pytest.mark.time_machine(NOW, tick=False)


def consequence(contract: Contract) -> Any:
    return consequence_of_waiting(standing_of(contract, on=TODAY, now=NOW))


def read(browser: Any, path: str) -> str:
    return " ".join(str(browser.get(path).content.decode()).replace("&nbsp;", NBSP).split(" "))


class TestRule:
    def test_before_the_due_date_it_is_the_day_after_it(self, helene: Client) -> None:
        """Nantes: seven months begun are 57.40, the duty 10.00, and 2 % of 57.40 for being late."""
        assert consequence(a_contract(helene)) == WillOwe(date(2026, 12, 3), Decimal("68.55"), Decimal("1.15"))

    def test_past_it_nothing_keeps_the_object_from_the_list(self, helene: Client) -> None:
        contract = a_contract(helene, due_on=date(2026, 11, 20))
        on = date(2026, 12, 23)
        assert consequence(contract) == MayBeSold(on, quote_of(contract, on).total)

    @pytest.mark.parametrize(
        "facts",
        [{"status": "blocked"}, {"payment_started_at": NOW}, {"status": "repaid"}, {"status": "sold"}],
    )
    def test_nothing_threatens(self, helene: Client, facts: dict[str, Any]) -> None:
        assert consequence(a_contract(helene, **facts)) is None

    def test_listed_it_is_the_sale_with_the_price_of_preventing_it(self, helene: Client) -> None:
        contract = a_contract(helene, status="on_sale_list")
        Sale.objects.create(contract=contract, sale_on=date(2026, 12, 3), place="Hôtel des ventes")
        assert consequence(contract) == WillBeSold(
            date(2026, 12, 3), "Hôtel des ventes", date(2026, 12, 2), Decimal("59.20"), Decimal("1059.20")
        )

    @pytest.mark.parametrize("sale_on", [None, TODAY, date(2026, 11, 20)])
    def test_without_a_day_to_come_there_is_no_last_day(self, helene: Client, sale_on: date | None) -> None:
        contract = a_contract(helene, status="on_sale_list")
        Sale.objects.create(contract=contract, sale_on=sale_on)
        found = consequence(contract)
        assert (found.sale_on, found.last_day) == (None, None)

    def test_listed_without_a_row_of_the_sale(self, helene: Client) -> None:
        found = consequence(a_contract(helene, status="on_sale_list"))
        assert (found.sale_on, found.place) == (None, "")


class TestPages:
    def test_beside_what_paying_does(self, helene: Client, helene_browser: Any) -> None:
        contract = a_contract(helene)
        for path in ("/nantes/espace/", contract.get_absolute_url()):
            page = read(helene_browser, path)
            assert "Et si vous ne faites rien" in page
            assert 'vous devrez <data class="amount" value="68.55">' in page
            assert f'demander/more_time/">Vous ne pouvez pas payer maintenant{NBSP}? Demandez un délai' in page

    def test_far_from_the_due_date_no_delay_is_proposed(self, helene: Client, helene_browser: Any) -> None:
        page = read(helene_browser, a_contract(helene, due_on=date(2027, 3, 2)).get_absolute_url())
        assert "Et si vous ne faites rien" in page
        assert "Demandez un délai" not in page

    def test_on_the_sale_list_the_last_day_and_its_price(self, helene: Client, helene_browser: Any) -> None:
        contract = a_contract(helene, status="on_sale_list", ticket_kind="bearer")
        Sale.objects.create(contract=contract, sale_on=date(2026, 12, 3), place="Hôtel des ventes")
        for path in ("/nantes/espace/", contract.get_absolute_url()):
            page = read(helene_browser, path)
            assert 'retirer de la vente, jusqu’au <time datetime="2026-12-02">' in page
            assert 'id="withdraw-redemption" value="1059.20"' in page
            assert "apportez le papier" in page
            assert "le reste vous revient" in page


SOLD: dict[str, Any] = {"sale_on": date(2026, 9, 9), "hammer_price": Decimal(1400)}


class TestStatement:
    @pytest.fixture
    def sold(self, helene: Client) -> Contract:
        """On 9 September four months begun are owed: 32.80, and the duty, 10.00."""
        return a_contract(helene, status="sold")

    def test_the_price_less_all_that_was_owed_is_the_surplus(self, sold: Contract) -> None:
        statement = statement_of(sold, Sale(contract=sold, surplus=Decimal("340.20"), **SOLD))
        assert isinstance(statement, SurplusStatement)
        assert [(line.kind, line.amount) for line in statement.lines] == [
            ("interest", Decimal("32.80")),
            ("fixed_duty", Decimal("10.00")),
        ]
        assert statement.other == Decimal("17.00")
        taken = statement.principal + sum(line.amount for line in statement.lines) + statement.other
        assert statement.price - taken == statement.surplus == Decimal("340.20")

    @pytest.mark.parametrize(
        "facts",
        [
            {**SOLD, "surplus": None},
            {**SOLD, "surplus": Decimal(0)},
            {**SOLD, "surplus": Decimal(300), "sale_on": None},
            {**SOLD, "surplus": Decimal(300), "hammer_price": None},
            {**SOLD, "surplus": Decimal("357.21")},
        ],
    )
    def test_no_statement_that_would_not_add_up(self, sold: Contract, facts: dict[str, Any]) -> None:
        assert statement_of(sold, Sale(contract=sold, **facts)) is None

    def test_none_once_the_liquidation_has_settled_the_interest(self, sold: Contract) -> None:
        sold.interest_paid_until = SOLD["sale_on"]
        assert statement_of(sold, Sale(contract=sold, surplus=Decimal("340.20"), **SOLD)) is None

    def test_on_the_page(self, sold: Contract, helene_browser: Any) -> None:
        Sale.objects.create(contract=sold, surplus=Decimal("340.20"), **SOLD)
        page = read(helene_browser, sold.get_absolute_url())
        assert f'−{NBSP}<data class="amount" value="1000.00">' in page
        assert f'Droits et frais de la vente</th><td>−{NBSP}<data class="amount" value="17.00">' in page
        assert "Votre boni" in page

    def test_that_takes_nothing_besides_says_nothing_of_it(self, sold: Contract, helene_browser: Any) -> None:
        Sale.objects.create(contract=sold, surplus=Decimal("357.20"), **SOLD)
        page = read(helene_browser, sold.get_absolute_url())
        assert "Votre boni" in page
        assert "Droits et frais de la vente" not in page
