"""What the area says of a contract that is not simply to be paid, read on 23 November 2026."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from browsers import CommittingBrowser, log_in
from people import a_client, a_contract, an_establishment

from accounts.models import Client
from contracts.models import ClientRequest, Contract, Sale
from web.french import NBSP

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TODAY = NOW.date()
CAPPED: dict[str, Any] = {"pledged_on": date(2024, 12, 5), "due_on": date(2026, 12, 5)}
SETTLED: dict[str, Any] = {"interest_paid_until": TODAY, "duty_paid_for": date(2026, 12, 5)}

pytestmark = pytest.mark.time_machine(NOW, tick=False)


def read(browser: Any, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode()).replace("&nbsp;", NBSP)


def page_of(browser: Any, contract: Contract) -> str:
    return read(browser, f"/nantes/contrats/{contract.number}/")


class TestSaleList:
    def test_the_sale_comes_before_the_due_date(self, helene: Client, helene_browser: Any) -> None:
        contract = a_contract(helene, status="on_sale_list", pledged_on=date(2025, 8, 20), due_on=date(2026, 8, 20))
        Sale.objects.create(contract=contract, listed_on=date(2026, 11, 2), sale_on=date(2026, 12, 3))
        overview = read(helene_browser, "/nantes/espace/")
        assert (
            f'Vente prévue le <time datetime="2026-12-03">3{NBSP}décembre{NBSP}2026</time>{NBSP}: appelez' in overview
        )
        assert "depuis 95" not in overview.replace(NBSP, " ")
        assert 'Vente prévue le <strong><time datetime="2026-12-03">' in read(helene_browser, "/nantes/contrats/")
        assert "Si vous payez plus tard" not in page_of(helene_browser, contract)

    @pytest.mark.parametrize("sale_on", [None, TODAY, date(2026, 11, 22)])
    def test_no_sale_to_come_is_announced_without_its_day(
        self, helene: Client, helene_browser: Any, sale_on: date | None
    ) -> None:
        Sale.objects.create(contract=a_contract(helene, status="on_sale_list"), sale_on=sale_on)
        overview = read(helene_browser, "/nantes/espace/")
        assert "Vente prévue" not in overview
        assert f"Vente en préparation{NBSP}: appelez vite l’agence" in overview


class TestMaximumDuration:
    def test_with_nothing_due_the_agency_is_to_be_called(self, helene: Client, helene_browser: Any) -> None:
        contract = a_contract(helene, **CAPPED, **SETTLED)
        for page in (page_of(helene_browser, contract), read(helene_browser, "/nantes/espace/")):
            assert 'Ce contrat atteint sa durée maximale le <time datetime="2026-12-05">' in page
            assert f"Appeler l’agence{NBSP}: 02" in page

    def test_past_that_day_it_is_not_named_as_one_to_come(self, helene: Client, helene_browser: Any) -> None:
        facts: dict[str, Any] = {"pledged_on": date(2024, 11, 20), "due_on": date(2026, 11, 20)}
        contract = a_contract(helene, **facts, interest_paid_until=TODAY, late_taken=Decimal(100))
        page = page_of(helene_browser, contract)
        assert "Ce contrat a atteint sa durée maximale" in page
        assert "avant cette date" not in page

    def test_once_asked_it_says_until_when_to_wait(self, helene: Client, helene_browser: Any) -> None:
        contract = a_contract(helene, **CAPPED, **SETTLED)
        ClientRequest.objects.create(
            establishment=helene.establishment, contract=contract, kind="renewal", opened_at=NOW
        )
        for page in (page_of(helene_browser, contract), read(helene_browser, "/nantes/espace/")):
            assert "Votre demande de renouvellement est chez l’agence." in page
            assert 'Sans appel avant le <strong><time datetime="2026-12-05">' in page
            assert "Appelez l’agence avant cette date" not in page


def test_the_last_day_to_prolong_online_is_said_where_there_is_one(helene: Client, helene_browser: Any) -> None:
    words = f'Après le <time datetime="2026-12-02">2{NBSP}décembre{NBSP}2026</time>, vous ne pourrez plus prolonger'
    assert words not in page_of(helene_browser, a_contract(helene))
    nice = a_client(an_establishment("nice", payable_until="due_date"))
    contract = a_contract(nice)
    assert words in read(log_in(CommittingBrowser(), nice), f"/nice/contrats/{contract.number}/")


@pytest.mark.parametrize(
    ("facts", "title", "short"),
    [
        ({}, "À payer aujourd’hui", "à payer"),
        ({"due_on": date(2027, 2, 2)}, "Intérêts à ce jour", "d’intérêts à ce jour"),
        ({"due_on": date(2027, 2, 2), "status": "blocked"}, "Dû à ce jour", "dû à ce jour"),
        ({"status": "on_sale_list"}, "Dû à ce jour", "dû à ce jour"),
    ],
)
def test_a_sum_has_the_same_name_on_its_card_and_its_page(
    helene: Client, helene_browser: Any, facts: dict[str, Any], title: str, short: str
) -> None:
    contract = a_contract(helene, **facts)
    page = page_of(helene_browser, contract)
    assert f'<h2 class="label" id="du">{title}</h2>' in page
    assert f'<span class="soft">{short}</span>' in read(helene_browser, "/nantes/contrats/")
    assert ("Récupérer votre objet" in page) == (contract.status != "blocked")


def test_a_payment_under_way_leads_to_the_payments(helene: Client, helene_browser: Any) -> None:
    contract = a_contract(helene, payment_started_at=NOW)
    for page in (page_of(helene_browser, contract), read(helene_browser, "/nantes/espace/")):
        assert f"recommencer à 11{NBSP}h{NBSP}20" in page
        assert 'href="/nantes/paiements/">Voir vos paiements</a>' in page
        assert f"Appeler l’agence{NBSP}:" not in page


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        ([date(2027, 3, 2)] * 2, ". Aucune échéance n’est proche."),
        ([date(2026, 12, 2), date(2027, 3, 2)], f", dont 59,20{NBSP}€ pour celui dont l’échéance est proche ou passée"),
        (
            [date(2026, 11, 2), date(2026, 12, 2), date(2027, 3, 2)],
            f", dont 119,38{NBSP}€ pour les 2 dont l’échéance est proche ou passée",
        ),
        ([date(2026, 12, 2)] * 2, "</p>"),
    ],
)
def test_the_sum_of_all_says_how_much_of_it_is_pressing(
    helene: Client, helene_browser: Any, due_on: list[date], words: str
) -> None:
    for day in due_on:
        a_contract(helene, due_on=day)
    assert f"en tout à ce jour{words}" in read(helene_browser, "/nantes/espace/")


def test_two_alike_objects_have_two_links(helene: Client, helene_browser: Any) -> None:
    numbers = [a_contract(helene).number for _ in range(2)]
    listed = read(helene_browser, "/nantes/contrats/")
    assert all(f'<span class="hidden">, contrat n°{NBSP}{number}</span></a>' in listed for number in numbers)


def test_a_heavy_object_is_weighed_with_a_space(helene: Client, helene_browser: Any) -> None:
    contract = a_contract(helene)
    contract.pledges.update(weight_g=Decimal("1180.50"))
    assert f"1{NBSP}180,50{NBSP}g" in page_of(helene_browser, contract).replace("\u202f", NBSP)
