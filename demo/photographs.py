"""Photos of the demonstration, drawn by code: a jewel on the grey felt of a counter, as an appraiser would take it."""

from collections.abc import Callable, Mapping
from math import cos, pi, sin
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

SIZE: Final = (1200, 900)
GOLD, DEEP_GOLD, SILVER, DEEP_SILVER = "#d9a93f", "#8f6414", "#c9ccd1", "#6d7278"
SAPPHIRE, DIAMOND, FACE = "#1f3f8f", "#e8f2fa", "#f4f0e6"

Pen = ImageDraw.ImageDraw
Box = tuple[float, float, float, float]


def draw_photo(drawing: str, path: Path) -> None:
    """Errors: KeyError for what this house cannot draw."""
    image = _felt()
    shadow = Image.new("L", SIZE, 0)
    DRAWINGS[drawing](_Shadow(ImageDraw.Draw(shadow)))
    image.paste("#33363b", (16, 22), shadow.filter(ImageFilter.GaussianBlur(14)))
    DRAWINGS[drawing](ImageDraw.Draw(image))
    image.filter(ImageFilter.GaussianBlur(1.2)).save(path, "JPEG", quality=85)


class _Shadow:
    """Draws all that a pen draws, in the one tone of a shadow."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen

    def ellipse(self, box: Box, fill: str | None = None, outline: str | None = None, width: int = 1) -> None:
        self._pen.ellipse(box, fill=150 if fill else None, outline=150 if outline else None, width=width)

    def polygon(self, points: list[tuple[float, float]], fill: str, outline: str | None = None) -> None:
        self._pen.polygon(points, fill=150)

    def line(self, points: list[tuple[float, float]], fill: str, width: int = 1) -> None:
        self._pen.line(points, fill=150, width=width)


def _felt() -> Image.Image:
    light = Image.radial_gradient("L").resize(SIZE)
    return Image.composite(Image.new("RGB", SIZE, "#5d636b"), Image.new("RGB", SIZE, "#a9afb7"), light)


def _ring(pen: "Pen | _Shadow") -> None:
    pen.ellipse((400, 320, 800, 720), outline=DEEP_GOLD, width=46)
    pen.ellipse((406, 326, 794, 714), outline=GOLD, width=26)
    _stone(pen, 600, 300, 92, SAPPHIRE)


def _necklace(pen: "Pen | _Shadow") -> None:
    for step in range(41):
        angle = pi * step / 40
        x, y = 600 + 390 * cos(angle), 190 + 470 * sin(angle)
        radius = 16 + 22 * sin(angle)
        _stone(pen, x, y, radius, DIAMOND)
    _stone(pen, 600, 735, 58, DIAMOND)


def _bracelet(pen: "Pen | _Shadow") -> None:
    pen.ellipse((270, 250, 930, 690), outline=DEEP_GOLD, width=62)
    pen.ellipse((278, 258, 922, 682), outline=GOLD, width=38)
    pen.ellipse((292, 272, 908, 668), outline="#f0d48a", width=6)


def _watch(pen: "Pen | _Shadow") -> None:
    pen.ellipse((560, 110, 640, 190), outline=DEEP_SILVER, width=16)
    pen.ellipse((320, 180, 880, 740), fill=DEEP_SILVER)
    pen.ellipse((336, 196, 864, 724), fill=SILVER)
    pen.ellipse((376, 236, 824, 684), fill=FACE, outline=DEEP_SILVER, width=5)
    for hour in range(12):
        angle = pi * hour / 6
        near, far = ((600 + length * sin(angle), 460 - length * cos(angle)) for length in (176, 206))
        pen.line([near, far], fill="#2a2a2e", width=8)
    pen.line([(600, 460), (600 - 90, 460 - 90)], fill="#2a2a2e", width=12)
    pen.line([(600, 460), (600 + 60, 460 - 160)], fill="#2a2a2e", width=8)


def _stone(pen: "Pen | _Shadow", x: float, y: float, radius: float, color: str) -> None:
    pen.polygon(_octagon(x, y, radius), fill=color, outline=DEEP_SILVER)
    table = "#ffffff" if color == DIAMOND else "#4d74cf"
    pen.polygon(_octagon(x, y, radius / 2), fill=table, outline=DEEP_SILVER)


def _octagon(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    angles = [pi * corner / 4 + pi / 8 for corner in range(8)]
    return [(x + radius * cos(angle), y + radius * sin(angle)) for angle in angles]


DRAWINGS: Final[Mapping[str, Callable[["Pen | _Shadow"], None]]] = {
    "ring": _ring,
    "necklace": _necklace,
    "bracelet": _bracelet,
    "watch": _watch,
}
