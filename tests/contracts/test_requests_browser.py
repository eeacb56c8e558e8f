"""Lists, simulator and requests in Chromium: narrow and wide, looked at by axe, used without scripts."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from people import a_client, a_contract, an_establishment
from playwright.sync_api import Browser, expect
from readable import assert_readable, page_of

from contracts.models import ClientRequest, Contract, Sale


@pytest.fixture
def ring(site: str) -> Contract:
    """Due in ten days, among eight; one sold with something left, one on the sale list."""
    client = a_client(an_establishment())
    due_on = timezone.localdate() + timedelta(days=10)
    ring = a_contract(client, pledged_on=due_on - timedelta(days=180), due_on=due_on)
    for _ in range(7):
        a_contract(client, pledged_on=date(2026, 11, 2), due_on=due_on + timedelta(days=90))
    sold = a_contract(client, status="sold")
    Sale.objects.create(contract=sold, sale_on=due_on - timedelta(days=60), hammer_price=1400, surplus=274)
    listed = a_contract(client, status="on_sale_list")
    Sale.objects.create(contract=listed, sale_on=due_on + timedelta(days=9), place="Hôtel des ventes")
    return ring


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_are_readable_by_everybody(
    site: str,
    ring: Contract,
    chromium: Browser,
    width: int,
) -> None:
    page = page_of(chromium, site, ring.client, scripts=True, width=width)
    sold, listed = (Contract.objects.get(status=status) for status in ("sold", "on_sale_list"))
    for path in (
        "/nantes/espace/", "/nantes/contrats/?etat=proche", "/nantes/contrats/?termines=1", sold.get_absolute_url(),
        listed.get_absolute_url(), f"{ring.get_absolute_url()}simuler/?capital=200",
        f"{ring.get_absolute_url()}demander/appointment/", f"{ring.get_absolute_url()}demander/sale/",
        f"{sold.get_absolute_url()}demander/surplus/", "/nantes/payer/?budget=100", "/nantes/demandes/",
    ):  # fmt: skip
        page.goto(site + path)
        assert_readable(page, width)
    page.context.close()


def test_a_request_without_scripts(site: str, ring: Contract, chromium: Browser) -> None:
    page = page_of(chromium, site, ring.client, scripts=False, width=360)
    page.goto(site + ring.get_absolute_url())
    page.get_by_role("link", name="Demander un délai supplémentaire").click()
    page.get_by_label("Pourquoi demandez-vous ce délai").fill("Mon salaire arrive le 5")
    page.get_by_role("button", name="ENVOYER MA DEMANDE").click()
    expect(page.get_by_text("Votre demande est arrivée à l’agence.")).to_be_visible()
    page.get_by_role("button", name="Annuler cette demande").click()
    expect(page.get_by_text("Votre demande est annulée.")).to_be_visible()
    assert ClientRequest.objects.get().state == "withdrawn"
    page.context.close()
