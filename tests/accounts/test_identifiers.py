import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import identifiers


@pytest.mark.parametrize(
    "typed",
    [
        "5501234567",
        "55 01 23 45 67",
        "55.01.23.45.67",
        "550-123-4567",
        " 5501234567\n",
        "5501\u00a0234\u202f567",
        "5501–234567",
    ],
)
def test_separators_are_ignored(typed: str) -> None:
    assert identifiers.canonical(typed) == "5501234567"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "C000123",
        "123456789",
        "123456789012",
        "５５０１２３４５６７",
        "٥٥٠١٢٣٤٥٦٧",
        "5501234567\x00",
        "55/01234567",
        "+5501234567",
    ],
)
def test_anything_else_than_10_or_11_ascii_digits_is_refused(typed: str) -> None:
    assert identifiers.canonical(typed) is None


def test_eleven_digits_are_an_identifier_too() -> None:
    assert identifiers.canonical("650 1234 5678") == "65012345678"


@given(st.text())
def test_what_is_accepted_is_always_ascii_digits(typed: str) -> None:
    digits = identifiers.canonical(typed)
    assert digits is None or re.fullmatch("[0-9]{10,11}", digits)


def test_a_generated_identifier_is_one() -> None:
    for _ in range(200):
        generated = identifiers.generate()
        assert identifiers.canonical(generated) == generated
