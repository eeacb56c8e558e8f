"""The area's pages of contracts, as a client's browser gets them on 23 November 2026."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from people import a_contract, a_tariff

from accounts.models import Client
from contracts.models import Contract, Pledge, Sale

pytestmark = pytest.mark.time_machine(datetime(2026, 11, 23, 10, tzinfo=UTC), tick=False)

AMOUNT_DUE = re.compile(r'<data class="amount" id="amount-due" value="([0-9.]+)">')


def amount_due(page: str) -> str:
    match = AMOUNT_DUE.search(page)
    assert match, page
    return match[1]


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "59.20"),
        ({"principal": Decimal(250)}, "14.80"),
        ({"principal": Decimal(8000)}, "339.68"),
        ({"principal": Decimal(8000), "fees": Decimal("3.00")}, "342.68"),
    ],
)
def test_published_cases_of_nantes(helene: Client, helene_browser: Any, facts: dict[str, Any], expected: str) -> None:
    contract = a_contract(helene, **facts)
    page = text_of(helene_browser.get(f"/nantes/contrats/{contract.number}/"))
    assert amount_due(page) == expected
    assert '<time id="due-on" datetime="2026-12-02">' in page
    assert 'data-quote-line="interest"' in page


PARIS = {"count": "day", "rate_period": "year", "fixed_duty": "0", "late": []}
PUBLISHED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (PARIS | {"brackets": [{"rate": "7.80"}]}, {"pledged_on": date(2026, 8, 23), "due_on": date(2026, 12, 2)}, "19.66"),
    (
        PARIS | {"brackets": [{"rate": "7.80"}]},
        {"pledged_on": date(2025, 11, 23), "due_on": date(2026, 12, 2)},
        "78.00",
    ),
    (
        PARIS | {"brackets": [{"rate": "8.45"}]},
        {"principal": Decimal(3000), "pledged_on": date(2026, 5, 23), "due_on": date(2026, 12, 2)},
        "127.79",
    ),
    ({"brackets": [{"rate": "0.81"}], "fixed_duty": "0"}, {}, "48.60"),
    ({"brackets": [{"rate": "0", "fixed_duty": "1"}]}, {"principal": Decimal(120)}, "1.20"),
    ({"rate_period": "semester", "brackets": [{"rate": "6.4"}], "fixed_duty": "0"}, {}, "64.00"),
    (
        {"rate_period": "semester", "brackets": [{"rate": "7.5"}], "fixed_duty": "0"},
        {"principal": Decimal(200)},
        "15.00",
    ),
    ({"rate_period": "year", "brackets": [{"rate": "6.5"}], "fixed_duty": "0"}, {}, "32.50"),
    (
        {"count": "half_month", "rate_period": "half_month", "brackets": [{"rate": "0.80"}], "fixed_duty": "0"},
        {"principal": Decimal(700), "pledged_on": date(2026, 6, 23)},
        "56.00",
    ),
    (
        {"brackets": [{"rate": "0.57"}], "fixed_duty": "0", "late": []},
        {"principal": Decimal(1607), "fees": Decimal("11.16"), "pledged_on": date(2025, 11, 23)},
        "121.08",
    ),
]


@pytest.mark.parametrize(("tariff", "facts", "expected"), PUBLISHED)
def test_published_cases_elsewhere(
    helene: Client, helene_browser: Any, tariff: dict[str, Any], facts: dict[str, Any], expected: str
) -> None:
    contract = a_contract(helene, tariff=a_tariff(helene.establishment, "autre", **tariff), **facts)
    assert amount_due(text_of(helene_browser.get(f"/nantes/contrats/{contract.number}/"))) == expected


def test_paying_said_before_the_click(helene: Client, helene_browser: Any) -> None:
    contract = a_contract(helene)
    page = text_of(helene_browser.get(f"/nantes/contrats/{contract.number}/"))
    assert '<time datetime="2027-06-02">' in page
    early = a_contract(helene, due_on=date(2027, 2, 2))
    page = text_of(helene_browser.get(f"/nantes/contrats/{early.number}/"))
    assert "la date d’échéance ne change pas" in page
    assert '<time datetime="2027-01-03">' in page


@pytest.mark.parametrize("status", [choice for choice, _ in Contract.Status.choices])
def test_every_state_has_its_page(helene: Client, helene_browser: Any, status: str) -> None:
    contract = a_contract(helene, status=status)
    Sale.objects.create(contract=contract, surplus=Decimal("12.00"), sale_on=date(2026, 9, 1), hammer_price=1200)
    shown = "due_soon" if status == "active" else status
    page = text_of(helene_browser.get(f"/nantes/contrats/{contract.number}/"))
    assert f'data-status="{shown}"' in page
    listed = text_of(helene_browser.get("/nantes/contrats/"))
    assert f'data-contract="{contract.number}" data-status="{shown}"' in listed
    assert ("Terminés" in listed) == (status in {"sold", "redeemed", "renewed", "closed"})


def test_the_overview_puts_the_most_urgent_first(helene: Client, helene_browser: Any) -> None:
    later = a_contract(helene, due_on=date(2027, 3, 2))
    sooner = a_contract(helene)
    page = text_of(helene_browser.get("/nantes/espace/"))
    assert "Bonjour Hélène Lefèvre" in page
    assert page.index(sooner.number) < page.index(later.number)
    a_contract(helene, status="repaid", due_on=date(2026, 6, 3))
    listed = a_contract(helene, status="on_sale_list", due_on=date(2026, 12, 24))
    page = text_of(helene_browser.get("/nantes/espace/"))
    assert page.index(listed.number) < page.index(sooner.number)


def test_an_area_without_a_contract(helene_browser: Any) -> None:
    assert "Vous n’avez pas de contrat en cours" in text_of(helene_browser.get("/nantes/espace/"))
    assert "Vous n’avez pas de contrat en cours" in text_of(helene_browser.get("/nantes/contrats/"))


def test_a_contract_without_a_described_object_is_named_by_its_number(helene: Client, helene_browser: Any) -> None:
    contract = a_contract(helene)
    Pledge.objects.all().delete()
    assert f"Contrat {contract.number}" in text_of(helene_browser.get(f"/nantes/contrats/{contract.number}/"))


def test_another_clients_contract_does_not_exist(ousmane: Client, anh: Client, helene_browser: Any) -> None:
    for other in (a_contract(ousmane), a_contract(anh)):
        assert helene_browser.get(f"/nantes/contrats/{other.number}/").status_code == 404
        assert helene_browser.post(f"/nantes/contrats/{other.number}/prolonger/").status_code == 404


def test_a_free_loan_is_prolonged_by_a_button(helene: Client, helene_browser: Any) -> None:
    free = a_tariff(helene.establishment, "libre", fixed_duty="0")
    contract = a_contract(helene, principal=Decimal(80), tariff=free)
    assert "Prolonger sans payer" in text_of(helene_browser.get(f"/nantes/contrats/{contract.number}/"))
    answer = helene_browser.post(f"/nantes/contrats/{contract.number}/prolonger/", follow=True)
    assert "prolongé jusqu’au 2\u00a0juin\u00a02027" in text_of(answer)
    again = helene_browser.post(f"/nantes/contrats/{contract.number}/prolonger/", follow=True)
    assert "ne peut pas être prolongé sans paiement" in text_of(again)


def test_the_queries_of_a_page_do_not_grow_with_the_contracts(
    helene: Client, helene_browser: Any, django_assert_num_queries: Any
) -> None:
    for wanted in (1, 30):
        while Contract.objects.count() < wanted:
            a_contract(helene)
        number = Contract.objects.all()[0].number
        # session with user, file and establishment; device; contracts; then whether a better second factor may be
        # offered, or the objects
        for path, queries in (("espace/", 4), (f"contrats/{number}/", 4)):
            with django_assert_num_queries(queries):
                text_of(helene_browser.get(f"/nantes/{path}"))
