"""What the cast owes: the published cases, on any day that a visitor comes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from written_portfolio import written

from contracts.prolongation import Prolongs, effect_of_paying
from demo.cast import CAST, DEMO_PASSWORD, CastMember
from demo.cast_loans import cast_loans
from demo.lives import Lives
from demo.loans import Loan
from demo.rulebook import read_rulebook

PUBLISHED = {
    "nantes": {"V0002": "59.20", "V0003": "342.68"},
    "paris": {"P0001": "19.66", "P0002": "127.79", "P0003": "78.00"},
    "nice": {"C0001": "48.60", "C0002": "1.20"},
}
# Twelve years, every day of the year among them.
FOUR_HUNDRED_DAYS = [date(2026, 1, 1) + timedelta(11 * count) for count in range(400)]
NOVEMBER_23 = date(2026, 11, 23)


def loans_on(slug: str, today: date) -> dict[str, Loan]:
    rulebook = read_rulebook(slug)
    return {loan.number: loan for loan in cast_loans(rulebook, Lives(today, rulebook.prolongation))}


@pytest.mark.parametrize("slug", PUBLISHED)
def test_the_cast_owes_the_published_cases_on_any_day(slug: str) -> None:
    for today in FOUR_HUNDRED_DAYS:
        loans = loans_on(slug, today)
        owed = {number: str(loans[number].due_on_day(today)) for number in PUBLISHED[slug]}
        assert owed == PUBLISHED[slug], today


@pytest.mark.parametrize(("slug", "number"), [("nantes", "V0002"), ("nantes", "V0003"), ("nice", "C0001")])
def test_paying_the_published_case_prolongs_on_any_day(slug: str, number: str) -> None:
    rules = read_rulebook(slug).prolongation
    for today in FOUR_HUNDRED_DAYS:
        life = loans_on(slug, today)[number].life
        effect = effect_of_paying(rules, pledged_on=life.pledged_on, due_on=life.due_on, on=today)
        assert isinstance(effect, Prolongs), today
        assert effect.new_due_on > life.due_on, today


def test_the_example_of_23_november_2026() -> None:
    ring = loans_on("nantes", NOVEMBER_23)["V0002"]
    assert (ring.principal, ring.life.pledged_on, ring.life.due_on) == (
        Decimal(1000),
        date(2026, 6, 2),
        date(2026, 12, 2),
    )
    assert ring.due_on_day(NOVEMBER_23) == Decimal("59.20")
    rules = read_rulebook("nantes").prolongation
    effect = effect_of_paying(rules, pledged_on=ring.life.pledged_on, due_on=ring.life.due_on, on=NOVEMBER_23)
    assert effect == Prolongs(date(2027, 6, 2))


def test_the_pair_of_nantes_makes_401_88() -> None:
    loans = loans_on("nantes", NOVEMBER_23)
    assert sum(loans[number].due_on_day(NOVEMBER_23) for number in ("V0002", "V0003")) == Decimal("401.88")


def test_the_free_loan_of_paris_owes_nothing_in_its_window() -> None:
    for today in FOUR_HUNDRED_DAYS:
        loan = loans_on("paris", today)["P0004"]
        assert loan.due_on_day(today) == 0
        assert timedelta(0) <= loan.life.due_on - today <= timedelta(30)


@pytest.mark.parametrize("member", CAST, ids=lambda member: member.establishment)
def test_files_hold_the_cast_under_its_identifier(member: CastMember) -> None:
    portfolio = written(member.establishment, NOVEMBER_23)
    (client,) = (row for row in portfolio.clients if row["identifiant"] == member.identifier)
    assert (client["prenom"], client["nom"], client["telephone"]) == (member.first_name, member.last_name, member.phone)
    figures = {
        row["numero_contrat"]: row["interets_dus"]
        for row in portfolio.contracts
        if row["numero_client"] == member.client_number
    }
    assert figures.items() >= PUBLISHED[member.establishment].items()


def test_helene_has_her_identifier_and_mobile() -> None:
    helene = CAST[0]
    assert (helene.name, helene.identifier) == ("Hélène Lefèvre", "5501234567")
    assert helene.phone == "+33639980006"


def test_the_password_can_be_typed_and_is_long_enough() -> None:
    assert DEMO_PASSWORD.isascii()
    assert len(DEMO_PASSWORD) >= 12
