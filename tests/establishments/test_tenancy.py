"""The establishment comes from the address, and only from there."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from people import a_client, an_establishment

from accounts.models import Client
from establishments.models import RESERVED_SLUGS, Establishment

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>alert(1)</script></svg>'


def test_the_list_names_every_establishment_by_city(
    browser: Browser, paris: Establishment, nantes: Establishment
) -> None:
    page = browser.get("/").content.decode()
    assert page.index('href="/nantes/"') < page.index('href="/paris/"')
    assert "Crédit Municipal de Nantes" in page


def test_without_an_establishment_the_list_says_so(browser: Browser, db: None) -> None:
    answer = browser.get("/")
    assert answer.status_code == 200
    assert "Aucun établissement" in answer.content.decode()


def test_the_address_of_an_establishment_leads_to_its_area_then_to_its_login(
    browser: Browser, nantes: Establishment
) -> None:
    answer = browser.get("/nantes/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/nantes/connexion/")


def test_a_client_is_led_to_the_own_area(helene_browser: Browser) -> None:
    assert helene_browser.get("/nantes/", follow=True).redirect_chain == [("/nantes/espace/", 302)]


def test_a_session_counts_in_its_own_establishment_only(helene_browser: Browser, paris: Establishment) -> None:
    assert helene_browser.get("/paris/espace/").headers["Location"].startswith("/paris/connexion/")
    assert helene_browser.get("/nantes/espace/").status_code == 200, "and it goes on there"


def test_each_page_carries_the_name_and_the_accent_of_its_establishment(
    browser: Browser, nantes: Establishment
) -> None:
    green = an_establishment("metz", accent_color="#0a5c36")
    for tenant in (nantes, green):
        page = browser.get(reverse("accounts:login", args=[tenant.slug])).content.decode()
        assert tenant.name in page
        assert tenant.accent_color in page
    assert nantes.accent_color not in page


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_an_address_of_the_site_is_no_establishment(db: None, slug: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        an_establishment(slug)


@pytest.mark.parametrize("months", [5, 25])
def test_the_cap_stays_within_the_law(db: None, months: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        an_establishment("metz", cap_months=months)


def test_a_logo_can_run_and_load_nothing(browser: Browser, nantes: Establishment) -> None:
    nantes.logo_svg = LOGO
    nantes.save()
    answer = browser.get("/nantes/logo.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; sandbox"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_establishment_without_a_logo_has_none(browser: Browser, nantes: Establishment) -> None:
    assert browser.get("/nantes/logo.svg").status_code == 404
    assert 'src="/nantes/logo.svg"' not in browser.get("/nantes/connexion/").content.decode()


@pytest.mark.parametrize("field", ["identifier", "client_number"])
def test_a_number_is_unique_in_one_establishment_and_free_in_another(
    helene: Client, paris: Establishment, field: str
) -> None:
    same: dict[str, Any] = {field: {"identifier": helene.user.identifier, "client_number": helene.client_number}[field]}
    a_client(paris, **same)
    with pytest.raises(IntegrityError), transaction.atomic():
        a_client(helene.establishment, **same)
