"""The folder photos/ of a back office: what its rows name is read apart, and kept in two sizes."""

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db.models import QuerySet

from accounts.paper_process import command_of, run_apart
from contracts import photo_files
from contracts.actions.photos import keep_photos
from contracts.models import Pledge, PledgePhoto
from contracts.photo_files import Size
from contracts.portfolio.columns import PLEDGES
from contracts.portfolio.report import Note
from establishments.models import Establishment
from web.french import plural

FOLDER: Final = "photos"
COMMAND: Final = command_of("contracts.photo_child")
BATCH: Final = 200
MAX_BYTES: Final = 20 * 1024 * 1024
ONE_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe must not hold the run

NOT_THERE: Final = "Cette photo n’est pas dans le dossier photos."
NOT_PLAIN: Final = "Une photo est un fichier ordinaire du dossier photos, ni lien ni dossier."
TOO_LARGE: Final = "Cette photo pèse plus de 20 Mo."
UNREADABLE: Final = "Cette photo est abîmée, ou n’est ni en JPEG ni en PNG."


class RefusedError(Exception):
    """This photo is refused; `str()` is the reason, a French sentence."""


@dataclass(slots=True)
class PhotoCounts:
    """`missing_folder`: rows name photos, and none came with the files."""

    made: int = 0
    unchanged: int = 0
    refused: int = 0
    missing_folder: bool = False

    def words(self, *, written: bool) -> str:
        if self.missing_folder:
            return "Photos\u00a0: les fichiers en nomment, et il n’y a pas de dossier photos. Aucune n’est prise."
        if not self.made + self.unchanged + self.refused:
            return ""
        verb = "prises" if written else "bonnes à prendre"
        return f"Photos\u00a0: {self.made} {verb}, {self.unchanged} inchangées, {self.refused} refusées."

    @property
    def refusal_words(self) -> str:
        return f"{plural(self.refused, 'photo refusée', 'photos refusées')}\u00a0; leurs objets sont pris."


def take_photos(
    *, establishment: Establishment, folder: Path, write: bool, by: str, keep: Callable[[Note], None]
) -> PhotoCounts:
    """After the rows, batch by batch, each committed: a run that is killed goes on from there the next time.

    Without `write` every photo is read all the same, so that a rehearsal refuses what the run would.
    """
    counts = PhotoCounts()
    try:
        photos = os.open(folder / FOLDER, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
    except OSError:
        counts.missing_folder = _named(establishment).filter(picture=None).exists()
        return counts
    try:
        for batch in _batches(establishment):
            made = [photo for pledge in batch if (photo := _taken(photos, pledge, counts, keep, write=write))]
            if made:
                for key in keep_photos(establishment_pk=establishment.pk, photos=made, by=by):
                    photo_files.forget(key)
    finally:
        os.close(photos)
    return counts


def _taken(
    photos: int, pledge: Pledge, counts: PhotoCounts, keep: Callable[[Note], None], *, write: bool
) -> PledgePhoto | None:
    try:
        made = _made(photos, pledge, write=write)
    except RefusedError as refusal:
        counts.refused += 1
        reason = f"{refusal} (contrat {pledge.contract.number}, rang {pledge.rank})"
        keep(Note(PLEDGES.name, 0, "photo", pledge.photo, reason, is_refusal=True))
        return None
    if made is None:
        counts.unchanged += 1
        return None
    counts.made += 1
    return made if write else None


def _made(photos: int, pledge: Pledge, *, write: bool) -> PledgePhoto | None:
    """None: it is the one that we have. Errors: RefusedError."""
    known: PledgePhoto | None = getattr(pledge, "picture", None)
    if known is not None and known.source_name != pledge.photo:
        known = None
    try:
        file = os.open(_bare(pledge.photo), ONE_FILE, dir_fd=photos)
    except FileNotFoundError as error:
        if known is not None:  # the nightly folder holds only what is new
            return None
        raise RefusedError(NOT_THERE) from error
    except (OSError, ValueError) as error:
        raise RefusedError(NOT_PLAIN) from error
    facts = os.fstat(file)
    if not stat.S_ISREG(facts.st_mode):
        os.close(file)
        raise RefusedError(NOT_PLAIN)
    stamp = f"{facts.st_size}:{facts.st_mtime_ns}"
    with os.fdopen(file, "rb") as source:
        if known is not None and known.source_stamp == stamp:
            return None
        data = source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise RefusedError(TOO_LARGE)
    key, *former = photo_files.keys_of(pledge.pk, hashlib.sha256(data).digest())
    if known is not None and known.key in {key, *former}:  # written again by the back office, and the same
        return None
    return _pictures(pledge, data, key, stamp, write=write)


def _bare(name: str) -> str:
    """Errors: RefusedError."""
    if "/" in name or "\\" in name or name in {".", ".."}:
        raise RefusedError(NOT_PLAIN)
    return name


def _pictures(pledge: Pledge, data: bytes, key: str, stamp: str, *, write: bool) -> PledgePhoto:
    head, _, body = (run_apart(COMMAND, data) or b"").partition(b"\n")
    if not body:
        raise RefusedError(UNREADABLE)
    (width, height, length), (small_width, small_height, _) = json.loads(head)
    if write:
        photo_files.write(key, Size.PAGE, body[:length])
        photo_files.write(key, Size.SMALL, body[length:])
    return PledgePhoto(
        pledge=pledge, key=key, width=width, height=height, small_width=small_width, small_height=small_height,
        source_name=pledge.photo, source_stamp=stamp,
    )  # fmt: skip


def _named(establishment: Establishment) -> QuerySet[Pledge]:
    return Pledge.objects.filter(contract__establishment=establishment).exclude(photo="")


def _batches(establishment: Establishment) -> Iterator[list[Pledge]]:
    """By number of row: no cursor stays open while photos are written."""
    pledges, last = _named(establishment).select_related("contract", "picture").order_by("pk"), 0
    while batch := list(pledges.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk
