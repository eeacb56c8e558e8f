"""The folder photos/: what goes in, what is refused, what is not done twice."""

import os
from pathlib import Path
from typing import Any

import paper_corpus as corpus
import pytest
from django.core.management import CommandError, call_command
from PIL import Image
from portfolio_folders import Folder, Outcome

from contracts import photo_files
from contracts.models import Pledge, PledgePhoto
from contracts.photo_files import Size
from contracts.portfolio import photos as step
from establishments.models import Establishment
from journal.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, nantes: Establishment) -> Folder:
    (tmp_path / "office" / "photos").mkdir(parents=True)
    return Folder(tmp_path / "office").everything()


def photo(folder: Folder, data: bytes, name: str = "v1.jpg") -> Path:
    path = folder.path / "photos" / name
    path.write_bytes(data)
    return path


def kept() -> list[str]:
    """The names of all files that were kept, unfinished ones too."""
    root = photo_files.path_of("00", Size.PAGE).parent.parent
    return sorted(path.name for path in root.rglob("*") if path.is_file())


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.PHOTOS_DIR = str(tmp_path / "kept")


def reason_of(outcome: Outcome) -> str:
    assert outcome.code == 3
    assert outcome.error == "1\u00a0photo refusée\u00a0; leurs objets sont pris."
    assert Pledge.objects.get().photo
    assert not PledgePhoto.objects.exists()
    assert kept() == []
    return outcome.reason


def test_two_sizes_without_what_the_camera_noted(folder: Folder) -> None:
    photo(folder, corpus.a_photo_with_place())
    outcome = folder.run()
    assert outcome.code == 0
    assert "Photos\u00a0: 1 prises, 0 inchangées, 0 refusées." in outcome.out
    taken = PledgePhoto.objects.get()
    for size, facts in (
        (Size.PAGE, (taken.width, taken.height)),
        (Size.SMALL, (taken.small_width, taken.small_height)),
    ):
        with Image.open(photo_files.path_of(taken.key, size)) as picture:
            assert picture.format == "JPEG"
            assert picture.size == facts
            assert max(picture.size) <= {Size.PAGE: 960, Size.SMALL: 160}[size]
            assert not picture.getexif()
    assert "v1" not in taken.key
    assert Event.objects.filter(kind="photos_kept").get().data == {"photos": 1}


def test_a_large_png_becomes_small_jpeg(folder: Folder) -> None:
    photo(folder, corpus.a_png((3000, 1500), "RGBA", (9, 9, 9, 90)))
    assert folder.run().code == 0
    taken = PledgePhoto.objects.get()
    assert (taken.width, taken.height, taken.small_width, taken.small_height) == (960, 480, 160, 80)


def test_the_same_photo_is_not_made_again(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    path = photo(folder, corpus.a_jpeg())
    folder.run()
    before = PledgePhoto.objects.values().get()
    monkeypatch.setattr(step, "run_apart", lambda command, data: pytest.fail("decoded again"))
    assert "0 prises, 1 inchangées" in folder.run().out
    os.utime(path, (1, 1))  # copied again, the same bytes
    assert "0 prises, 1 inchangées" in folder.run().out
    path.unlink()  # a nightly folder brings what is new
    assert "0 prises, 1 inchangées" in folder.run().out
    assert PledgePhoto.objects.values().get() == before


def test_another_photo_replaces_the_first_and_its_files(folder: Folder) -> None:
    path = photo(folder, corpus.a_jpeg())
    folder.run()
    first = PledgePhoto.objects.get()
    path.write_bytes(corpus.a_png((20, 10), "RGB", (1, 2, 3)))
    assert "1 prises" in folder.run().out
    second = PledgePhoto.objects.get()
    assert second.key != first.key
    assert kept() == [f"{second.key}-page.jpg", f"{second.key}-small.jpg"]


def test_another_name_is_another_photo(folder: Folder) -> None:
    photo(folder, corpus.a_jpeg())
    folder.run()
    folder.pledges({"photo": "v2.jpg"})
    outcome = folder.run()
    assert (outcome.code, outcome.reason) == (3, f"{step.NOT_THERE} (contrat V1, rang 1)")
    assert PledgePhoto.objects.get().source_name == "v1.jpg"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", step.UNREADABLE),
        (b"GIF89a", step.UNREADABLE),
        (corpus.a_jpeg()[:200], step.UNREADABLE),
        (corpus.a_pdf(), step.UNREADABLE),
    ],
    ids=["empty", "gif", "cut", "pdf"],
)
def test_what_is_no_photo_is_refused_alone(folder: Folder, data: bytes, reason: str) -> None:
    photo(folder, data)
    outcome = folder.run()
    assert reason_of(outcome) == f"{reason} (contrat V1, rang 1)"
    assert outcome.places == [("gages.csv", 0, "photo", "v1.jpg")]


def test_one_that_is_not_there_is_refused(folder: Folder) -> None:
    assert reason_of(folder.run()).startswith(step.NOT_THERE)


def test_one_that_weighs_too_much_is_refused(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "MAX_BYTES", 10)
    photo(folder, corpus.a_jpeg())
    assert reason_of(folder.run()).startswith(step.TOO_LARGE)


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_what_is_no_plain_file_is_refused(folder: Folder, tmp_path: Path, kind: str) -> None:
    path = folder.path / "photos" / "v1.jpg"
    if kind == "link":
        (tmp_path / "elsewhere.jpg").write_bytes(corpus.a_jpeg())
        path.symlink_to(tmp_path / "elsewhere.jpg")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    assert reason_of(folder.run()).startswith(step.NOT_PLAIN)


@pytest.mark.parametrize("name", ["../clients.csv", "..", "a\\b.jpg", "/etc/passwd"])
def test_a_name_leads_nowhere_else(folder: Folder, name: str) -> None:
    """The rows refuse most of these; the step does not rely on it."""
    folder.run()
    Pledge.objects.update(photo=name)
    folder.pledges({"photo": ""})
    assert folder.run().reason.startswith(step.NOT_PLAIN)


def test_a_folder_that_is_a_link_is_none(folder: Folder, tmp_path: Path) -> None:
    photo(folder, corpus.a_jpeg())
    (folder.path / "photos").rename(tmp_path / "elsewhere")
    (folder.path / "photos").symlink_to(tmp_path / "elsewhere")
    outcome = folder.run()
    assert outcome.code == 0
    assert "il n’y a pas de dossier photos" in outcome.out
    assert not PledgePhoto.objects.exists()


def test_a_rehearsal_of_rows_takes_no_photo(folder: Folder) -> None:
    photo(folder, corpus.a_jpeg())
    assert "Photos" not in folder.run(write=False).out


def test_refused_rows_are_said_before_refused_photos(folder: Folder) -> None:
    folder.pledges({}, {"rang": "x"})
    assert folder.run().error.startswith("1\u00a0ligne refusée")


class TestTheCommandOfPhotosAlone:
    def run(self, folder: Folder, capsys: pytest.CaptureFixture[str], *, write: bool) -> tuple[int, str]:
        try:
            call_command("import_photos", "nantes", str(folder.path), write=write)
        except CommandError as error:
            return error.returncode, capsys.readouterr().out
        return 0, capsys.readouterr().out

    def test_rehearses_then_writes(self, folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
        folder.run()
        photo(folder, corpus.a_jpeg())
        capsys.readouterr()
        assert self.run(folder, capsys, write=False) == (
            0, "Photos\u00a0: 1 bonnes à prendre, 0 inchangées, 0 refusées.\n"
        )  # fmt: skip
        assert kept() == []
        assert self.run(folder, capsys, write=True)[0] == 0
        assert PledgePhoto.objects.exists()

    def test_names_what_it_refuses(self, folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
        folder.run()
        code, out = self.run(folder, capsys, write=True)
        assert code == 3
        assert f"v1.jpg\u00a0: {step.NOT_THERE}" in out

    @pytest.mark.parametrize("arguments", [("nowhere", "/"), ("nantes", "/nowhere")])
    def test_bad_arguments(self, nantes: Establishment, arguments: tuple[str, str]) -> None:
        with pytest.raises(CommandError) as refusal:
            call_command("import_photos", *arguments)
        assert refusal.value.returncode == 2
