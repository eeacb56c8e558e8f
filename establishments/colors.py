"""From an establishment's accent to colours whose contrast is computed, not hoped for. Standard library only.

Contrast and luminance as in WCAG 2.2. The accent keeps its hue and is darkened (light pages) or lightened (dark pages)
until it can be read on every ground; every other colour follows from it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

Color = tuple[int, int, int]

CONTRAST_AA: Final = 4.5

BLACK: Final[Color] = (0, 0, 0)
WHITE: Final[Color] = (255, 255, 255)
# The grounds of static/pretgage.css: change both together.
PAPER: Final[Color] = (0xFA, 0xF7, 0xF2)
CARD: Final[Color] = WHITE
DARK_PAPER: Final[Color] = (0x16, 0x13, 0x1B)
DARK_CARD: Final[Color] = (0x21, 0x1D, 0x28)

TINT_SHARE: Final = 8
DARK_TINT_SHARE: Final = 16
PANEL_END_SHARE: Final = 55


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as « #rrggbb ». `accent` is read on paper, card, white and `tint`, and carries `on_accent`.

    `panel` and `panel_end`: the gradient behind white text, in light and in dark.
    """

    accent: str
    on_accent: str
    tint: str
    dark_accent: str
    dark_on_accent: str
    dark_tint: str
    panel: str
    panel_end: str


@lru_cache(maxsize=64)
def palette_of(accent: str) -> Palette:
    """`accent` is « #rrggbb »; anything else is a ValueError."""
    wanted = _parse(accent)
    light = _readable(wanted, lightness=0, grounds=(WHITE, PAPER, CARD), tint=_tint)
    dark = _readable(wanted, lightness=1, grounds=(DARK_PAPER, DARK_CARD), tint=_dark_tint)
    return Palette(
        accent=_written(light),
        on_accent=_written(WHITE),
        tint=_written(_tint(light)),
        dark_accent=_written(dark),
        dark_on_accent=_written(DARK_PAPER),
        dark_tint=_written(_dark_tint(dark)),
        panel=_written(light),
        panel_end=_written(_mix(light, BLACK, PANEL_END_SHARE)),
    )


def contrast(one: str, other: str) -> float:
    """The ratio of two « #rrggbb » colours, from 1 to 21."""
    return _contrast(_parse(one), _parse(other))


def _readable(wanted: Color, *, lightness: int, grounds: Sequence[Color], tint: Callable[[Color], Color]) -> Color:
    """The nearest shade of `wanted` that can be read on the grounds and on its own tint; black and white always can."""
    return next(
        shade
        for shade in _shades(wanted, lightness)
        if all(_contrast(shade, ground) >= CONTRAST_AA for ground in (*grounds, tint(shade)))
    )


def _shades(color: Color, lightness: int) -> Iterator[Color]:
    """From the colour itself to black (`lightness` 0) or white (1), in a hundred steps of the same hue."""
    yield color
    hue, start, saturation = rgb_to_hls(*(channel / 255 for channel in color))
    for percent in range(1, 101):
        red, green, blue = hls_to_rgb(hue, start + (lightness - start) * percent / 100, saturation)
        yield round(red * 255), round(green * 255), round(blue * 255)


def _tint(accent: Color) -> Color:
    return _mix(accent, WHITE, TINT_SHARE)


def _dark_tint(accent: Color) -> Color:
    return _mix(accent, DARK_PAPER, DARK_TINT_SHARE)


def _mix(color: Color, other: Color, percent: int) -> Color:
    """`percent` of `color`, the rest of `other`."""
    red, green, blue = ((a * percent + b * (100 - percent)) // 100 for a, b in zip(color, other, strict=True))
    return red, green, blue


def _contrast(one: Color, other: Color) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (_linear(channel / 255) for channel in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    if channel <= 0.04045:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)


def _parse(written: str) -> Color:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", written):
        raise ValueError(f"« {written} » n’est pas une couleur #rrggbb.")
    return int(written[1:3], 16), int(written[3:5], 16), int(written[5:7], 16)


def _written(color: Color) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)
