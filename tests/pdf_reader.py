"""Reads a document of the house back with pikepdf: its glyphs, its text, its tags, both of its standards."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

SHOWING_TEXT = {"Tj", "TJ"}
PAINTING = SHOWING_TEXT | {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do"}


@dataclass(frozen=True)
class Glyph:
    font: str
    code: bytes
    text: str
    height: float  # of the baseline, in points above the foot of the page
    color: tuple[float, ...]  # sRGB, components 0 to 1

    @property
    def contrast_on_white(self) -> float:
        """The contrast ratio of WCAG 2."""
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in self.color)
        return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def opened_bytes(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(pdf))


def operations(page: pikepdf.Page) -> Iterator[tuple[str, Any]]:
    """(operator, operands) of everything that draws a page."""
    for instruction in pikepdf.parse_content_stream(page):
        yield str(instruction.operator), instruction.operands


def glyphs(page: pikepdf.Page) -> Iterator[Glyph]:
    """In reading order."""
    fonts = {name: (str(font.BaseFont), unicode_map(font)) for name, font in page.Resources.Font.items()}
    for operator, operands in operations(page):
        match operator:
            case "cm":
                height = float(operands[5])
            case "scn":
                color = tuple(float(component) for component in operands)
            case "Tf":
                font, characters = fonts[str(operands[0])]
            case "TJ" | "Tj":
                pieces = operands[0] if operator == "TJ" else operands
                codes = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
                for start in range(0, len(codes), 2):
                    code = codes[start : start + 2]
                    yield Glyph(font, code, characters[code], height, color if len(color) == 3 else color * 3)


def unicode_map(font: Any) -> dict[bytes, str]:
    """Glyph code (two bytes) → text, from a font's ToUnicode table."""
    table = font.ToUnicode.read_bytes().decode("ascii")
    pairs = re.findall(r"^<([0-9A-F]{4})> <([0-9A-F]+)>$", table, re.MULTILINE)
    return {bytes.fromhex(code): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def squeezed(text: str) -> str:
    """The text without spaces and line ends; « ~ » stands for the non-breaking space."""
    return re.sub("[ \n]+", "", text).replace("\N{NO-BREAK SPACE}", "~")


def text_in(pdf: bytes) -> str:
    with opened_bytes(pdf) as document:
        return squeezed("".join(glyph.text for page in document.pages for glyph in glyphs(page)))


def elements(node: Any) -> Iterator[Any]:
    """The structure elements below a node of the tag tree, in reading order."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        yield from elements(node.get("/K"))


def attributes(element: Any) -> dict[str, Any]:
    """All attributes of a structure element, whoever owns them."""
    owned = element.get("/A", [])
    groups = [owned] if isinstance(owned, pikepdf.Dictionary) else owned
    return {name: value for group in groups for name, value in group.items()}


def assert_lasts_and_speaks(pdf: bytes, title: str) -> None:
    """PDF/A-2a and PDF/UA-1 as far as the structure tells: what it says of itself, fonts, tags, headers of tables."""
    with opened_bytes(pdf) as document:
        metadata, root = document.open_metadata(), document.Root
        assert metadata["pdfaid:part"] + metadata["pdfaid:conformance"] == "2A"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == document.docinfo.Title == title
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert root.Lang == "fr-FR"
        assert root.OutputIntents[0].DestOutputProfile.read_bytes()[36:40] == b"acsp"
        assert not document.is_encrypted
        assert not {"/OpenAction", "/AA", "/AcroForm", "/Names"} & set(root.keys())
        for page in document.pages:
            _assert_fonts(page)
            _assert_tagged(page)
        found = list(elements(root.StructTreeRoot.K))
        assert [str(element.S) for element in found].count("/Title") == 1
        assert all(attributes(element)["/Headers"] for element in found if element.S == "/TD")
        assert all(attributes(element)["/Scope"] == "/Column" for element in found if element.S == "/TH")


def _assert_fonts(page: pikepdf.Page) -> None:
    for font in page.Resources.Font.values():
        assert {"/FontFile2", "/FontFile3"} & set(font.DescendantFonts[0].FontDescriptor.keys())
        assert unicode_map(font)


def _assert_tagged(page: pikepdf.Page) -> None:
    """Nothing is painted outside of the tags."""
    depth = 0
    for operator, _ in operations(page):
        depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(operator, 0)
        assert depth > 0 or operator not in PAINTING
    assert depth == 0
