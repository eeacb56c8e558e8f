"""Papers of clients: what is taken comes out as what it shows and no more; the rest is refused, with its reason."""

import os
import subprocess
import sys
from functools import partial
from io import BytesIO
from typing import Any

import paper_corpus as corpus
import pikepdf
import pytest
from at_once import at_once
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from accounts import paper_process, papers
from accounts.paper_verdicts import Flaw, Paper, Rejected
from accounts.papers import JPEG, PDF, PNG
from web.uploads import LARGEST_FILE


def taken(data: bytes) -> Paper:
    outcome = papers.check(data)
    assert isinstance(outcome, Paper), outcome
    return outcome


def shown(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(taken(data).data))
    image.load()
    return image


def at(image: Image.Image, x: int, y: int) -> Any:
    return image.convert("RGB").getpixel((x, y))


def jpeg_markers(data: bytes) -> set[int]:
    """What stands between the start and the first scan."""
    markers, place = set(), 2
    while data[place + 1] != 0xDA:
        markers.add(data[place + 1])
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return markers


def test_the_site_holds_no_more_of_a_file_than_a_paper_may_have() -> None:
    assert LARGEST_FILE == papers.MAX_BYTES


class TestImages:
    def test_a_photo_loses_where_and_by_whom_it_was_taken(self) -> None:
        paper = taken(corpus.a_photo_with_place())
        assert paper.content_type == JPEG
        assert jpeg_markers(paper.data).isdisjoint({0xE1, 0xE2, 0xED, 0xFE}), "no EXIF, no profile, no comment"
        assert b"Camille" not in paper.data
        assert not Image.open(BytesIO(paper.data)).getexif()

    @pytest.mark.parametrize(
        ("orientation", "size", "red"),
        [(1, (60, 40), (5, 5)), (2, (60, 40), (55, 5)), (3, (60, 40), (55, 35)), (4, (60, 40), (5, 35)),
         (5, (40, 60), (5, 5)), (6, (40, 60), (35, 5)), (7, (40, 60), (35, 55)), (8, (40, 60), (5, 55)),
         (99, (60, 40), (5, 5))],
    )  # fmt: skip
    def test_a_photo_stands_upright(self, orientation: int, size: tuple[int, int], red: tuple[int, int]) -> None:
        image = shown(corpus.a_photo_with_place(orientation))
        assert image.size == size
        assert at(image, *red)[0] > 200

    @pytest.mark.filterwarnings("ignore:Corrupt EXIF")
    def test_broken_notes_of_the_camera_do_not_cost_the_photo(self) -> None:
        data = corpus.a_photo_with_place(6)
        broken = data.replace(b"Exif\x00\x00MM\x00*\x00\x00\x00\x08", b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
        assert broken != data
        assert shown(broken).size == (60, 40)

    def test_a_png_loses_its_words(self) -> None:
        paper = taken(corpus.a_png_with_words())
        assert paper.content_type == PNG
        assert b"Camille" not in paper.data
        assert Image.open(BytesIO(paper.data)).info == {}

    @pytest.mark.parametrize("size", [(7000, 3500), (3500, 7000), (4000, 100)])
    @pytest.mark.parametrize("make", [corpus.a_jpeg, corpus.a_png])
    def test_a_large_image_becomes_smaller_and_keeps_its_shape(self, make: Any, size: tuple[int, int]) -> None:
        width, height = shown(make(size)).size
        assert max(width, height) == papers.MAX_SIDE
        assert abs(width / height - size[0] / size[1]) < 0.02 * size[0] / size[1]

    @pytest.mark.parametrize(
        ("mode", "color", "expected"),
        [("1", 1, (255, 255, 255)), ("L", 90, (90, 90, 90)), ("LA", (90, 0), (255, 255, 255)), ("P", 0, (0, 0, 0)),
         ("RGBA", (0, 0, 0, 0), (255, 255, 255)), ("RGBA", (9, 9, 9, 255), (9, 9, 9)),
         ("I;16", 0x8000, (128, 128, 128))],
    )  # fmt: skip
    def test_every_sort_of_png_is_read_on_white(self, mode: str, color: Any, expected: Any) -> None:
        image = shown(corpus.a_png(mode=mode, color=color))
        assert image.mode in {"L", "RGB"}
        assert at(image, 5, 5) == expected

    @pytest.mark.parametrize("mode", ["L", "CMYK"])
    def test_every_sort_of_jpeg_is_read(self, mode: str) -> None:
        assert shown(corpus.a_jpeg(mode=mode)).mode in {"L", "RGB"}

    def test_progressive_is_read(self) -> None:
        assert shown(corpus.a_jpeg(progressive=True)).size == (60, 40)

    def test_what_a_phone_appends_is_dropped(self) -> None:
        """Films and further pictures; an index of them, which some photos have, leads nowhere any more."""
        pictures = [Image.new("RGB", (60, 40), "red"), Image.new("RGB", (60, 40), "blue")]
        written = BytesIO()
        pictures[0].save(written, "MPO", save_all=True, append_images=pictures[1:])
        for data in (written.getvalue(), corpus.a_jpeg() + b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 40):
            assert at(shown(data), 5, 5)[0] > 200

    def test_a_png_that_would_not_fit_any_more_becomes_smaller(self) -> None:
        """Points without any order, three bytes each: nothing packs them."""
        written = BytesIO()
        Image.frombytes("RGB", (2200, 1500), os.urandom(3 * 2200 * 1500)).save(written, "PNG")
        assert written.tell() > papers.MAX_BYTES
        paper = taken(written.getvalue())
        assert len(paper.data) <= papers.MAX_BYTES
        assert max(Image.open(BytesIO(paper.data)).size) == 2000


class TestPDF:
    def test_pages_come_through(self) -> None:
        paper = taken(corpus.a_pdf(pages=3))
        assert paper.content_type == PDF
        with pikepdf.open(BytesIO(paper.data)) as pdf:
            assert [page.Contents.read_bytes() for page in pdf.pages] == [b"1 0 0 rg 20 20 100 100 re f"] * 3
            assert pdf.pages[0].MediaBox == [0, 0, 200, 200]

    def test_nothing_that_a_reader_could_run_comes_through(self) -> None:
        data = corpus.a_pdf_full_of_traps()
        with pikepdf.open(BytesIO(taken(data).data)) as pdf:
            flat = BytesIO()
            pdf.save(flat, object_stream_mode=pikepdf.ObjectStreamMode.disable, qdf=True)
            assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
            assert set(pdf.pages[0].obj.keys()) <= papers.PAGE_KEYS
        traps = (b"JavaScript", b"/JS", b"alert", b"/AA", b"OpenAction", b"Launch", b"cmd.exe", b"EmbeddedFile",
                 b"virus", b"XFA", b"xdp", b"URI", b"evil", b"Camille", b"/Ref", b"other.pdf", b"Annot")  # fmt: skip
        assert [trap for trap in traps if trap in flat.getvalue()] == []

    def test_what_was_filled_in_stays_to_be_seen(self) -> None:
        with pikepdf.open(BytesIO(taken(corpus.a_pdf_with_a_filled_form()).data)) as pdf:
            drawn = pdf.pages[0].Resources.XObject
            assert any(b"(Camille)" in stream.read_bytes() for _, stream in drawn.items())
            assert "/Annots" not in pdf.pages[0]

    def test_one_that_only_forbids_copying_opens_for_everybody_and_is_taken(self) -> None:
        with pikepdf.open(BytesIO(taken(corpus.a_locked_pdf("")).data)) as pdf:
            assert not pdf.is_encrypted


REFUSED = {
    "nothing": (b"", Flaw.UNKNOWN),
    "svg": (corpus.SVG, Flaw.UNKNOWN),
    "html": (corpus.HTML, Flaw.UNKNOWN),
    "gif and script": (corpus.GIF_AND_SCRIPT, Flaw.UNKNOWN),
    "script before a pdf": (b"alert(1);" + corpus.a_pdf(), Flaw.UNKNOWN),
    "heic": (corpus.HEIC, Flaw.HEIC),
    "word": (corpus.a_word_document(), Flaw.OFFICE),
    "old word": (corpus.OLD_WORD, Flaw.OFFICE),
    "jpeg and zip": (corpus.with_an_archive(corpus.a_jpeg()), Flaw.ARCHIVE),
    "png and zip": (corpus.with_an_archive(corpus.a_png()), Flaw.ARCHIVE),
    "pdf and zip": (corpus.with_an_archive(corpus.a_pdf()), Flaw.ARCHIVE),
    "png bomb": (corpus.a_png_bomb(), Flaw.TOO_MANY_PIXELS),
    "png a little too large": (corpus.a_png_bomb(7072), Flaw.TOO_MANY_PIXELS),
    "jpeg of many scans": (corpus.a_scan_bomb(), Flaw.TOO_HEAVY),
    "truncated jpeg": (corpus.a_jpeg((400, 300))[:-200], Flaw.DAMAGED),
    "truncated png": (corpus.a_png((400, 300))[:-40], Flaw.DAMAGED),
    "jpeg by its first bytes": (b"\xff\xd8\xff\xe0" + b"<script>alert(1)</script>" * 9, Flaw.DAMAGED),
    "jpeg without a picture": (b"\xff\xd8\xff\xd9", Flaw.DAMAGED),
    "truncated pdf": (corpus.a_pdf(pages=3)[:-120], Flaw.DAMAGED),
    "pdf by its first bytes": (b"%PDF-1.7\nhello", Flaw.DAMAGED),
    "pdf without a page": (corpus.a_pdf(pages=0), Flaw.DAMAGED),
    "pdf with a password": (corpus.a_locked_pdf(), Flaw.LOCKED),
    "pdf of many pages": (corpus.a_pdf(pages=31), Flaw.TOO_MANY_PAGES),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_rest_is_refused_with_its_reason(name: str) -> None:
    data, flaw = REFUSED[name]
    assert papers.check(data) == Rejected(flaw)


def test_a_decoder_without_memory_is_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(data: bytes) -> bool:
        raise MemoryError

    monkeypatch.setattr(papers, "_hides_an_archive", out_of_memory)
    assert papers.check(corpus.a_jpeg()) == Rejected(Flaw.TOO_HEAVY)


SEEDS = [
    corpus.a_photo_with_place(6), corpus.a_jpeg(progressive=True), corpus.a_png_with_words(), corpus.a_png(mode="P"),
    corpus.a_pdf_full_of_traps(), corpus.a_pdf_with_a_filled_form(), corpus.a_locked_pdf(),
    corpus.a_pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate), corpus.HEIC, corpus.a_word_document(),
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A good file with some bytes changed, taken out or put in."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data)))
        taken_out = draw(st.integers(0, 8))
        data[place : place + taken_out] = draw(st.binary(max_size=8))
    return bytes(data[: draw(st.one_of(st.just(len(data)), st.integers(0, len(data))))])


@given(data=st.one_of(st.binary(max_size=400), mutated()))
@settings(max_examples=400, deadline=None)
def test_nothing_makes_it_raise_and_what_comes_out_is_taken_again(data: bytes) -> None:
    outcome = papers.check(data)
    if isinstance(outcome, Paper):
        assert isinstance(papers.check(outcome.data), Paper)


def python(words: str) -> list[str]:
    """Something else in the place of the process that reads."""
    return [*paper_process.COMMAND[: paper_process.COMMAND.index("-m")], "-c", words]


class TestTheProcess:
    """The same verdicts, in a process that a file may kill."""

    def test_it_takes(self) -> None:
        for data in (corpus.a_photo_with_place(), corpus.a_png(), corpus.a_pdf()):
            outcome = paper_process.check_apart(data)
            assert isinstance(outcome, Paper)
            assert outcome.content_type == taken(data).content_type

    @pytest.mark.parametrize("name", ["nothing", "word", "pdf with a password", "png bomb"])
    def test_it_refuses(self, name: str) -> None:
        data, flaw = REFUSED[name]
        assert paper_process.check_apart(data) == Rejected(flaw)

    def test_a_large_image_fits_its_memory(self) -> None:
        assert isinstance(paper_process.check_apart(corpus.a_png((8000, 6000), "RGBA", (9, 9, 9, 90))), Paper)

    def test_too_little_memory_costs_the_file_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        a_little = "import accounts.paper_child as c; c.limit_this_process(20, 150 * 1024**2); c.answer()"
        monkeypatch.setattr(paper_process, "COMMAND", python(a_little))
        outcome = paper_process.check_apart(corpus.a_png((7000, 7000), "RGBA"))
        assert outcome == Rejected(Flaw.TOO_HEAVY)

    @pytest.mark.parametrize("fate", ["import time; time.sleep(60)", "import os; os.abort()", "raise SystemExit(1)"])
    def test_a_process_that_hangs_or_dies_costs_the_file_alone(
        self, monkeypatch: pytest.MonkeyPatch, fate: str
    ) -> None:
        monkeypatch.setattr(paper_process, "SECONDS", 1)
        monkeypatch.setattr(paper_process, "COMMAND", python(fate))
        assert paper_process.check_apart(corpus.a_jpeg()) == Rejected(Flaw.TOO_HEAVY)

    def test_a_second_file_waits_a_moment_and_no_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Threads that wait for a decoder serve no page."""
        monkeypatch.setattr(paper_process, "PATIENCE", 0.05)
        monkeypatch.setattr(paper_process, "COMMAND", python("import time; time.sleep(60)"))
        monkeypatch.setattr(paper_process, "SECONDS", 1)
        outcomes = at_once([partial(paper_process.check_apart, corpus.a_jpeg())] * 3)
        assert sorted(outcome.flaw.value for outcome in outcomes if isinstance(outcome, Rejected)) == [
            "not_now",
            "not_now",
            "too_heavy",
        ]

    def test_it_knows_no_secret_of_ours_and_writes_no_file(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        monkeypatch.setenv("SECRET_KEY", "ne-doit-jamais-paraître")
        wanted = tmp_path / "written"
        spy = (
            "import os, sys, accounts.paper_child as c; c.limit_this_process(20)\n"
            "try:\n"
            f"    with open({str(wanted)!r}, 'wb') as file: file.write(b'x')\n"
            "except OSError: pass\n"
            "sys.stdout.write('image/png\\n' + '-'.join(sorted(os.environ)) + '.')"
        )
        monkeypatch.setattr(paper_process, "COMMAND", python(spy))
        outcome = paper_process.check_apart(b"")
        assert isinstance(outcome, Paper)
        assert b"SECRET_KEY" not in outcome.data
        assert not wanted.exists() or wanted.read_bytes() == b""

    def test_the_site_loads_no_decoder(self) -> None:
        """Whatever a decoder does at its start, it does not do beside our keys."""
        setup = "import sys, django; django.setup(); import pretgage.urls, accounts.views.documents\n"
        spy = setup + "sys.stdout.write('-'.join(sorted({name.partition('.')[0] for name in sys.modules})))"
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "pretgage.settings"}
        loaded = subprocess.run(
            [sys.executable, "-c", spy], cwd=paper_process.ROOT, env=environment, capture_output=True, check=True
        ).stdout.split(b"-")
        assert b"accounts" in loaded
        assert b"pikepdf" not in loaded
