"""Repaying the loan online: what is offered, how much, and what it leaves."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people import NANTES_TARIFF, a_client, a_contract, an_establishment

from contracts.capital import largest_part, may_repay_part, may_repay_whole, repaying, smallest_rest
from contracts.interest import duty_percent, rate_slices
from contracts.models import Contract
from contracts.prolongation import Prolongs, Redeems
from contracts.standing import Obstacle, Standing, standing_of
from contracts.tariff_rules import parse_tariff

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
RULES = parse_tariff(NANTES_TARIFF)


def stand(**facts: Any) -> Standing:
    allowed = {"partial_repayment_online": True, "redemption_online": True} | facts.pop("establishment", {})
    contract = a_contract(a_client(an_establishment(**allowed)), **facts)
    return standing_of(contract, on=NOW.date(), now=NOW)


@pytest.mark.django_db
class TestWhole:
    def test_the_loan_and_all_that_is_due(self) -> None:
        repaid = repaying(stand(), Decimal(1000))
        assert repaid is not None
        assert (repaid.total, repaid.effect, repaid.is_payable) == (Decimal("1059.20"), Redeems(), True)

    def test_also_when_nothing_is_due_or_the_date_cannot_move(self) -> None:
        settled = stand(interest_paid_until=NOW.date(), duty_paid_for=date(2026, 12, 2))
        assert settled.obstacle is Obstacle.NOTHING_DUE
        paid = repaying(settled, Decimal(1000))
        assert paid is not None
        assert paid.total == Decimal(1000)

    def test_late_beyond_what_can_be_prolonged(self) -> None:
        late = stand(pledged_on=date(2025, 11, 2), due_on=date(2026, 5, 2))
        assert late.obstacle is Obstacle.CANNOT_PROLONG
        assert may_repay_whole(late)
        assert not may_repay_part(late)

    @pytest.mark.parametrize("status", ["blocked", "on_sale_list", "repaid", "sold"])
    def test_not_what_the_agency_must_decide(self, status: str) -> None:
        assert repaying(stand(status=status), Decimal(1000)) is None

    def test_not_where_the_establishment_does_not_offer_it(self) -> None:
        standing = stand(establishment={"redemption_online": False})
        assert repaying(standing, Decimal(1000)) is None
        assert repaying(standing, Decimal(200)) is not None


@pytest.mark.django_db
class TestPart:
    def test_what_is_due_and_the_sum_chosen_with_the_effect_of_paying(self) -> None:
        repaid = repaying(stand(), Decimal(200))
        assert repaid is not None
        assert (repaid.total, repaid.effect) == (Decimal("259.20"), Prolongs(date(2027, 6, 2)))

    @pytest.mark.parametrize("capital", ["0", "-5", "900", "999.99", "1000.01"])
    def test_neither_nothing_nor_so_much_that_the_rate_would_change(self, capital: str) -> None:
        assert repaying(stand(), Decimal(capital)) is None

    def test_up_to_the_last_cent_of_the_bracket(self) -> None:
        standing = stand()
        assert largest_part(standing.contract) == Decimal("899.99")
        assert repaying(standing, Decimal("899.99")) is not None

    def test_not_where_the_establishment_does_not_offer_it(self) -> None:
        standing = stand(establishment={"partial_repayment_online": False})
        assert repaying(standing, Decimal(200)) is None
        assert repaying(standing, Decimal(1000)) is not None

    def test_a_loan_of_one_cent_has_no_part(self) -> None:
        assert not may_repay_part(stand(principal=Decimal("0.01")))


@given(st.decimals("0.02", "20000", places=2), st.sampled_from(["whole", "marginal"]))
def test_what_is_left_bears_the_same_rate_and_duty(principal: Decimal, mode: Any) -> None:
    rules = replace(RULES, bracket_mode=mode)
    rest = smallest_rest(rules, principal)
    assert 0 < rest <= principal
    if mode == "whole":
        terms = Contract(principal=principal, pledged_on=NOW.date(), due_on=NOW.date(), late_taken=0, fees=0).terms()
        lighter = replace(terms, principal=rest)
        assert rate_slices(rules, terms)[0].rate == rate_slices(rules, lighter)[0].rate
        assert duty_percent(rules, principal) == duty_percent(rules, rest)
