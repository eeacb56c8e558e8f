"""A paper of a client: bytes of a stranger in, bytes written by us out, or what is wrong with them. No Django here.

What a file is called or says it is counts for nothing. An image is decoded and encoded again without its metadata. Of a
PDF only the pages go into a new one: scripts, actions, attachments and forms stay behind, what was filled in is drawn.
"""

import re
from io import BytesIO
from typing import Any, Final

import pikepdf
from PIL import ExifTags, Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from accounts.paper_verdicts import Flaw, Paper, Rejected

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
MAX_SIDE: Final = 3000
MAX_PAGES: Final = 30
MAX_SCANS: Final = 60  # of a progressive JPEG, each a pass over the whole image; programs write a dozen

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
OLD_OFFICE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
ARCHIVE_ENTRY, ARCHIVE_END, ARCHIVE_TAIL = b"PK\x01\x02", b"PK\x05\x06", 22 + 65_535

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
PAGE_KEYS = frozenset(
    {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"}
)
DROPPED_KEYS = frozenset(
    {"/JS", "/JavaScript", "/AA", "/OpenAction", "/Launch", "/EF", "/EmbeddedFiles", "/AF", "/XFA", "/RichMediaContent",
     "/Metadata", "/PieceInfo", "/OPI"}
)  # fmt: skip
# A stream whose data stand in a file elsewhere, or whose drawing does.
DROPPED_STREAM_KEYS = frozenset({"/F", "/FFilter", "/FDecodeParms", "/Ref"})


def check(data: bytes) -> Paper | Rejected:
    """Never raises: a decoder that is fed by strangers may fail in any way, and each means « damaged »."""
    try:
        return _check(data)
    except MemoryError:
        return Rejected(Flaw.TOO_HEAVY)
    except Exception:  # noqa: BLE001 - see above
        return Rejected(Flaw.DAMAGED)


def _check(data: bytes) -> Paper | Rejected:
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-")) and _hides_an_archive(data):
        return Rejected(Flaw.ARCHIVE)
    if data.startswith(b"\xff\xd8\xff"):
        return _check_jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _check_image(PngImageFile(BytesIO(data)), PNG)
    if data.startswith(b"%PDF-"):
        return _check_pdf(data)
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return Rejected(Flaw.HEIC)
    return Rejected(Flaw.OFFICE if data.startswith((OLD_OFFICE, ZIP)) else Flaw.UNKNOWN)


def _hides_an_archive(data: bytes) -> bool:
    """Read from its end the file is a ZIP, hence also a program in Java or a document of an office suite."""
    return ARCHIVE_END in data[-ARCHIVE_TAIL:] and ARCHIVE_ENTRY in data


# ---- Images ----


def _check_jpeg(data: bytes) -> Paper | Rejected:
    """Its first picture: phones append films and further pictures, which end here."""
    end, scans = _jpeg_extent(data)
    if scans > MAX_SCANS:
        return Rejected(Flaw.TOO_HEAVY)
    return _check_image(JpegImageFile(BytesIO(data[:end])), JPEG)


def _jpeg_extent(data: bytes) -> tuple[int, int]:
    """Where the first picture ends, and in how many scans it comes. Errors: ValueError, IndexError if it does not."""
    at, scans = 2, 0
    while data[at + 1] != 0xD9:
        if data[at] != 0xFF:
            raise ValueError(f"no marker at {at}")
        if data[at + 1] == 0xFF:  # padding
            at += 1
            continue
        is_scan = data[at + 1] == 0xDA
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
        if is_scan:
            scans += 1
            # In a scan FF is followed by 00 or stands in a restart marker.
            following = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]").search(data, at)
            at = following.start() if following else len(data)
    return at + 2, scans


def _check_image(image: JpegImageFile | PngImageFile, content_type: str) -> Paper | Rejected:
    """Opening read the size only; nothing is decoded before it is known to be bearable."""
    if image.width * image.height > MAX_PIXELS:
        return Rejected(Flaw.TOO_MANY_PIXELS)
    reduction = max(1, max(image.size) // MAX_SIDE)
    image.draft(None, (image.width // reduction, image.height // reduction))  # a JPEG may be decoded smaller
    image.load()
    turn = UPRIGHT.get(_orientation(image))
    picture = _opaque(image)
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    if turn is not None:
        picture = picture.transpose(turn)
    return Paper(content_type, _encoded(picture, "JPEG" if content_type == JPEG else "PNG"))


def _orientation(image: Image.Image) -> int:
    """As the camera was held; a broken note of it does not cost the photo."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - EXIF of a stranger fails in as many ways as an image
        return 1


def _opaque(image: Image.Image) -> Image.Image:
    """Grey or colours, on white where the image was transparent."""
    if image.mode.startswith("I"):  # 16 bits a pixel, which a conversion would cut off instead of scale
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        layer = image if image.mode == "RGBA" else image.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return image if image.mode in {"L", "RGB"} else image.convert("L" if image.mode == "1" else "RGB")


def _encoded(picture: Image.Image, name: str) -> bytes:
    """Without any metadata, smaller if it must be: what was a well packed file may need more room than it had."""
    picture.info.clear()
    side = MAX_SIDE
    while True:
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        written = BytesIO()
        picture.save(written, name, quality=85)
        if written.tell() <= MAX_BYTES:
            return written.getvalue()
        side = side * 2 // 3


# ---- PDF ----


def _check_pdf(data: bytes) -> Paper | Rejected:
    """One that opens without a password is taken even if it forbids copying, as statements of banks do."""
    try:
        source = pikepdf.open(BytesIO(data), attempt_recovery=False)
    except pikepdf.PasswordError:
        return Rejected(Flaw.LOCKED)
    with source, pikepdf.new() as clean:
        if len(source.pages) > MAX_PAGES:
            return Rejected(Flaw.TOO_MANY_PAGES)
        if not len(source.pages):
            return Rejected(Flaw.DAMAGED)
        _copy_pages(source, clean)
        written = BytesIO()
        clean.save(written)
    return Paper(PDF, written.getvalue()) if written.tell() <= MAX_BYTES else Rejected(Flaw.TOO_HEAVY)


def _copy_pages(source: pikepdf.Pdf, clean: pikepdf.Pdf) -> None:
    """What a page shows. Everything that a reader could run hangs on what is left behind."""
    source.generate_appearance_streams()
    source.flatten_annotations("screen")
    for page in source.pages:
        for key in set(page.obj.keys()) - PAGE_KEYS:
            del page[key]
        clean.pages.append(page)
    for found in clean.objects:
        _scrub(found)


def _scrub(found: Any) -> None:
    """Down to the next objects with a number of their own, which have their turn."""
    waiting = [found]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            dropped = DROPPED_KEYS | DROPPED_STREAM_KEYS if isinstance(thing, pikepdf.Stream) else DROPPED_KEYS
            for key in dropped & set(thing.keys()):
                del thing[key]
            parts = [value for _, value in thing.items()]
        elif isinstance(thing, pikepdf.Array):
            parts = list(thing)
        else:
            continue
        waiting.extend(part for part in parts if isinstance(part, pikepdf.Object) and not part.is_indirect)
