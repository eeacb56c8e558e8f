"""The establishments' own files."""

import re
import tomllib
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from demo.rulebook import establishment_files, read_rulebook

FICTION = re.compile(r"\+33(19900|26191|35301|46571|53649)[0-9]{4}")


@pytest.fixture(params=establishment_files(), ids=lambda path: path.stem)
def file(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_slug_is_the_name_of_the_file(file: Path) -> None:
    assert tomllib.loads(file.read_text("utf-8"))["slug"] == file.stem


def test_nobody_real_can_be_called_or_written_to(file: Path) -> None:
    data = tomllib.loads(file.read_text("utf-8"))
    assert all(FICTION.fullmatch(place["phone"]) for place in [data, *data["agencies"]])
    assert data["email"].endswith("@example.fr")


def test_the_bank_is_the_test_bank(file: Path) -> None:
    payment = tomllib.loads(file.read_text("utf-8"))["payment"]
    path, digits = {"systempay": ("/vads-payment/", 8), "payfip": ("/tpa/services/securite", 6)}[payment["gateway"]]
    assert payment["mode"] == "TEST"
    assert payment["service_url"] == f"http://127.0.0.1:8001{path}"
    assert re.fullmatch(f"[0-9]{{{digits}}}", payment["site_id"])


def test_both_kinds_of_bank_can_be_tried() -> None:
    files = [tomllib.loads(path.read_text("utf-8")) for path in establishment_files()]
    assert {one["payment"]["gateway"] for one in files} == {"systempay", "payfip"}


def test_shops_keys_and_colours_are_not_shared() -> None:
    for one, other in combinations([tomllib.loads(path.read_text("utf-8")) for path in establishment_files()], 2):
        assert one["payment"]["site_id"] != other["payment"]["site_id"]
        assert one["payment"].get("secret_env") != other["payment"].get("secret_env")
        assert one["accent_color"] != other["accent_color"]


def test_logo_is_small_and_inert(file: Path) -> None:
    logo = file.with_name(tomllib.loads(file.read_text("utf-8"))["logo"]).read_bytes()
    assert len(logo) < 2048
    for element in ElementTree.fromstring(logo).iter():  # noqa: S314 - our own file
        assert element.tag.rpartition("}")[2] in {"svg", "g", "path", "circle"}
        assert not any(name.startswith("on") or "href" in name or "url(" in text for name, text in element.items())


def test_tariffs_are_newest_first_and_cover_old_contracts(file: Path) -> None:
    first_days = [tariff.valid_from for tariff in read_rulebook(file.stem).tariffs]
    assert first_days == sorted(first_days, reverse=True)
    assert first_days[-1].year == 2015
