"""Where a contract stands: its amount, its state, and the first thing that keeps it from being paid online."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from people import a_client, a_contract, a_tariff, an_establishment

from accounts.models import Client
from contracts.models import Contract
from contracts.prolongation import Prolongs
from contracts.standing import PAYMENT_LIVES, Obstacle, Standing, standing_of

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def stand(contract: Contract, on: date = TODAY) -> Standing:
    return standing_of(contract, on=on, now=NOW)


def test_the_published_case_is_payable_and_prolongs(helene: Client) -> None:
    standing = stand(a_contract(helene))
    assert standing.total == Decimal("59.20")
    assert standing.effect == Prolongs(date(2027, 6, 2))
    assert standing.is_payable
    assert not standing.is_ended
    assert not standing.prolongs_for_free


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2026, 11, 1), "active"),
        (date(2026, 11, 2), "due_soon"),
        (date(2026, 12, 2), "due_soon"),
        (date(2026, 12, 3), "overdue"),
    ],
)
def test_due_soon_and_overdue_are_read_from_the_dates(helene: Client, on: date, status: str) -> None:
    assert stand(a_contract(helene), on).status == status


@pytest.mark.parametrize("status", ["sold", "repaid", "redeemed", "renewed", "closed"])
def test_nothing_is_owed_any_more(helene: Client, status: str) -> None:
    standing = stand(a_contract(helene, status=status))
    assert (standing.quote, standing.effect, standing.obstacle) == (None, None, Obstacle.NOTHING_OWED)
    assert standing.total == 0
    assert standing.status == status
    assert standing.is_ended == (status != "repaid")


@pytest.mark.parametrize(
    ("facts", "obstacle"),
    [
        ({"status": "blocked"}, Obstacle.BLOCKED),
        ({"status": "on_sale_list"}, Obstacle.ON_SALE_LIST),
        ({"ticket_kind": "bearer"}, Obstacle.BEARER),
        ({"payment_started_at": NOW - PAYMENT_LIVES + timedelta(seconds=1)}, Obstacle.UNDER_WAY),
        ({"payment_started_at": NOW - timedelta(days=2), "payment_is_pending": True}, Obstacle.UNDER_WAY),
        ({"is_disputed": True}, Obstacle.DISPUTED),
        ({"pledged_on": date(2025, 5, 2), "due_on": date(2025, 11, 2)}, Obstacle.CANNOT_PROLONG),
        ({"interest_paid_until": TODAY, "duty_paid_for": date(2026, 12, 2)}, Obstacle.NOTHING_DUE),
    ],
)
def test_what_keeps_a_contract_from_being_paid_online(
    helene: Client, facts: dict[str, Any], obstacle: Obstacle
) -> None:
    assert stand(a_contract(helene, **facts)).obstacle is obstacle


def test_a_payment_without_news_for_20_minutes_no_longer_stands_in_the_way(helene: Client) -> None:
    assert stand(a_contract(helene, payment_started_at=NOW - PAYMENT_LIVES)).is_payable


def test_an_establishment_may_not_be_online_yet(db: None) -> None:
    closed = an_establishment("limoges", pays_online=False)
    assert stand(a_contract(a_client(closed))).obstacle is Obstacle.NOT_ONLINE


def test_an_establishment_may_take_bearer_contracts(db: None) -> None:
    opened = an_establishment("limoges", bearer_payable=True)
    assert stand(a_contract(a_client(opened), ticket_kind="bearer")).is_payable


def test_an_establishment_may_count_from_the_payment_day_until_the_due_date(db: None) -> None:
    nice = an_establishment("nice", prolongation_counted_from="payment_day", payable_until="due_date")
    contract = a_contract(a_client(nice))
    assert stand(contract).effect == Prolongs(date(2027, 5, 23))
    assert stand(contract, date(2026, 12, 3)).obstacle is Obstacle.CANNOT_PROLONG


def test_a_free_loan_in_the_window_prolongs_without_payment(helene: Client) -> None:
    free = a_tariff(helene.establishment, "libre", fixed_duty="0")
    standing = stand(a_contract(helene, principal=Decimal(80), tariff=free))
    assert standing.obstacle is Obstacle.NOTHING_DUE
    assert standing.prolongs_for_free
