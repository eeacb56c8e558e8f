"""Sums, days and numbers as clients read them, and the HTML that carries them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template

from web import french

NBSP = "\N{NO-BREAK SPACE}"


def spaced(text: str) -> str:
    """« _ » for the space that does not break."""
    return text.replace("_", NBSP)


@pytest.mark.parametrize(
    ("sum_", "words"),
    [
        ("0", "0,00_€"),
        ("59.2", "59,20_€"),
        ("999.99", "999,99_€"),
        ("1234.5", "1_234,50_€"),
        ("1234567.89", "1_234_567,89_€"),
        ("-12.3", "-12,30_€"),
    ],
)
def test_euros(sum_: str, words: str) -> None:
    assert french.euros(Decimal(sum_)) == spaced(words)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0_seconde"),
        (1, "1_seconde"),
        (20, "20_secondes"),
        (60, "1_minute"),
        (280, "4_minutes 40_secondes"),
        (300, "5_minutes"),
    ],
)
def test_what_is_left_is_said_to_the_second(seconds: int, words: str) -> None:
    assert french.time_left(seconds) == spaced(words)


@pytest.mark.parametrize(
    ("sum_", "words"), [("1000.00", "1_000_€"), ("1000.50", "1_000,50_€"), ("250", "250_€"), ("0.01", "0,01_€")]
)
def test_a_round_sum_inside_a_sentence_has_no_cents(sum_: str, words: str) -> None:
    assert french.round_euros(Decimal(sum_)) == spaced(words)


@pytest.mark.parametrize(("rate", "words"), [("0.820", "0,820_%"), ("7.5", "7,5_%"), ("2", "2_%"), ("1E+1", "10_%")])
def test_a_rate_keeps_the_decimals_of_its_tariff(rate: str, words: str) -> None:
    assert french.french_percent(Decimal(rate)) == spaced(words)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 5, 31), "31_mai_2026"),
        (date(2026, 5, 1), "1er_mai_2026"),
        (date(2028, 2, 29), "29_février_2028"),
        (date(2026, 8, 21), "21_août_2026"),
        (date(2026, 12, 11), "11_décembre_2026"),
    ],
)
def test_days(day: date, words: str) -> None:
    assert french.french_day(day) == spaced(words)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+33240000000", "02_40_00_00_00"),
        ("+33639980006", "06_39_98_00_06"),
        ("+32470123456", "+32470123456"),
        ("+330240000000", "+330240000000"),
        ("", ""),
    ],
)
def test_phones(number: str, words: str) -> None:
    assert french.french_phone(number) == spaced(words)


@pytest.mark.parametrize(("count", "words"), [(0, "0_jour"), (1, "1_jour"), (2, "2_jours"), (-1, "-1_jour")])
def test_zero_and_one_are_singular(count: int, words: str) -> None:
    assert french.plural(count, "jour", "jours") == spaced(words)


def rendered(template: str, value: object) -> str:
    return Template(f"{{% load french %}}{template}").render(Context({"value": value}))


def test_an_amount_carries_its_value_for_programs() -> None:
    expected = spaced('<data class="amount" value="1059.20">1_059,20_€</data>')
    assert rendered("{% amount value %}", Decimal("1059.2")) == expected


def test_an_amount_may_be_the_one_of_its_page() -> None:
    expected = spaced('<data class="amount" id="amount-due" value="59.20">59,20_€</data>')
    assert rendered("{% amount value id='amount-due' %}", Decimal("59.20")) == expected


def test_a_day_carries_its_date_for_programs() -> None:
    assert rendered("{% day value id='due-on' %}", date(2026, 5, 31)) == spaced(
        '<time id="due-on" datetime="2026-05-31">31_mai_2026</time>'
    )


def test_a_moment_is_the_day_and_the_hour_in_paris() -> None:
    just_before_midnight_utc = datetime(2026, 5, 31, 22, 5, tzinfo=UTC)
    assert rendered("{% day value %}", just_before_midnight_utc) == spaced(
        '<time datetime="2026-06-01">1er_juin_2026</time>'
    )
    assert rendered("{% moment value %}", just_before_midnight_utc) == spaced(
        '<time datetime="2026-06-01T00:05+02:00">1er_juin_2026 à 0_h_05</time>'
    )


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Évier  de l’Œuvre", "evier de l'oeuvre"),
        ("ex-æquo", "ex-aequo"),
        ("ﬁn", "fin"),
        ("", ""),
    ],
)
def test_letters_without_accents_and_capitals(written: str, plain: str) -> None:
    assert french.plain_letters(written) == plain
