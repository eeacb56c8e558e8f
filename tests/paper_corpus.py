"""Files as clients and attackers send them, each made here."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
from PIL import ExifTags, Image, PngImagePlugin

HEIC = b"\x00\x00\x00\x20ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"
GIF_AND_SCRIPT = b"GIF89a=1;alert(1);//" + bytes(60)
SCRIPT = "app.alert('coucou')"


def a_jpeg(size: tuple[int, int] = (60, 40), mode: str = "RGB", *, exif: Image.Exif | None = None, **how: Any) -> bytes:
    """A red half and a blue half, so that a turn is seen."""
    image = Image.new("RGB", size, "red")
    image.paste((0, 0, 255), (size[0] // 2, 0, *size))
    return _saved(image.convert(mode), "JPEG", exif=exif or Image.Exif(), quality=90, **how)


def a_png(size: tuple[int, int] = (60, 40), mode: str = "RGB", color: Any = 0, **how: Any) -> bytes:
    return _saved(Image.new(mode, size, color), "PNG", **how)


def _saved(image: Image.Image, name: str, **how: Any) -> bytes:
    written = BytesIO()
    image.save(written, name, **how)
    return written.getvalue()


def a_photo_with_place(orientation: int = 1) -> bytes:
    """As a phone writes it: where, when, with what, and how it was held."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Telephone-de-Camille"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (47.0, 13.0, 5.0)}
    )
    return a_jpeg(exif=exif, comment=b"un mot dans le fichier", icc_profile=b"profil" * 30)


def a_png_with_words() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Camille-Martin")
    words.add_itxt("XML:com.adobe.xmp", "<xmp>Camille-Martin</xmp>")
    return a_png(pnginfo=words, dpi=(300, 300))


def a_png_bomb(side: int = 60_000) -> bytes:
    """A few bytes that say that they are billions of points."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def a_scan_bomb(scans: int = 500) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    data = a_jpeg(progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * scans + b"\xff\xd9"


def with_an_archive(data: bytes) -> bytes:
    """Both what it was and a ZIP."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("virus.exe", b"MZ" + bytes(100))
    return data + written.getvalue()


def a_word_document() -> bytes:
    return with_an_archive(b"")


def a_pdf(change: Callable[[pikepdf.Pdf], None] | None = None, *, pages: int = 1, **how: Any) -> bytes:
    pdf = pikepdf.new()
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(200, 200))
        page.Contents = pdf.make_stream(b"1 0 0 rg 20 20 100 100 re f")
    if change:
        change(pdf)
    return _written(pdf, **how)


def _written(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    written = BytesIO()
    pdf.save(written, **how)
    return written.getvalue()


def _action(kind: str, **facts: Any) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(Type=pikepdf.Name.Action, S=pikepdf.Name(kind), **facts)


def a_pdf_full_of_traps() -> bytes:
    """Everything that a reader could run, open or fetch, at every place where it looks."""

    def lay(pdf: pikepdf.Pdf) -> None:
        script, page = _action("/JavaScript", JS=SCRIPT), pdf.pages[0]
        pdf.Root.OpenAction = script
        pdf.Root.AA = pikepdf.Dictionary(WC=script)
        pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["a", script]))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=pdf.make_stream(b"<xdp:xdp/>"))
        pdf.attachments["virus.exe"] = b"MZ-virus"
        pdf.docinfo["/Author"] = "Camille-Martin"
        page.AA = pikepdf.Dictionary(O=_action("/Launch", F="cmd.exe"))
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[0, 0, 9, 9],
            A=_action("/URI", URI="http://evil.example/"),
        )
        page.Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(link)]))
        form = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])
        form.Metadata = pdf.make_stream(b"<xmp>Camille-Martin</xmp>")
        form.Ref = pikepdf.Dictionary(F="other.pdf", Page=0)
        form.Nested = pikepdf.Array([pikepdf.Dictionary(AA=script)])
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Fm0=form))

    return a_pdf(lay)


def a_pdf_with_a_filled_form(words: bytes = b"(Camille) Tj") -> bytes:
    """What was typed stands in the appearance of a field, not in the page."""

    def fill(pdf: pikepdf.Pdf) -> None:
        drawing = pdf.make_stream(
            b"BT " + words + b" ET", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 90, 20]
        )
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="nom", V="Camille", F=4,
            Rect=[10, 10, 100, 30], AP=pikepdf.Dictionary(N=drawing),
            AA=pikepdf.Dictionary(K=_action("/JavaScript", JS=SCRIPT)),
        )  # fmt: skip
        field = pdf.make_indirect(field)
        pdf.pages[0].Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field])

    return a_pdf(fill)


def a_locked_pdf(asked: str = "secret") -> bytes:
    """With an empty password it opens for everybody, but forbids copying."""
    return a_pdf(encryption=pikepdf.Encryption(owner="proprietaire", user=asked))
