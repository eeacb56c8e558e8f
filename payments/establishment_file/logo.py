"""A logo is a drawing and nothing else: it goes to every client's browser and into every receipt.

Read by expat without a document type, so without an entity to expand or fetch, and with a short list of elements.
"""

import re
from typing import Final
from xml.parsers import expat

MAX_BYTES: Final = 20 * 1024
SVG: Final = "http://www.w3.org/2000/svg"
# No script, foreignObject, image, a, animation or feImage; no use either, whose copies of copies hang a browser.
ELEMENTS: Final = frozenset(
    {
        *("svg", "g", "defs", "title", "desc", "style", "text", "tspan"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "mask"),
    }
)
# In a style or a value: what loads, runs, or hides a word that does. url(#name) stays in the drawing.
OUTSIDE: Final = re.compile(
    r"""url\(\s*+(?!["']?\#) | (?:src|image-set|expression)\( | @ | \\ | (?:javascript|data):""",
    re.IGNORECASE | re.VERBOSE,
)


class UnsafeLogoError(ValueError):
    """Its text says in French what the drawing must not hold."""


def safe_svg(content: bytes) -> str:
    """The text of the drawing. Raises UnsafeLogoError."""
    if len(content) > MAX_BYTES:
        raise UnsafeLogoError(f"le logo pèse {len(content)} octets, {MAX_BYTES} au plus")
    try:
        text = content.decode("utf-8")
        _Reader().read(text)
    except UnicodeDecodeError:
        raise UnsafeLogoError("le logo n’est pas un texte UTF-8") from None
    except expat.ExpatError as error:
        raise UnsafeLogoError(f"le logo n’est pas un SVG lisible, ligne {error.lineno}") from None
    return text


class _Reader:
    """Goes through a drawing once and raises at the first thing that is not drawn."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._styles: list[str] = []

    def read(self, text: str) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.XmlDeclHandler = _check_declaration
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.ProcessingInstructionHandler = _refuse_instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._hear
        parser.Parse(text, True)
        if OUTSIDE.search("".join(self._styles)):
            raise UnsafeLogoError("la feuille de style du logo va chercher autre chose, à retirer")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, element = name.rpartition(" ")
        if not self._open and (namespace, element) != (SVG, "svg"):
            raise UnsafeLogoError(f'le logo commence par <{element}>, il faut <svg xmlns="{SVG}">')
        if namespace != SVG or element not in ELEMENTS:
            raise UnsafeLogoError(f"le logo contient <{element}>, à retirer\u00a0: un dessin simple suffit")
        for attribute, value in attributes.items():
            _check_attribute(attribute.rpartition(" ")[2].lower(), value)
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _hear(self, text: str) -> None:
        if self._open[-1] == "style":
            self._styles.append(text)


def _check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    """Another declared encoding would show the browser another text than the one read here."""
    if encoding is not None and encoding.lower() != "utf-8":
        raise UnsafeLogoError(f"le logo se dit en {encoding}, il faut UTF-8")


def _refuse_document_type(*_declared: object) -> None:
    raise UnsafeLogoError("le logo déclare un DOCTYPE, à retirer")


def _refuse_instruction(target: str, _data: str) -> None:
    raise UnsafeLogoError(f"le logo contient une instruction <?{target}…?>, à retirer")


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise UnsafeLogoError(f"le logo réagit à un événement ({name}), à retirer")
    if name == "base" or (name in {"href", "src"} and not value.startswith("#")) or OUTSIDE.search(value):
        raise UnsafeLogoError(f'le logo va chercher autre chose ({name}="{value[:60]}"), à retirer')
