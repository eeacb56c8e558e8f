"""Thin: the photos of a folder alone; `contracts.portfolio.photos` does it, after the rows or by this command."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contracts.management.commands.import_portfolio import BAD_ARGUMENTS, SOME_REFUSED
from contracts.portfolio.photos import take_photos
from contracts.portfolio.report import Note
from establishments.models import Establishment


class Command(BaseCommand):
    help = "Reprend les photos que nomme gages.csv, du dossier photos. Sans --write, c’est une répétition."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("establishment", help="adresse de l’établissement, par exemple nantes")
        parser.add_argument("folder", type=Path, help="dossier qui contient photos")
        parser.add_argument("--write", action="store_true", help="écrire pour de bon")

    def handle(self, *args: Any, establishment: str, folder: Path | str, write: bool, **options: Any) -> None:
        tenant = Establishment.objects.filter(slug=establishment).first()
        if tenant is None:
            raise CommandError(f"Établissement inconnu\u00a0: {establishment}.", returncode=BAD_ARGUMENTS)
        if not Path(folder).is_dir():
            raise CommandError(f"Ce dossier n’existe pas\u00a0: {folder}.", returncode=BAD_ARGUMENTS)
        photos = take_photos(establishment=tenant, folder=Path(folder), write=write, by="system", keep=self._say)
        self.stdout.write(photos.words(written=write))
        if photos.refused:
            raise CommandError(photos.refusal_words, returncode=SOME_REFUSED)

    def _say(self, note: Note) -> None:
        self.stdout.write(f"{note.value}\u00a0: {note.reason}")
