"""A list that stays quick and readable, with one contract and with 400: everything by the address."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import a_contract

from accounts.models import Client
from contracts.listing import ListChoice, choice_of, chosen
from contracts.models import Contract, Pledge
from contracts.standing import standing_of
from establishments.models import Agency

TODAY = date(2026, 11, 23)
LIST = "/nantes/contrats/"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 23, 11, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def forty(helene: Client) -> list[Contract]:
    """Due each third day from a month ago."""
    return [
        a_contract(helene, number=f"V{n:04d}", due_on=TODAY + timedelta(days=3 * n - 30), description=f"Montre {n}")
        for n in range(40)
    ]


def shown(browser: Browser, query: str = "") -> list[str]:
    page = browser.get(f"{LIST}?{query}")
    assert page.status_code == 200
    return [card.number for card in page.context["cards"]]


class TestPages:
    def test_twenty_a_page_nearest_due_date_first(self, helene_browser: Browser, forty: list[Contract]) -> None:
        assert shown(helene_browser) == [f"V{n:04d}" for n in range(20)]
        assert shown(helene_browser, "page=2") == [f"V{n:04d}" for n in range(20, 40)]
        assert shown(helene_browser, "page=3") == []

    def test_the_pages_are_linked_with_what_was_chosen(self, helene_browser: Browser, forty: list[Contract]) -> None:
        page = helene_browser.get(f"{LIST}?q=montre&tri=numero&page=1").content.decode()
        assert 'href="?q=montre&amp;tri=numero&amp;page=2"' in page
        assert "Page précédente" not in page

    def test_one_contract_has_no_tools(self, helene_browser: Browser, helene: Client) -> None:
        a_contract(helene)
        page = helene_browser.get(LIST).content.decode()
        assert 'role="search"' not in page
        assert "Page suivante" not in page

    def test_ended_ones_stand_apart(self, helene_browser: Browser, helene: Client) -> None:
        ended = [a_contract(helene, status="redeemed", due_on=TODAY - timedelta(days=n)) for n in range(1, 6)]
        current = a_contract(helene)
        page = helene_browser.get(LIST)
        assert [card.number for card in page.context["ended"]] == [contract.number for contract in ended[:3]]
        assert "Tous les contrats terminés" in page.content.decode()
        assert shown(helene_browser) == [current.number]
        assert shown(helene_browser, "termines=1") == [contract.number for contract in ended]

    def test_the_number_of_queries_does_not_grow(
        self, helene_browser: Browser, helene: Client, django_assert_num_queries: Any
    ) -> None:
        """Session with its owner, device, contracts; and the agencies once a page does not hold them all."""
        a_contract(helene)
        for wanted, queries in ((1, 3), (20, 3), (30, 4), (90, 4)):
            while Contract.objects.count() < wanted:
                a_contract(helene)
            with django_assert_num_queries(queries):
                helene_browser.get(LIST)

    def test_nor_does_that_of_a_search(
        self, helene_browser: Browser, helene: Client, django_assert_num_queries: Any
    ) -> None:
        """One more, for the names."""
        for wanted in (1, 30, 90):
            while Contract.objects.count() < wanted:
                a_contract(helene, description="Évier en étain")
            with django_assert_num_queries(5):
                helene_browser.get(f"{LIST}?q=evier")


class TestSearch:
    @pytest.mark.parametrize(
        ("written", "search"),
        [
            ("Évier en étain", "evier"),
            ("Évier en étain", "ÉVIER EN ETAIN"),
            ("Évier en étain", "E\u0301vier"),
            ("E\u0301vier en e\u0301tain", "évier"),
            ("EVIER", "évier"),
            ("Cœur d’améthyste", "coeur d'amethyste"),
            ("Coeur d'améthyste", "cœur d’"),
            ("Bague\u00a018\u00a0carats", "bague 18 carats"),
            ("Straße, señal, Ångström", "strasse, senal, angstrom"),
            ("100 % coton_brut", "100 %"),
        ],
    )
    def test_accents_and_capitals_do_not_count(
        self, helene_browser: Browser, helene: Client, written: str, search: str
    ) -> None:
        theirs = a_contract(helene, description=written)
        a_contract(helene, description="Montre")
        assert shown(helene_browser, urlencode({"q": search})) == [theirs.number]

    @pytest.mark.parametrize("search", ["%", "_", "evierx", "evier tain", "*"])
    def test_other_words_are_not_found(self, helene_browser: Browser, helene: Client, search: str) -> None:
        a_contract(helene, description="Évier en étain")
        assert shown(helene_browser, urlencode({"q": search})) == []

    def test_any_of_the_objects_and_once(self, helene_browser: Browser, helene: Client) -> None:
        theirs = a_contract(helene, description="Évier", number="E-12")
        Pledge.objects.create(contract=theirs, rank=2, description="Évier encore")
        Pledge.objects.create(contract=theirs, rank=3, description="Théière")
        for search in ("evier", "theiere", "é-12"):
            assert shown(helene_browser, urlencode({"q": search})) == [theirs.number]

    def test_one_without_an_object_is_found_by_its_number(self, helene_browser: Browser, helene: Client) -> None:
        theirs = a_contract(helene, number="V-NU")
        theirs.pledges.all().delete()
        assert shown(helene_browser, "q=v-nu") == ["V-NU"]
        assert shown(helene_browser, "q=none") == []

    def test_among_400(self, helene_browser: Browser, helene: Client) -> None:
        agency, tariff = helene.agency, helene.establishment.tariffs.get()
        a_contract(helene, number="V-1", description="Évier")
        a_contract(helene, number="V-2", description="Cafetière")
        facts = Contract.objects.filter(number="V-2").values().get()
        many = [
            Contract(**{**facts, "id": None, "number": f"W{n:03d}", "agency": agency, "tariff": tariff})
            for n in range(400)
        ]
        Contract.objects.bulk_create(many)
        Pledge.objects.bulk_create(
            Pledge(contract=contract, rank=1, description=f"Cafetière {n}") for n, contract in enumerate(many)
        )
        assert shown(helene_browser, "q=EVIER") == ["V-1"]
        assert shown(helene_browser, "q=cafetiere&page=20") == [f"W{n:03d}" for n in range(379, 399)]
        assert shown(helene_browser, "q=cafetiere+399") == ["W399"]


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ("etat=passee", range(10)),
            ("etat=proche", range(10, 21)),
            ("q=V0007", [7]),
            ("q=montre+39", [39]),
            ("q=%20%20montre%20%2039%20", [39]),
            ("mois=2026-12", range(13, 23)),
            ("q=rien", []),
            ("agence=A1&q=V0001", [1]),
            ("agence=B2", []),
        ],
    )
    def test_each(self, helene_browser: Browser, forty: list[Contract], query: str, numbers: Any) -> None:
        assert shown(helene_browser, query) == [f"V{n:04d}" for n in numbers][:20]

    def test_one_page_offers_the_agencies_where_something_lies(self, helene_browser: Browser, helene: Client) -> None:
        """A choice that can find nothing is none."""
        reze = Agency.objects.create(establishment=helene.establishment, code="B2", name="Agence de Rezé")
        contracts = [a_contract(helene) for _ in range(20)]
        assert "Agence de Rezé" not in helene_browser.get(LIST).content.decode()
        Contract.objects.filter(pk=contracts[3].pk).update(agency=reze)
        assert '<option value="B2">Agence de Rezé</option>' in helene_browser.get(LIST).content.decode()

    def test_by_agency(self, helene_browser: Browser, helene: Client, forty: list[Contract]) -> None:
        other = Agency.objects.create(establishment=helene.establishment, code="B2", name="Agence de Rezé")
        Contract.objects.filter(number="V0030").update(agency=other)
        assert shown(helene_browser, "agence=B2") == ["V0030"]
        assert "Agence de Rezé" in helene_browser.get(LIST).content.decode()

    @pytest.mark.parametrize(
        ("state", "status"), [("vente", "on_sale_list"), ("bloque", "blocked"), ("a-retirer", "repaid")]
    )
    def test_by_stored_state(
        self, helene_browser: Browser, helene: Client, forty: list[Contract], state: str, status: str
    ) -> None:
        theirs = a_contract(helene, status=status)
        assert shown(helene_browser, f"etat={state}") == [theirs.number]

    @pytest.mark.parametrize(
        ("order", "first"), [("echeance-loin", "V0039"), ("montant", "V0005"), ("numero", "V0000")]
    )
    def test_orders(self, helene_browser: Browser, forty: list[Contract], order: str, first: str) -> None:
        Contract.objects.filter(number="V0005").update(principal=9000)
        assert shown(helene_browser, f"tri={order}")[0] == first

    def test_the_states_are_those_that_pages_show(self, helene: Client, forty: list[Contract]) -> None:
        names = {"passee": "overdue", "proche": "due_soon", "en-regle": "active"}
        for state, status in names.items():
            found = chosen(Contract.objects.all(), ListChoice(state=state), on=TODAY, window_days=30)
            assert {standing_of(c, on=TODAY, now=datetime.now(UTC)).status for c in found} == {status}

    def test_anothers_are_never_found(self, helene_browser: Browser, ousmane: Client, helene: Client) -> None:
        a_contract(ousmane, number="SECRET-1")
        assert shown(helene_browser, "q=SECRET") == []


class TestJunk:
    @pytest.mark.parametrize(
        "query",
        [
            "page=0",
            "page=-1",
            "page=99999999999",
            "page=x",
            "etat=x",
            "tri=x",
            "mois=2026-13",
            "mois=x",
            "q=%00",
            "agence=%00x",
        ],
    )
    def test_it_is_left_out(self, helene_browser: Browser, query: str) -> None:
        assert helene_browser.get(f"{LIST}?{query}").status_code == 200

    @settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.dictionaries(st.sampled_from(["q", "etat", "agence", "mois", "tri", "page", "termines"]), st.text()))
    def test_any_address_shows_a_list(self, helene_browser: Browser, asked: dict[str, str]) -> None:
        readable = {name: value.encode("utf-8", "replace").decode() for name, value in asked.items()}
        assert helene_browser.get(LIST, readable).status_code == 200

    @given(st.text(max_size=20), st.integers(1, 9999))
    def test_what_was_chosen_is_in_the_address_again(self, search: str, page: int) -> None:
        choice = choice_of({"q": search, "page": str(page), "tri": "montant", "mois": "2026-12"})
        assert (choice.page, choice.order, choice.month) == (page, "montant", date(2026, 12, 1))
        assert "tri=montant" in choice.query()


def test_the_overview_is_bounded(helene_browser: Browser, forty: list[Contract]) -> None:
    page = helene_browser.get("/nantes/espace/")
    assert [card.number for card in page.context["current"]] == [f"V{n:04d}" for n in range(6)]
    assert "Voir vos 40&nbsp;contrats" in page.content.decode()
