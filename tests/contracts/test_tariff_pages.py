"""Agents try a draft beside the tariff in force, and read each tariff beside its predecessor; nothing is written."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from agents import LOGIN, agent_facts
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from people import a_contract, a_tariff

from accounts.models import Client, User
from contracts.models import Tariff
from contracts.tariff_draft import MOST_CHARACTERS
from establishments.models import Establishment
from journal.models import Event

PAGE = "/gestion/contracts/tariff/projet/"
DRAFT = """
[[tariffs]]
code = "2027-01"
valid_from = 2027-01-01
count = "month"
started = true
rate_period = "month"
day_base = 365
bracket_mode = "whole"
brackets = [{ up_to = "100", rate = "0" }, { up_to = "6000", rate = "0.830" }, { rate = "0.541" }]
fixed_duty = "1"
minimum = "0"
late_on = "interest"
late = [{ from_day = 1, percent = "2" }, { from_day = 151, percent = "3" }, { from_day = 211, percent = "4" }]
"""
EXAMPLE = """
[[tariffs.examples]]
principal = "1000"
from = 2027-01-02
until = 2027-07-02
expected = "59.80"
"""
SUM_1000 = ["1\u00a0000\u00a0€", "59,80\u00a0€", "au lieu de 59,20\u00a0€", "+\u00a00,60\u00a0€"]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 23, 11, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def desk(browser: Browser, agent: User) -> Browser:
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


def tried(desk: Browser, text: str = DRAFT, **facts: Any) -> Any:
    tariff = Tariff.objects.get(establishment__slug="nantes", code="2025-07")
    return desk.post(PAGE, {"text": text, "tariff": tariff.pk, "months": "6", "source": "text", **facts})


def words(answer: Any) -> str:
    return str(answer.content.decode())


class TestADraft:
    def test_the_form_proposes_the_tariff_in_force(self, desk: Browser, nantes: Establishment) -> None:
        in_force = a_tariff(nantes, code="2026-03")
        Tariff.objects.filter(pk=in_force.pk).update(valid_from=date(2026, 3, 1))
        coming = a_tariff(nantes, code="2027-02")
        Tariff.objects.filter(pk=coming.pk).update(valid_from=date(2027, 2, 1))
        form = desk.get(PAGE).context["form"]
        assert (form["tariff"].value(), form["months"].value()) == (in_force.pk, 6)

    def test_an_agent_of_no_tariff_may_try_one_alone(self, desk: Browser) -> None:
        Tariff.objects.all().delete()
        assert desk.get(PAGE).context["form"]["months"].value() == 6
        answer = desk.post(PAGE, {"text": DRAFT, "tariff": "", "months": "6", "source": "text"})
        assert answer.status_code == 200
        assert "59,80\u00a0€" in words(answer)
        assert "au lieu de" not in words(answer)

    def test_it_is_read_beside_the_one_in_force(self, desk: Browser) -> None:
        answer = tried(desk)
        assert answer.status_code == 200
        for expected in (*SUM_1000, "inchangé", "Le projet n’a pas d’exemple", "load_establishment", "ne change plus"):
            assert expected in words(answer)

    def test_what_is_shown_is_what_the_rules_give(self, desk: Browser) -> None:
        shown = tried(desk).context["preview"]
        assert (shown.rises, shown.falls, shown.pledged_on) == (49, 0, date(2027, 1, 1))
        assert {str(row.principal) for row in shown.rows if row.is_limit} == {"100", "100.01", "6000", "6000.01"}

    def test_the_same_rules_change_nothing(self, desk: Browser) -> None:
        assert "Aucun de ces 70 montants ne change." in words(tried(desk, DRAFT.replace("0.830", "0.820")))

    def test_examples_are_checked_one_by_one(self, desk: Browser) -> None:
        answer = tried(desk, DRAFT + EXAMPLE + EXAMPLE.replace("59.80", "59.20"))
        assert answer.status_code == 200
        assert [checked.is_met for checked in answer.context["draft"].examples] == [True, False]
        assert "<td>juste</td>" in words(answer)
        assert "manqué (+\u00a00,60\u00a0€)" in words(answer)

    def test_of_several_tariffs_the_one_that_starts_last(self, desk: Browser) -> None:
        older = DRAFT.replace("2027-01-01", "2020-01-01").replace('"2027-01"', '"2020"')
        answer = tried(desk, f'slug = "nantes"\n{DRAFT}{older}')
        assert answer.context["draft"].entry.code == "2027-01"
        assert "Le texte contient 2 tarifs" in words(answer)

    @pytest.mark.parametrize(
        ("draft", "is_used", "told"),
        [
            ("2027-01", True, ""),
            ("2025-07", True, "dont des contrats se servent"),
            ("2025-07", False, "le projet prendra sa place"),
        ],
    )
    def test_what_loading_it_would_meet(
        self, desk: Browser, helene: Client, draft: str, is_used: bool, told: str
    ) -> None:
        if is_used:
            a_contract(helene)
        page = words(tried(desk, DRAFT.replace('"2027-01"', f'"{draft}"')))
        assert told in page
        assert ('class="told"' in page) is bool(told)

    def test_one_that_is_there_already(self, desk: Browser) -> None:
        same = DRAFT.replace("0.830", "0.820").replace('"2027-01"', '"2025-07"').replace("2027-01-01", "2025-07-01")
        assert "déjà enregistré, à l’identique" in words(tried(desk, same))

    def test_a_file(self, desk: Browser) -> None:
        sent = SimpleUploadedFile("projet.toml", b"\xef\xbb\xbf" + DRAFT.encode())
        answer = tried(desk, "ce qui est copié reste", file=sent, source="file")
        assert answer.status_code == 200
        assert "+\u00a00,60\u00a0€" in words(answer)
        assert "ce qui est copié reste</textarea>" in words(answer)

    def test_nothing_is_written(self, desk: Browser, helene: Client) -> None:
        a_contract(helene)
        before, events = list(Tariff.objects.values()), Event.objects.count()
        with CaptureQueriesContext(connection) as queries:
            tried(desk, DRAFT + EXAMPLE)
        written = [query["sql"] for query in queries if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
        assert [sql for sql in written if "session" not in sql] == []
        assert (list(Tariff.objects.values()), Event.objects.count()) == (before, events)


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "Copiez ici le projet de tarif."),
            (" \n ", "Copiez ici le projet de tarif."),
            ("n'importe quoi", "ce n’est pas du TOML\u00a0: ligne 1, «\u00a0n&#x27;importe quoi\u00a0»"),
            (DRAFT.replace('"0.830"', "0,830"), "ligne 10"),
            (DRAFT.replace('"0.830"', '"0,830"'), "tariffs[1].brackets[2].rate\u00a0: un pourcentage"),
            (DRAFT.replace("2027-01-01", "0001-01-01"), "tariffs[1].valid_from\u00a0: un jour sans guillemets"),
            (DRAFT.replace("tariffs", "tarifs"), "tariffs\u00a0: clé manquante"),
            (DRAFT + EXAMPLE.replace("1000", "mille"), "tariffs[1].examples[1].principal\u00a0: une somme"),
            (f"{DRAFT}\0", "enlevez le caractère invisible"),
            (DRAFT.replace("count =", f"# {'x' * 2000}\ncount ="), "la ligne 5 a plus de 2000 caractères"),
            (f"a = {'[' * 1900}", "trop de listes"),
            (DRAFT.replace('"month"\nstarted', f"0x{'f' * 1900}\nstarted"), "tariffs[1].count"),
            (DRAFT + "\n#" * MOST_CHARACTERS, "20\u00a0000 caractères au plus"),
        ],
    )
    def test_it_is_told_beside_the_field_and_kept(self, desk: Browser, text: str, told: str) -> None:
        answer = tried(desk, text)
        assert answer.status_code == 422
        assert told in str(answer.context["form"]["text"].errors)
        assert 'aria-invalid="true"' in words(answer)
        assert answer.context["form"]["text"].value() == text
        assert words(answer).count(told) == 2  # in the summary, and beside the field

    def test_a_megabyte(self, desk: Browser) -> None:
        answer = tried(desk, "x" * 1_000_000)
        assert answer.status_code == 422
        assert "x" * 1_000_000 in words(answer)

    @pytest.mark.parametrize(
        ("sent", "told"),
        [
            (None, "Choisissez le fichier du projet."),
            (b"", "Ce fichier est vide."),
            (b"\xff\xfe", "Ce fichier n’est pas un texte UTF-8."),
            (b"x" * (MOST_CHARACTERS + 1), "Ce fichier est trop long"),
            (b"a = \0", "ce n’est pas du TOML"),
            (b"count =", "ce n’est pas du TOML"),
        ],
    )
    def test_a_file_that_cannot_be_read(self, desk: Browser, sent: bytes | None, told: str) -> None:
        facts = {} if sent is None else {"file": SimpleUploadedFile("projet.toml", sent)}
        answer = tried(desk, "ce qui est copié reste", source="file", **facts)
        assert answer.status_code == 422
        assert told in str(answer.context["form"]["file"].errors)
        assert "ce qui est copié reste</textarea>" in words(answer)

    def test_a_file_named_as_something_else(self, desk: Browser) -> None:
        answer = tried(desk, "", source="file", file=SimpleUploadedFile("projet.exe", b"count = 1"))
        assert answer.status_code == 422
        assert "finit par .toml ou .txt" in str(answer.context["form"]["file"].errors)

    @pytest.mark.parametrize(
        ("facts", "field", "told"),
        [
            ({"months": "0"}, "months", "de 1 à 24"),
            ({"months": "25"}, "months", "de 1 à 24"),
            ({"months": ""}, "months", "de 1 à 24"),
            ({"months": "9" * 5000}, "months", "de 1 à 24"),
            ({"tariff": "999999"}, "tariff", "choisissez un tarif de la liste"),
            ({"tariff": "x"}, "tariff", "choisissez un tarif de la liste"),
            ({"tariff": "x\0"}, "tariff", "caractère nul"),
        ],
    )
    def test_the_other_fields(self, desk: Browser, facts: dict[str, str], field: str, told: str) -> None:
        answer = tried(desk, **facts)
        assert answer.status_code == 422
        assert told in str(answer.context["form"][field].errors)
        assert "0.830" in words(answer)


class TestWhoseTariffs:
    def test_only_the_own_are_proposed_and_accepted(self, desk: Browser, paris: Establishment) -> None:
        theirs = paris.tariffs.get()
        assert "Crédit Municipal de Paris" not in words(desk.get(PAGE))
        assert tried(desk, tariff=theirs.pk).status_code == 422
        assert desk.get(reverse("admin:contracts_tariff_compare", args=[theirs.pk])).status_code == 404

    def test_a_client_and_a_visitor_are_sent_away(self, browser: Browser, helene_browser: Browser) -> None:
        for who in (browser, helene_browser):
            answer = who.post(PAGE, {"text": DRAFT, "months": "6", "source": "text"})
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/gestion/login/")


class TestOneThatIsThere:
    def test_beside_its_predecessor(self, desk: Browser, nantes: Establishment, helene: Client) -> None:
        a_contract(helene)
        following = a_tariff(nantes, code="2026-03", brackets=[{"rate": "0.830"}])
        Tariff.objects.filter(pk=following.pk).update(valid_from=date(2026, 3, 1))
        page = words(desk.get(reverse("admin:contracts_tariff_compare", args=[following.pk])))
        for expected in ("Comparé au tarif précédent, 2025-07", "aucun contrat", *SUM_1000):
            assert expected in page

    def test_the_first_stands_alone(self, desk: Browser, nantes: Establishment, helene: Client) -> None:
        a_contract(helene)
        page = words(desk.get(reverse("admin:contracts_tariff_compare", args=[nantes.tariffs.get().pk])))
        assert "C’est le premier tarif" in page
        assert "1 contrat." in page
        assert "au lieu de" not in page

    def test_pages_lead_there(self, desk: Browser, nantes: Establishment) -> None:
        tariff = nantes.tariffs.get()
        assert f'href="{PAGE}"' in words(desk.get(reverse("admin:contracts_tariff_changelist")))
        address = reverse("admin:contracts_tariff_compare", args=[tariff.pk])
        assert f'href="{address}"' in words(desk.get(reverse("admin:contracts_tariff_change", args=[tariff.pk])))
