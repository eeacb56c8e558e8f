"""What an auction left, on a day: nothing, to be claimed, lapsed or paid."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from people import a_contract

from accounts.models import Client
from contracts.models import Contract, Sale
from contracts.surplus import Surplus, surplus_of

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, Surplus.UNKNOWN),
        ({"surplus": Decimal("0.00")}, Surplus.NOTHING),
        ({"surplus": Decimal(12)}, Surplus.TO_CLAIM),
        ({"surplus": Decimal(12), "surplus_deadline": TODAY}, Surplus.TO_CLAIM),
        ({"surplus": Decimal(12), "sale_on": date(2024, 11, 23)}, Surplus.TO_CLAIM),
        ({"surplus": Decimal(12), "sale_on": date(2024, 11, 22)}, Surplus.LAPSED),
        ({"surplus": Decimal(12), "surplus_deadline": TODAY - timedelta(days=1)}, Surplus.LAPSED),
        ({"surplus": Decimal(12), "surplus_deadline": date(2026, 10, 1), "surplus_paid_on": TODAY}, Surplus.PAID),
    ],
)
def test_what_became_of_a_surplus(facts: dict[str, Any], state: Surplus) -> None:
    assert surplus_of(Sale(contract=Contract(number="V0001"), **facts), TODAY) is state


SALE = {"sale_on": date(2026, 9, 9), "hammer_price": Decimal(1400)}


@pytest.fixture
def sold(helene: Client) -> Contract:
    return a_contract(helene, status="sold")


@pytest.mark.time_machine("2026-11-23T10:00:00+00:00", tick=False)
class TestPages:
    def test_an_open_surplus_is_announced_everywhere(self, helene_browser: Any, sold: Contract) -> None:
        Sale.objects.create(contract=sold, surplus=Decimal("274.45"), surplus_deadline=date(2028, 9, 9), **SALE)
        overview, listed, page = pages(helene_browser, sold)
        assert 'Un boni de <data class="amount" value="274.45">' in overview
        assert overview.index("vous revient") < overview.index("Vous n’avez pas de contrat en cours")
        assert '<span class="tag warn">Boni à demander</span>' in listed
        assert f'data-contract="{sold.number}" data-status="sold"' in listed
        assert 'Demandez-le avant le <strong><time datetime="2028-09-09">' in page

    def test_past_its_deadline_nobody_is_told_to_ask_before(self, helene_browser: Any, sold: Contract) -> None:
        Sale.objects.create(contract=sold, surplus=Decimal("324.32"), surplus_deadline=date(2026, 10, 23), **SALE)
        overview, listed, page = pages(helene_browser, sold)
        assert "Demandez-le" not in overview + page
        assert '<span class="tag plain">Vendu</span>' in listed
        assert 'a pris fin le <time datetime="2026-10-23">' in page

    def test_a_sale_that_left_nothing_says_so(self, helene_browser: Any, sold: Contract) -> None:
        Sale.objects.create(contract=sold, surplus=Decimal(0), **SALE)
        overview, _, page = pages(helene_browser, sold)
        assert "boni" not in overview
        assert "La vente n’a rien laissé&nbsp;: il n’y a pas de boni." in page

    def test_a_paid_surplus_says_when(self, helene_browser: Any, sold: Contract) -> None:
        Sale.objects.create(contract=sold, surplus=Decimal(12), surplus_paid_on=date(2026, 10, 1), **SALE)
        overview, _, page = pages(helene_browser, sold)
        assert "boni" not in overview
        assert 'vous a été payé le <time datetime="2026-10-01">' in page


def pages(browser: Any, contract: Contract) -> list[str]:
    paths = ("espace/", "contrats/", f"contrats/{contract.number}/")
    return [str(browser.get(f"/nantes/{path}").content.decode()) for path in paths]
