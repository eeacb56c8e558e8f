"""A logo is a drawing and nothing else: it goes to every client's browser and into every receipt.

Read by expat with its own ears: no document type, so no entity to expand or fetch, and a short list of elements.
"""

import re
from typing import Final
from xml.parsers import expat

MAX_BYTES: Final = 20 * 1024
SVG: Final = "http://www.w3.org/2000/svg"
# No script, foreignObject, image, a, animation or feImage; no use either, whose copies of copies hang a browser.
ELEMENTS: Final = frozenset(
    "svg g defs title desc path rect circle ellipse line polyline polygon text tspan style"
    " linearGradient radialGradient stop clipPath mask".split()
)
OUTSIDE: Final = re.compile(r"""url\(\s*(?!["']?\s*\#)|@|\\|expression\(|(?:java|vb)script:|data:""", re.IGNORECASE)


class UnsafeLogo(ValueError):
    """Its text says in French what the drawing must not hold."""


def safe_svg(content: bytes) -> str:
    """The text of the drawing. Raises UnsafeLogo."""
    if len(content) > MAX_BYTES:
        raise UnsafeLogo(f"le logo pèse {len(content)} octets, {MAX_BYTES} au plus")
    try:
        text = content.decode("utf-8")
        _parser().Parse(text, True)  # noqa: FBT003 - expat's own signature: this is the last piece
    except UnicodeDecodeError:
        raise UnsafeLogo("le logo n’est pas un texte UTF-8") from None
    except expat.ExpatError as error:
        raise UnsafeLogo(f"le logo n’est pas un SVG lisible, ligne {error.lineno}") from None
    return text


def _parser() -> expat.XMLParserType:
    depth: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        _check_element(name, is_root=not depth)
        depth.append(name)
        for attribute, value in attributes.items():
            _check_attribute(attribute, value)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True  # a forbidden word does not hide between two pieces of a text
    parser.XmlDeclHandler = _check_declaration
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.ProcessingInstructionHandler = _refuse_instruction
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: depth.pop()
    parser.CharacterDataHandler = lambda text: _check_style(text) if depth[-1] == f"{SVG} style" else None
    return parser


def _check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    """Another declared encoding would show the browser another text than the one read here."""
    if encoding is not None and encoding.lower() != "utf-8":
        raise UnsafeLogo(f"le logo se dit en {encoding}, il faut UTF-8")


def _refuse_document_type(*_declared: object) -> None:
    raise UnsafeLogo("le logo déclare un DOCTYPE, à retirer")


def _refuse_instruction(target: str, _data: str) -> None:
    raise UnsafeLogo(f"le logo contient une instruction <?{target}…?>, à retirer")


def _check_element(name: str, *, is_root: bool) -> None:
    namespace, _, element = name.rpartition(" ")
    if is_root and (namespace, element) != (SVG, "svg"):
        raise UnsafeLogo(f"le logo commence par <{element}>, il faut <svg xmlns=\"{SVG}\">")
    if namespace != SVG or element not in ELEMENTS:
        raise UnsafeLogo(f"le logo contient <{element}>, à retirer\u00a0: un dessin simple suffit")


def _check_attribute(name: str, value: str) -> None:
    attribute = name.rpartition(" ")[2].lower()
    if attribute.startswith("on"):
        raise UnsafeLogo(f"le logo réagit à un événement ({attribute}), à retirer")
    if attribute == "base" or (attribute in {"href", "src"} and not value.startswith("#")) or OUTSIDE.search(value):
        raise UnsafeLogo(f"le logo va chercher autre chose ({attribute}=\"{value[:60]}\"), à retirer")


def _check_style(text: str) -> None:
    if OUTSIDE.search(text):
        raise UnsafeLogo("la feuille de style du logo va chercher autre chose, à retirer")
