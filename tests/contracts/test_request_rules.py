"""What a client may ask, from when and until when."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.request_rules import (
    KINDS,
    AtTheAgency,
    Facts,
    Granted,
    NotOffered,
    NotYet,
    Offer,
    Offered,
    RequestKind,
    TooLate,
    offer_of,
)

PLEDGED, DUE = date(2026, 6, 2), date(2026, 12, 2)
FACTS = Facts(
    status="active", on=date(2026, 10, 1), pledged_on=PLEDGED, due_on=DUE, is_pressing=False, is_at_cap=False,
    is_bearer=False, sale_on=None, has_surplus=False, is_surplus_granted=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("on", "offer"),
    [
        (date(2026, 6, 2), NotYet(date(2026, 9, 2))),
        (date(2026, 9, 1), NotYet(date(2026, 9, 2))),
        (date(2026, 9, 2), Offered()),
        (date(2026, 11, 2), Offered()),
        (date(2026, 11, 3), TooLate(date(2026, 11, 2))),
    ],
)
def test_a_sale_from_three_months_to_a_month_before_the_due_date(on: date, offer: Offer) -> None:
    assert offer_of("sale", replace(FACTS, on=on)) == offer


def test_no_sale_of_a_loan_too_short_for_it() -> None:
    assert offer_of("sale", replace(FACTS, due_on=date(2026, 9, 30))) == NotOffered()


@pytest.mark.parametrize(
    ("kind", "changes", "offer"),
    [
        ("renewal", {"is_at_cap": True, "is_pressing": True}, Offered()),
        ("renewal", {"is_at_cap": True}, NotOffered()),
        ("renewal", {"is_pressing": True}, NotOffered()),
        ("more_time", {"is_pressing": True}, Offered()),
        ("more_time", {}, NotOffered()),
        ("more_time", {"status": "on_sale_list"}, Offered()),
        ("more_time", {"status": "on_sale_list", "sale_on": date(2026, 10, 2)}, Offered()),
        ("more_time", {"status": "on_sale_list", "sale_on": date(2026, 10, 1)}, NotOffered()),
        ("appointment", {}, Offered()),
        ("appointment", {"status": "repaid"}, Offered()),
        ("appointment", {"status": "on_sale_list"}, NotOffered()),
        ("lost_ticket", {"status": "on_sale_list"}, Offered()),
        ("lost_ticket", {"status": "sold"}, NotOffered()),
        ("sale", {"status": "repaid"}, NotOffered()),
        ("surplus", {}, NotOffered()),
        ("surplus", {"status": "sold", "has_surplus": True}, Offered()),
        ("surplus", {"status": "sold", "has_surplus": True, "is_bearer": True}, AtTheAgency()),
        ("surplus", {"status": "sold", "has_surplus": True, "is_surplus_granted": True}, Granted()),
    ],
)
def test_what_is_offered(kind: RequestKind, changes: dict[str, Any], offer: Offer) -> None:
    assert offer_of(kind, replace(FACTS, **changes)) == offer


@given(st.sampled_from(KINDS), st.sampled_from(["blocked", "redeemed", "renewed", "closed"]), st.booleans())
def test_a_closed_or_disputed_contract_offers_nothing(kind: RequestKind, status: str, flag: bool) -> None:
    facts = replace(FACTS, status=status, is_pressing=flag, is_at_cap=flag)
    assert offer_of(kind, facts) == NotOffered()
