"""The sheet and the notice of a contract, read back by another library."""

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from doors import forget_limits
from pdf_reader import assert_lasts_and_speaks, glyphs, opened_bytes, squeezed, text_in
from people import a_contract

from accounts import limits
from accounts.models import Client
from contracts.models import Contract, Pledge, Sale

pytestmark = pytest.mark.time_machine(datetime(2026, 11, 23, 10, tzinfo=UTC), tick=False)

FORBIDDEN = ("gage", "bijou", "pret", "vente", "enchere")


def file_of(browser: Browser, contract: Contract, name: str) -> tuple[bytes, str]:
    """The PDF and the name that it is saved under."""
    answer: Any = browser.get(reverse(f"contracts:{name}", args=[contract.establishment.slug, contract.number]))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    return answer.content, answer.headers["Content-Disposition"]


def has(text: str, *sentences: str) -> bool:
    missing = [words for words in sentences if squeezed(words) not in text]
    assert missing == []
    return True


def without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@pytest.fixture
def ring(helene: Client) -> Contract:
    contract = a_contract(helene, fees=Decimal("3.00"))
    contract.pledges.update(weight_g=Decimal("8.4"), appraisal=Decimal(1600))
    return contract


class TestTheSheet:
    def test_keeps_both_standards(self, helene_browser: Browser, ring: Contract) -> None:
        pdf, name = file_of(helene_browser, ring, "sheet")
        assert_lasts_and_speaks(pdf, f"Contrat n°\u00a0{ring.number}")
        assert name == f'attachment; filename="contrat-{ring.number}.pdf"'
        assert not [word for word in FORBIDDEN if word in without_accents(name)]

    def test_states_what_the_law_wants_stated(self, helene_browser: Browser, ring: Contract) -> None:
        text = text_in(file_of(helene_browser, ring, "sheet")[0])
        assert has(
            text,
            f"Hélène Lefèvre Client n°~{ring.client.client_number}",
            "Crédit Municipal de Nantes Agence de Nantes 2 rue Exemple, 44000 Nantes",
            "Montant prêté 1~000,00~€ Engagé le 2~juin~2026. Échéance~: 2~décembre~2026.",
            "Bague or 18 carats, saphir 8,40~g 1~600,00~€ Estimation du contrat 1~600,00~€",
            "Durée 6~mois, 24~mois au plus avec les prolongations",
            "Taux 0,820~% par mois, soit 9,840~% par an",
            "TAEG (coût total du crédit par an) 10,27~%",
            "Droit fixe 1~% du montant prêté, une fois par période",
            "Frais de retard 2~% des intérêts à partir du 1er jour de retard",
            "Autres frais 3,00~€",
            "Total dû à l’échéance, prêt compris 1~062,20~€",
            "Remboursement anticipé Possible chaque jour, à l’agence",
            "L’objet peut être vendu aux enchères publiques",
            "le reste (le boni) vous revient, à demander dans les deux ans qui suivent la vente",
            "Fait à Nantes, le 23~novembre~2026",
        )

    @pytest.mark.parametrize("name", ["Nguyễn Thị Hồng Ánh", "Ελένη", '#panic() *gras* $x$ "', "Ünal 李小龍"])
    def test_prints_any_name(self, helene_browser: Browser, ring: Contract, name: str) -> None:
        Client.objects.update(first_name="", last_name=name)
        text = text_in(file_of(helene_browser, ring, "sheet")[0])
        assert squeezed(name.replace("李小龍", "□□□")) in text

    def test_joins_arabic_letters(self, helene_browser: Browser, ring: Contract) -> None:
        Client.objects.update(first_name="", last_name="ههه عبد")
        pdf, _ = file_of(helene_browser, ring, "sheet")
        assert_lasts_and_speaks(pdf, f"Contrat n°\u00a0{ring.number}")
        with opened_bytes(pdf) as document:
            arabic = [glyph for glyph in glyphs(document.pages[0]) if unicodedata.bidirectional(glyph.text[0]) == "AL"]
        assert "".join(glyph.text for glyph in arabic) == "دبعههه"
        assert len({glyph.code for glyph in arabic if glyph.text == "ه"}) == 3

    def test_stands_without_what_a_file_may_lack(self, helene_browser: Browser, ring: Contract) -> None:
        ring.pledges.update(weight_g=None, appraisal=None)
        Contract.objects.update(appraisal=None, apr=None, agency=None)
        pdf, _ = file_of(helene_browser, ring, "sheet")
        assert_lasts_and_speaks(pdf, f"Contrat n°\u00a0{ring.number}")
        assert has(text_in(pdf), "Bague or 18 carats, saphir – –")
        Pledge.objects.all().delete()
        assert_lasts_and_speaks(file_of(helene_browser, ring, "sheet")[0], f"Contrat n°\u00a0{ring.number}")

    def test_forty_objects_take_several_pages(self, helene_browser: Browser, ring: Contract) -> None:
        Pledge.objects.bulk_create(
            Pledge(contract=ring, rank=rank, description=f"Cuillère {rank}") for rank in range(2, 60)
        )
        pdf, _ = file_of(helene_browser, ring, "sheet")
        assert_lasts_and_speaks(pdf, f"Contrat n°\u00a0{ring.number}")
        assert has(text_in(pdf), "Cuillère 59 – –", "Page~3 sur~3")

    def test_the_same_day_gives_the_same_bytes(self, helene_browser: Browser, ring: Contract) -> None:
        assert file_of(helene_browser, ring, "sheet") == file_of(helene_browser, ring, "sheet")


class TestTheNotice:
    def test_keeps_both_standards(self, helene_browser: Browser, ring: Contract) -> None:
        pdf, name = file_of(helene_browser, ring, "notice")
        assert_lasts_and_speaks(pdf, f"Avis d’échéance, contrat n°\u00a0{ring.number}")
        assert name == f'attachment; filename="avis-{ring.number}.pdf"'

    def test_says_what_is_due_and_what_paying_does(self, helene_browser: Browser, ring: Contract) -> None:
        Contract.objects.update(fees=0)
        assert has(
            text_in(file_of(helene_browser, ring, "notice")[0]),
            "Dû le 23~novembre~2026 59,20~€ Échéance~: 2~décembre~2026.",
            "Intérêts 1~000~€ × 0,820~% × 6~mois 49,20~€ Droit fixe 1~% de 1~000~€ 10,00~€ Total 59,20~€",
            "Si vous payez ce jour-là, votre contrat est prolongé jusqu’au 2~juin~2027.",
            "Appelez l’agence au 02~61~91~00~01.",
            "À l’échéance 2~décembre~2026 59,20~€ Le lendemain de l’échéance 3~décembre~2026",
        )

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            (
                {"due_on": date(2027, 3, 2)},
                "l’échéance ne change pas~: elle reste le 2~mars~2027. À partir du 31~janvier~2027",
            ),
            ({"pledged_on": date(2024, 12, 2)}, "Ce contrat atteint sa durée maximale."),
            ({"pledged_on": date(2025, 3, 2), "due_on": date(2027, 3, 2)}, "ouvre une demande de renouvellement"),
            ({"status": "blocked"}, "Ce contrat est bloqué."),
            ({"status": "on_sale_list"}, "Ce contrat est inscrit pour la vente. Appelez vite l’agence"),
            ({"due_on": date(2026, 5, 23), "pledged_on": date(2025, 11, 23)}, "ne peut plus être prolongé en ligne"),
            ({"interest_paid_until": date(2026, 11, 23)}, "Échéance~: 2~décembre~2026."),
        ],
    )
    def test_says_what_to_do(
        self, helene: Client, helene_browser: Browser, facts: dict[str, Any], sentence: str
    ) -> None:
        contract = a_contract(helene, **facts)
        pdf, _ = file_of(helene_browser, contract, "notice")
        assert has(text_in(pdf), sentence)
        assert_lasts_and_speaks(pdf, f"Avis d’échéance, contrat n°\u00a0{contract.number}")

    def test_offers_no_later_day_for_what_is_about_to_be_sold(self, helene: Client, helene_browser: Browser) -> None:
        contract = a_contract(helene, status="on_sale_list")
        Sale.objects.create(contract=contract, sale_on=date(2026, 12, 20))
        assert squeezed("plus tard") not in text_in(file_of(helene_browser, contract, "notice")[0])

    @pytest.mark.parametrize("status", ["sold", "redeemed", "repaid", "closed", "renewed"])
    def test_there_is_none_of_what_owes_nothing(self, helene: Client, helene_browser: Browser, status: str) -> None:
        contract = a_contract(helene, status=status)
        assert helene_browser.get(f"/nantes/contrats/{contract.number}/avis.pdf").status_code == 404
        assert helene_browser.get(f"/nantes/contrats/{contract.number}/fiche.pdf").status_code == 200


@pytest.mark.parametrize("name", ["fiche", "avis"])
def test_anothers_papers_do_not_exist(ousmane_browser: Browser, ring: Contract, name: str) -> None:
    assert ousmane_browser.get(f"/nantes/contrats/{ring.number}/{name}.pdf").status_code == 404


def test_they_are_counted_with_the_receipts(
    helene: Client, helene_browser: Browser, ring: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_limits()
    monkeypatch.setattr(limits, "pdf_made_for", lambda user_pk: 120)
    answer = helene_browser.get(f"/nantes/contrats/{ring.number}/fiche.pdf")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "120")
