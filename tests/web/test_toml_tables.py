"""TOML that somebody wrote by hand: whatever it says is read, or refused in words."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.toml_tables import FileError, Table, parsed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('a = "1"\nrate = 0,82\n', "ligne 2, «\u00a0rate = 0,82\u00a0»"),
        ('a = "1"\na = "2"', 'ligne 2, «\u00a0a = "2"\u00a0», déjà écrit plus haut'),
        ("a = [" + "1, " * 100 + "2, 0,,5]", "1, 1, 2, 0,,5]\u00a0»"),  # its end, where the fault is
        ("[[tariffs]", "ligne 1, «\u00a0[[tariffs]\u00a0»"),
        ('a = """b', "la fin manque"),
        ("a = \0", "ligne 1"),
        ("a = " + "[\n" * 5000, "trop de listes"),
    ],
)
def test_what_is_not_toml(text: str, words: str) -> None:
    with pytest.raises(FileError, match="pas du TOML") as refusal:
        parsed(text)
    assert words in str(refusal.value)


def test_a_line_may_not_be_endless() -> None:
    with pytest.raises(FileError, match="la ligne 2 a plus de 2000 caractères"):
        parsed(f"a = 1\nb = {'9' * 5000}")


def test_a_huge_value_is_refused_in_few_words() -> None:
    with pytest.raises(FileError) as refusal:
        Table(parsed(f"a = 0x{'f' * 1900}")).text("a", 9)
    assert len(str(refusal.value)) < 200


def test_a_deep_one_too() -> None:
    with pytest.raises(FileError) as refusal:
        Table(parsed(f"[a.{'b.' * 950}c]\n{'d.' * 950}e = 1")).text("a", 9)
    assert str(refusal.value).endswith("une valeur démesurée)")


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "2026-01-01T00:00:00"])
def test_a_day_out_of_reach(day: str) -> None:
    with pytest.raises(FileError, match="un jour sans guillemets"):
        Table(parsed(f"a = {day}")).day("a")


def test_a_day() -> None:
    assert Table(parsed("a = 2026-06-02")).day("a") == date(2026, 6, 2)


@given(st.text() | st.text(alphabet='[]{}=".,#a1\n'))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(FileError):
        parsed(text)
