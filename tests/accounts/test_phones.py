"""What counts as a phone, and as a mobile that a client may choose for the codes."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.phones import E164, BadPhoneError, Phone, mobile, phone


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 39 98 00 06", "+33639980006"),
        ("07.12.34.56.78", "+33712345678"),
        ("+33 (0)6 39 98 00 06", "+33639980006"),
        ("0033639980006", "+33639980006"),
        ("０６３９９８０００６", "+33639980006"),
        ("0692 12 34 56", "+262692123456"),
        ("+33 692 12 34 56", "+262692123456"),
        ("0690 00 12 34", "+590690001234"),
        ("0694 20 12 34", "+594694201234"),
        ("0696 20 12 34", "+596696201234"),
        ("0639 01 23 45", "+262639012345"),
        ("+262 692 12 34 56", "+262692123456"),
        ("+687 75 12 34", "+687751234"),
        ("+32 470 12 34 56", "+32470123456"),
        ("+1 202 555 0123", "+12025550123"),
    ],
)
def test_a_mobile_is_kept_in_e164(typed: str, number: str) -> None:
    assert mobile(typed) == number


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("02 61 91 00 01", "mobile"),
        ("0899 12 34 56", "mobile"),
        ("0825 12 34 56", "mobile"),
        ("09 72 12 34 56", "mobile"),
        ("+49 900 1234567", "mobile"),
        ("+32 2 555 12 12", "mobile"),
        ("+44 7012 345678", "mobile"),
        ("+881 6 1234 5678", "mobile"),
        ("+883 5100 012345", "mobile"),
        ("+33 6 39", "trop ou trop peu"),
        ("+999 123 456 789", "pas un numéro"),
        ("06 39 98 00 06 ou 07", "pas un numéro"),
        ("0639CHAT06", "pas un numéro"),
        ("06 39 98 00 06\x00", "pas un numéro"),
        ("9" * 100_000, "pas un numéro"),
        ("(+-) ...", "pas un numéro"),
    ],
)
def test_anything_else_is_refused_with_its_reason(typed: str, why: str) -> None:
    with pytest.raises(BadPhoneError, match=why):
        mobile(typed)


def test_a_file_may_hold_phones_that_are_no_mobiles() -> None:
    assert phone("02 61 91 00 01") == Phone("+33261910001", is_mobile=False)
    assert phone("+262 262 12 34 56") == Phone("+262262123456", is_mobile=False)


def test_a_number_that_looks_overseas_and_is_none_stays_on_the_mainland() -> None:
    assert phone("06 39 98 00 06").number == "+33639980006"


@given(st.one_of(st.text(), st.text("0123456789+ .-()", max_size=20)))
def test_anything_typed_is_a_number_or_a_reason(typed: str) -> None:
    with contextlib.suppress(BadPhoneError):
        assert E164.fullmatch(mobile(typed))
