"""Where the pictures of objects lie: files of a folder that no web server shows, under names that tell nothing."""

from enum import StrEnum
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings

from web.keys import Key

KEY: Final = Key("contracts.photo_files")


class Size(StrEnum):
    PAGE = "page"
    SMALL = "small"


def keys_of(pledge_pk: int, source: bytes) -> list[str]:
    """The same photo of the same object has the same name: a run that was killed is done again over itself.

    Its name, then those that it had under a former SECRET_KEY.
    """
    return [digest[:32] for digest in KEY.digests(f"{pledge_pk}:{source.hex()}")]


def path_of(key: str, size: Size) -> Path:
    return Path(settings.PHOTOS_DIR) / key[:2] / f"{key}-{size}.jpg"


def write(key: str, size: Size, data: bytes) -> None:
    """All of it or nothing: it gets its name when it is whole."""
    path = path_of(key, size)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f".{uuid4().hex}")
    unfinished.write_bytes(data)
    unfinished.replace(path)


def read(key: str, size: Size) -> bytes | None:
    """None: the folder was not restored with the database."""
    try:
        return path_of(key, size).read_bytes()
    except FileNotFoundError:
        return None


def forget(key: str) -> None:
    for size in Size:
        path_of(key, size).unlink(missing_ok=True)
