import os
import re
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from establishments.models import Establishment
from payments.actions.record_export import record_export
from payments.exports import Exported, settled_lines, write_lines
from web.french import NBSP, euros, plural


def day(written: str) -> date:
    try:
        if re.fullmatch("20[0-9]{2}-[0-9]{2}-[0-9]{2}", written):
            return date.fromisoformat(written)
    except ValueError:
        pass  # 2026-02-30: said below, like what is no date at all
    raise ArgumentTypeError(f"un jour s’écrit 2026-05-31 (trouvé{NBSP}: {written})")


class Command(BaseCommand):
    help = "Écrit les paiements réglés pour le back-office, en CSV. La même période donne le même fichier."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("establishment", help="adresse de l’établissement, par exemple nantes")
        parser.add_argument("--from", dest="first", type=day, required=True, metavar="JOUR", help="premier jour réglé")
        parser.add_argument("--to", dest="last", type=day, metavar="JOUR", help="dernier jour (sans lui, un seul jour)")
        parser.add_argument("file", type=Path, metavar="FICHIER.csv", help="remplacé s’il existe")

    def handle(
        self, *args: Any, establishment: str, first: date, last: date | None, file: Path, **options: Any
    ) -> None:
        last = last or first
        if last < first:
            raise CommandError(f"Le dernier jour ({last}) précède le premier ({first}).", returncode=2)
        tenant = Establishment.objects.filter(slug=establishment).first()
        if tenant is None:
            raise CommandError(f"Établissement inconnu{NBSP}: {establishment}.")
        if file.is_dir():
            raise CommandError(f"{file}{NBSP}: c’est un dossier, il faut un nom de fichier.")
        try:
            exported = _export(tenant, first, last, file)
        except OSError as error:
            raise CommandError(f"{file}{NBSP}: écriture impossible ({error.strerror}).") from None
        self.stdout.write(f"{plural(exported.lines, 'ligne', 'lignes')}, {euros(exported.total)}{NBSP}: {file}")
        if last >= timezone.localdate():
            self.stdout.write(f"La période n’est pas finie{NBSP}: d’autres paiements peuvent encore s’y ajouter.")


def _export(tenant: Establishment, first: date, last: date, file: Path) -> Exported:
    """Whole or not at all: written beside its place, told to the journal, then put there."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        exported = write_lines(draft, settled_lines(tenant, first=first, last=last).iterator())
        record_export(establishment=tenant, first=first, last=last, exported=exported, by="system")
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return exported
