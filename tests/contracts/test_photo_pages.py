"""The photo of an object: its owner sees it, agents of the establishment do, nobody else, and no cache on its own."""

from datetime import UTC, datetime

import pytest
from django.test import Client as Browser
from people import a_contract

from accounts.models import Client
from contracts import photo_files
from contracts.models import Contract, PledgePhoto
from contracts.photo_files import Size


def a_photo(contract: Contract, key: str = "ab" * 16) -> PledgePhoto:
    for size in Size:
        photo_files.write(key, size, f"picture {size}".encode())
    return PledgePhoto.objects.create(
        pledge=contract.pledges.get(), key=key, width=960, height=720, small_width=160, small_height=120,
        source_name="v1.jpg", source_stamp="1:1", made_at=datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip


def address(contract: Contract, name: str = "1.jpg") -> str:
    return f"/nantes/contrats/{contract.number}/objets/{name}"


def test_the_page_shows_it_lazily_and_at_its_size(helene: Client, helene_browser: Browser) -> None:
    contract = a_contract(helene)
    bare = helene_browser.get(contract.get_absolute_url()).content.decode()
    assert "<img" not in bare.partition('id="objets"')[2]
    a_photo(contract)
    page = helene_browser.get(contract.get_absolute_url()).content.decode().partition('id="objets"')[2]
    assert f'src="{address(contract, "1-petite.jpg")}" width="160" height="120" loading="lazy"' in page
    assert f'href="{address(contract)}"' in page


@pytest.mark.parametrize(("name", "expected"), [("1.jpg", b"picture page"), ("1-petite.jpg", b"picture small")])
def test_the_owner_gets_it_and_no_cache_keeps_it(
    helene: Client, helene_browser: Browser, name: str, expected: bytes
) -> None:
    contract = a_contract(helene)
    a_photo(contract)
    answer = helene_browser.get(address(contract, name))
    assert (answer.content, answer.headers["Content-Type"]) == (expected, "image/jpeg")
    assert {"no-store", "private"} <= set(answer.headers["Cache-Control"].split(", "))
    assert not {"ETag", "Last-Modified"} & set(answer.headers)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    helene_browser.logout()
    assert helene_browser.get(address(contract, name)).status_code == 302


def test_another_client_finds_nothing(helene: Client, ousmane_browser: Browser) -> None:
    contract = a_contract(helene)
    a_photo(contract)
    assert ousmane_browser.get(address(contract)).status_code == 404


@pytest.mark.parametrize("name", ["2.jpg", "0.jpg", "40000.jpg", "99999999999999999999.jpg", "2-petite.jpg"])
def test_what_is_not_there_is_not_found(helene: Client, helene_browser: Browser, name: str) -> None:
    contract = a_contract(helene)
    a_photo(contract)
    assert helene_browser.get(address(contract, name)).status_code == 404


def test_a_file_that_was_lost_is_not_found(helene: Client, helene_browser: Browser) -> None:
    contract = a_contract(helene)
    photo_files.forget(a_photo(contract).key)
    assert helene_browser.get(address(contract)).status_code == 404
    assert helene_browser.get(contract.get_absolute_url()).status_code == 200
