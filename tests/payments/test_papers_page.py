"""« Mes papiers »: the page, the statement of a year, and all of it in one ZIP."""

import re
import tracemalloc
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from django.test import Client as Browser
from paying import ACCEPTED, hear, paid, started
from pdf_reader import assert_lasts_and_speaks, squeezed, text_in
from people import a_contract

from accounts.models import Client
from contracts.models import Contract
from payments.archive import zipped
from payments.models import Credit, CreditNote, PaymentAttempt, Refund
from payments.statements import year_of, years_of

pytestmark = pytest.mark.usefixtures("morning", "merchant")

PAGE, EVERYTHING, STATEMENT = "/nantes/documents/", "/nantes/documents/tout.zip", "/nantes/paiements/releve-2026.pdf"
FORBIDDEN = ("gage", "bijou", "pret", "vente", "enchere")


def words_of(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode())).replace("&nbsp;", "\u00a0")


def archive_of(browser: Browser) -> ZipFile:
    answer: Any = browser.get(EVERYTHING)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="papiers-2026-11-23.zip"'
    assert "no-store" in answer.headers["Cache-Control"]
    return ZipFile(BytesIO(answer.getvalue()))


def given_back(attempt: PaymentAttempt, amount: str = "20.00") -> CreditNote:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    refund = Refund.objects.create(attempt=attempt, amount=Decimal(amount), state="done", done_at=now)
    return CreditNote.objects.create(
        establishment=attempt.establishment, refund=refund, sequence=1, number="NANTES-A000001", issued_at=now
    )


class TestThePage:
    def test_lists_what_there_is(self, helene: Client, helene_browser: Browser, ring: Contract) -> None:
        attempt = paid(helene, ring)
        given_back(attempt)
        ended = a_contract(helene, status="redeemed")
        page = helene_browser.get(PAGE).content.decode()
        for path in (
            f"/nantes/contrats/{ring.number}/fiche.pdf",
            f"/nantes/contrats/{ring.number}/avis.pdf",
            f"/nantes/contrats/{ended.number}/fiche.pdf",
            f"/nantes/paiements/{attempt.pk}/recu.pdf",
            f"/nantes/paiements/{attempt.pk}/avoirs/1.pdf",
            STATEMENT,
            EVERYTHING,
        ):
            assert f'href="{path}"' in page
            assert helene_browser.get(path).status_code == 200
        assert f"/nantes/contrats/{ended.number}/avis.pdf" not in page
        assert "Contrats terminés (1)" in page

    def test_of_a_newcomer(self, helene_browser: Browser) -> None:
        words = words_of(helene_browser, PAGE)
        assert "Vous n’avez pas de contrat en cours." in words
        assert "Vous n’avez encore rien payé en ligne." in words
        assert "Relevés" not in words
        assert archive_of(helene_browser).namelist() == []

    def test_its_queries_do_not_grow(
        self, helene: Client, helene_browser: Browser, ring: Contract, django_assert_num_queries: Any
    ) -> None:
        for more in (0, 30):
            for _ in range(more):
                a_contract(helene)
            if more:
                paid(helene, *Contract.objects.exclude(pk=ring.pk)[:10])
            else:
                paid(helene, ring)
            with django_assert_num_queries(7):
                helene_browser.get(PAGE)


class TestTheStatement:
    def test_keeps_both_standards_and_adds_up(self, helene: Client, helene_browser: Browser, ring: Contract) -> None:
        chain = a_contract(helene, principal=Decimal(250))
        paid(helene, ring, chain)
        answer = helene_browser.get(STATEMENT)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="releve-2026.pdf"'
        assert_lasts_and_speaks(answer.content, "Relevé des paiements de 2026")
        text = text_in(answer.content)
        for words in (
            "Payé en ligne en 2026 74,00~€ Du 1er~janvier au 23~novembre~2026.",
            "Payé par Hélène Lefèvre",
            f"{ring.number} 49,20~€ 10,00~€ 0,00~€ 0,00~€ 59,20~€",
            f"{chain.number} 12,30~€ 2,50~€ 0,00~€ 0,00~€ 14,80~€",
            "Total 61,50~€ 12,50~€ 0,00~€ 0,00~€ 74,00~€",
            f"23~novembre~2026 NANTES-000001 {ring.number} 59,20~€",
        ):
            assert squeezed(words) in text
        assert squeezed("Sommes remboursées") not in text

    def test_says_what_was_given_back(self, helene: Client, helene_browser: Browser, ring: Contract) -> None:
        given_back(paid(helene, ring))
        text = text_in(helene_browser.get(STATEMENT).content)
        assert squeezed("Sommes remboursées Jour Avoir Montant 23~novembre~2026 NANTES-A000001 20,00~€") in text

    @pytest.mark.parametrize(("at", "year"), [("2026-12-31T22:59:59Z", 2026), ("2026-12-31T23:00:00Z", 2027)])
    def test_a_year_is_that_of_paris(
        self, helene: Client, ring: Contract, morning: time_machine.Traveller, at: str, year: int
    ) -> None:
        morning.move_to(datetime.fromisoformat(at))
        Contract.objects.update(due_on=date(2027, 1, 10))
        paid(helene, ring)
        assert years_of(helene) == [year]
        assert year_of(helene, year) is not None
        assert year_of(helene, 2026 if year == 2027 else 2027) is None

    def test_a_year_that_gave_back_only(self, helene: Client, helene_browser: Browser, ring: Contract) -> None:
        note = given_back(paid(helene, ring))
        CreditNote.objects.filter(pk=note.pk).update(issued_at=datetime(2027, 3, 1, tzinfo=UTC))
        answer = helene_browser.get("/nantes/paiements/releve-2027.pdf")
        assert_lasts_and_speaks(answer.content, "Relevé des paiements de 2027")
        assert squeezed("Payé en ligne en 2027 0,00~€") in text_in(answer.content)

    @pytest.mark.parametrize("year", ["0", "1", "1999", "2025", "9999", "99999999999999999999"])
    def test_of_a_year_without_payment_does_not_exist(
        self, helene: Client, helene_browser: Browser, ring: Contract, year: str
    ) -> None:
        paid(helene, ring)
        assert helene_browser.get(f"/nantes/paiements/releve-{year}.pdf").status_code == 404

    def test_holds_nothing_of_another_client(
        self, helene: Client, helene_browser: Browser, ousmane_browser: Browser, ring: Contract
    ) -> None:
        paid(helene, ring)
        assert ousmane_browser.get(STATEMENT).status_code == 404
        assert ring.number not in words_of(ousmane_browser, PAGE)
        assert archive_of(ousmane_browser).namelist() == []

    def test_needs_no_receipt(self, helene: Client, helene_browser: Browser, ring: Contract) -> None:
        paid(helene, ring).receipt.delete()
        assert squeezed(f"23~novembre~2026 – {ring.number}") in text_in(helene_browser.get(STATEMENT).content)


class TestTheArchive:
    def test_holds_each_document_under_a_discreet_name(
        self, helene: Client, helene_browser: Browser, ring: Contract
    ) -> None:
        attempt = paid(helene, ring)
        given_back(attempt)
        ended = a_contract(helene, number="Z9", status="redeemed")
        archive = archive_of(helene_browser)
        assert archive.testzip() is None
        assert archive.namelist() == [
            f"contrats/contrat-{ring.number}.pdf",
            f"avis/avis-{ring.number}.pdf",
            f"contrats/contrat-{ended.number}.pdf",
            "recus/recu-NANTES-000001.pdf",
            "recus/avoir-NANTES-A000001.pdf",
            "releves/releve-2026.pdf",
        ]
        names = unicodedata.normalize("NFD", " ".join(archive.namelist()).casefold())
        assert not [word for word in FORBIDDEN if word in names]
        assert (
            archive.read("recus/recu-NANTES-000001.pdf")
            == helene_browser.get(f"/nantes/paiements/{attempt.pk}/recu.pdf").content
        )
        for name in archive.namelist():
            assert archive.read(name).startswith(b"%PDF-")

    def test_more_than_one_batch(self, helene: Client, helene_browser: Browser) -> None:
        numbers = [a_contract(helene, number=f"N{index:03d}").number for index in range(60)]
        names = archive_of(helene_browser).namelist()
        assert [name for name in names if "contrat-" in name] == [
            f"contrats/contrat-{number}.pdf" for number in numbers
        ]

    def test_is_made_three_times_an_hour(self, helene_browser: Browser) -> None:
        assert [helene_browser.get(EVERYTHING).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert int(helene_browser.get(EVERYTHING).headers["Retry-After"]) > 600

    def test_memory_holds_one_document_at_a_time(self) -> None:
        """Two hundred files of a megabyte: a fraction of them is ever there."""
        now = datetime(2026, 11, 23, tzinfo=UTC)

        def files() -> Iterator[tuple[str, bytes]]:
            for index in range(200):
                yield f"{index}.pdf", bytes(1_000_000)

        tracemalloc.start()
        total = sum(len(part) for part in zipped(files(), now))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert total > 200_000_000
        assert peak < 8_000_000


def test_a_payment_that_could_not_be_applied_is_in_the_statement(
    helene: Client, helene_browser: Browser, ring: Contract
) -> None:
    attempt = started(helene, ring)
    Contract.objects.update(status="sold")
    hear(attempt, ACCEPTED)
    assert not Credit.objects.get().is_applied
    assert squeezed("Payé en ligne en 2026 59,20~€") in text_in(helene_browser.get(STATEMENT).content)
