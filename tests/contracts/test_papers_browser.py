"""Objects, papers and calendar in Chromium: narrow and wide, looked at by axe, used without scripts."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import paper_corpus as corpus
import pytest
from django.utils import timezone
from people import a_client, a_contract, an_establishment
from playwright.sync_api import Browser, expect
from readable import assert_readable, page_of

from contracts.models import Contract, Pledge
from contracts.portfolio.photos import take_photos


@pytest.fixture
def ring(site: str, tmp_path: Path) -> Contract:
    """Photographed, due in ten days; beside it an object without a photo."""
    client = a_client(an_establishment())
    due_on = timezone.localdate() + timedelta(days=10)
    contract = a_contract(client, pledged_on=due_on - timedelta(days=180), due_on=due_on)
    contract.pledges.update(photo="v1.jpg", weight_g=Decimal("8.4"), appraisal=1600, category="Bijou")
    Pledge.objects.create(contract=contract, rank=2, description="Montre de poche argent")
    a_contract(client, status="redeemed")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "v1.jpg").write_bytes(corpus.a_png((1200, 900), "RGB", (90, 60, 30)))
    taken = take_photos(
        establishment=client.establishment, folder=tmp_path, write=True, by="system", keep=lambda note: None
    )
    assert taken.made == 1
    return contract


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_are_readable_by_everybody(site: str, ring: Contract, chromium: Browser, width: int) -> None:
    page = page_of(chromium, site, ring.client, scripts=True, width=width)
    page.goto(site + ring.get_absolute_url())
    photo = page.get_by_role("img", name="Photo en grand")
    photo.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.photo img').naturalWidth === 160")
    assert_readable(page, width)
    page.goto(f"{site}/nantes/documents/")
    page.get_by_text("Contrats terminés (1)").click()
    assert_readable(page, width)
    page.goto(f"{site}/nantes/calendrier/")
    assert_readable(page, width)
    page.get_by_role("button", name="Créer mon adresse privée").click()
    expect(page.locator("#calendar-address")).to_contain_text("/nantes/calendrier/")
    assert_readable(page, width)
    page.context.close()


def test_papers_are_taken_without_scripts(site: str, ring: Contract, chromium: Browser) -> None:
    page = page_of(chromium, site, ring.client, scripts=False, width=360)
    page.goto(f"{site}/nantes/contrats/")
    page.get_by_role("link", name="Vos dates dans votre téléphone").click()
    page.get_by_label("Titre des dates").fill("Piscine")
    page.get_by_role("button", name="Créer mon adresse privée").click()
    expect(page.get_by_role("heading", name="Votre adresse privée")).to_be_visible()
    page.get_by_label("Titre des dates").fill("Dentiste")
    page.get_by_role("button", name="Changer le titre").click()
    expect(page.get_by_text("« Dentiste »")).to_be_visible()
    for path, link, name in (
        ("calendrier/", "Télécharger mes dates", "dates.ics"),
        (f"contrats/{ring.number}/", "Fiche du contrat (PDF)", f"contrat-{ring.number}.pdf"),
        (f"contrats/{ring.number}/", "Avis d’échéance à ce jour (PDF)", f"avis-{ring.number}.pdf"),
        ("documents/", "Télécharger tous mes papiers", f"papiers-{timezone.localdate()}.zip"),
    ):
        page.goto(f"{site}/nantes/{path}")
        with page.expect_download() as download:
            page.get_by_role("link", name=link).click()
        assert download.value.suggested_filename == name
        assert Path(download.value.path()).stat().st_size > 100
    page.context.close()
