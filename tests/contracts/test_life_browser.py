"""Every state of a contract's life in Chromium, narrow and wide: its words, looked at by axe, nothing sideways."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from people import a_client, a_contract, an_establishment
from playwright.sync_api import Browser, expect
from readable import assert_readable, page_of

from accounts.models import Client
from contracts.calendar_units import add_months
from contracts.models import Contract, Sale


@dataclass(frozen=True)
class Life:
    """`due_in` and the days of `sale` count from today; `words` stand on the page."""

    words: str
    due_in: int = 10
    facts: dict[str, Any] = field(default_factory=dict)
    sale: dict[str, Any] = field(default_factory=dict)
    is_at_cap: bool = False
    is_settled: bool = False


LIVES = {
    "active": Life("la date d’échéance ne change pas", due_in=120),
    "due soon": Life("votre contrat est prolongé jusqu’au"),
    "settled": Life("Prolonger sans payer", is_settled=True),
    "at the cap": Life("Ce contrat atteint sa durée maximale", is_at_cap=True),
    "overdue": Life("L’agence peut inscrire votre objet pour la vente", due_in=-20),
    "too late": Life("ne peut plus être prolongé en ligne", due_in=-200),
    "blocked": Life("Ce contrat est bloqué", facts={"status": "blocked"}),
    "disputed": Life("L’agence vérifie le montant", facts={"is_disputed": True}),
    "bearer": Life("Ce contrat est au porteur", facts={"ticket_kind": "bearer"}),
    "being paid": Life("La banque vérifie ce paiement", facts={"payment_is_pending": True}),
    "listed": Life("Appelez l’agence tout de suite", -60, {"status": "on_sale_list"}),
    "to be sold": Life("Vous pouvez encore le retirer", -60, {"status": "on_sale_list"}, {"sale_on": 9}),
    "sold": Life("il n’y a pas de boni", -100, {"status": "sold"}, {"sale_on": -30, "surplus": 0}),
    "surplus": Life("Votre boni", -100, {"status": "sold"}, {"sale_on": -30, "surplus": 200}),
    "lapsed": Life("a pris fin le", -900, {"status": "sold"}, {"sale_on": -800, "surplus": 200}),
    "surplus paid": Life("vous a été payé", -100, {"status": "sold"}, {"sale_on": -30, "surplus": 200, "paid": -3}),
    "repaid": Life("Venez retirer votre objet", facts={"status": "repaid"}),
    "redeemed": Life("Objet repris", facts={"status": "redeemed"}),
    "renewed": Life("Renouvelé", facts={"status": "renewed"}),
    "closed": Life("Clos", facts={"status": "closed"}),
}


def live(client: Client, life: Life) -> Contract:
    today = timezone.localdate()
    due_on = today + timedelta(days=life.due_in)
    facts = {"pledged_on": add_months(due_on, -24 if life.is_at_cap else -6), "due_on": due_on, **life.facts}
    if life.facts.get("payment_is_pending"):
        facts["payment_started_at"] = timezone.now()
    if life.is_settled:
        facts |= {"interest_paid_until": today, "duty_paid_for": due_on}
    contract = a_contract(client, **facts)
    if life.sale or contract.status == "on_sale_list":
        days = {name: today + timedelta(days=life.sale[key]) for name, key in _DAYS.items() if key in life.sale}
        sold = {"hammer_price": Decimal(1400), "surplus": life.sale["surplus"]} if "surplus" in life.sale else {}
        Sale.objects.create(
            contract=contract, listed_on=due_on + timedelta(days=40), place="2 rue Exemple", **days, **sold
        )
    return contract


_DAYS = {"sale_on": "sale_on", "surplus_paid_on": "paid"}


@pytest.mark.parametrize("width", [360, 1280])
def test_every_state_of_life(site: str, chromium: Browser, width: int) -> None:
    client = a_client(an_establishment())
    contracts = {name: live(client, life) for name, life in LIVES.items()}
    page = page_of(chromium, site, client, scripts=True, width=width)
    for name, contract in contracts.items():
        page.goto(site + contract.get_absolute_url())
        expect(page.locator("main")).to_contain_text(LIVES[name].words)
        assert_readable(page, width)
    page.context.close()


@pytest.mark.parametrize("name", ["due soon", "overdue", "to be sold", "at the cap"])
def test_the_overview_of_each_pressing_state(site: str, chromium: Browser, name: str) -> None:
    client = a_client(an_establishment())
    live(client, LIVES[name])
    page = page_of(chromium, site, client, scripts=True, width=360)
    page.goto(f"{site}/nantes/espace/")
    expect(page.locator("main")).to_contain_text("Et si vous ne faites rien")
    assert_readable(page, 360)
    page.context.close()
