"""Every accent that an establishment may choose gives pages that can be read."""

import re
from dataclasses import astuple
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from establishments.colors import CARD, CONTRAST_AA, DARK_CARD, DARK_PAPER, PAPER, contrast, palette_of

STYLESHEET = Path(__file__).parents[2] / "static" / "pretgage.css"
COLORS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def hexadecimal(color: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def tokens(css: str) -> dict[str, str]:
    """The custom properties of a block that hold a plain colour."""
    return dict(re.findall(r"(--[a-z-]+):\s*(#[0-9a-f]{6})\b", css))


@pytest.fixture(scope="module")
def light_and_dark() -> tuple[dict[str, str], dict[str, str]]:
    light, dark = STYLESHEET.read_text().split("@media (prefers-color-scheme: dark)", 1)
    return tokens(light), tokens(dark.split("\n}\n", 1)[0])


@given(COLORS)
def test_every_accent_can_be_read_on_every_light_ground(accent: str) -> None:
    palette = palette_of(accent)
    for ground in (hexadecimal(PAPER), hexadecimal(CARD), "#ffffff", palette.tint, palette.on_accent):
        assert contrast(palette.accent, ground) >= CONTRAST_AA


@given(COLORS)
def test_every_accent_can_be_read_on_every_dark_ground(accent: str) -> None:
    palette = palette_of(accent)
    for ground in (hexadecimal(DARK_PAPER), hexadecimal(DARK_CARD), palette.dark_tint, palette.dark_on_accent):
        assert contrast(palette.dark_accent, ground) >= CONTRAST_AA


@given(COLORS)
def test_white_can_be_read_along_the_whole_panel(accent: str) -> None:
    palette = palette_of(accent)
    assert contrast("#ffffff", palette.panel) >= CONTRAST_AA
    assert contrast("#ffffff", palette.panel_end) >= contrast("#ffffff", palette.panel)


@given(COLORS)
def test_text_can_be_read_on_every_tint(light_and_dark: tuple[dict[str, str], dict[str, str]], accent: str) -> None:
    light, dark = light_and_dark
    palette = palette_of(accent)
    for ink in ("--ink", "--soft"):
        assert contrast(light[ink], palette.tint) >= CONTRAST_AA
        assert contrast(dark[ink], palette.dark_tint) >= CONTRAST_AA


def test_the_stylesheet_has_the_grounds_that_the_accents_are_computed_for(
    light_and_dark: tuple[dict[str, str], dict[str, str]],
) -> None:
    light, dark = light_and_dark
    assert (light["--paper"], light["--card"]) == (hexadecimal(PAPER), hexadecimal(CARD))
    assert (dark["--paper"], dark["--card"]) == (hexadecimal(DARK_PAPER), hexadecimal(DARK_CARD))


def test_the_tones_of_the_stylesheet_can_be_read(light_and_dark: tuple[dict[str, str], dict[str, str]]) -> None:
    for colors in light_and_dark:
        for tone in ("good", "warn", "bad"):
            for ground in (f"--{tone}-soft", "--paper", "--card"):
                assert contrast(colors[f"--{tone}"], colors[ground]) >= CONTRAST_AA
            assert contrast(colors["--ink"], colors[f"--{tone}-soft"]) >= CONTRAST_AA


def test_pages_without_an_establishment_have_a_palette_too(
    light_and_dark: tuple[dict[str, str], dict[str, str]],
) -> None:
    light, dark = light_and_dark
    house = palette_of("#1f4e79")
    assert (light["--accent"], light["--tint"], light["--panel"]) == (house.accent, house.tint, house.panel)
    assert (dark["--accent"], dark["--tint"], dark["--on-accent"]) == (
        house.dark_accent,
        house.dark_tint,
        house.dark_on_accent,
    )


def test_an_accent_that_is_already_readable_is_kept() -> None:
    assert palette_of("#7a1f3d").accent == "#7a1f3d"
    assert palette_of("#F0C8D4").dark_accent == "#f0c8d4"


def test_yellow_is_darkened_and_stays_yellow() -> None:
    accent = palette_of("#ffd500").accent
    red, green, blue = (int(accent[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green > blue == 0


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("written", ["", "red", "#fff", "7a1f3d", "#7a1f3g", "#7a1f3d\n", "#٧٧٧٧٧٧"])
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        palette_of(written)


def test_every_color_is_written_the_same_way() -> None:
    assert all(re.fullmatch(r"#[0-9a-f]{6}", color) for color in astuple(palette_of("#ABCDEF")))
