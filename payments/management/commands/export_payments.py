import os
import re
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from establishments.models import Establishment
from payments.actions.export import record_export, seal_batch
from payments.exports import Exported, bank_days, settled_lines, write_lines, write_text
from payments.models import ExportBatch, PaymentLine
from web.french import NBSP, euros, french_day, plural

BAD_ARGUMENTS = 2
Written = TypeVar("Written")


def day(written: str) -> date:
    try:
        if re.fullmatch("20[0-9]{2}-[0-9]{2}-[0-9]{2}", written):
            return date.fromisoformat(written)
    except ValueError:
        pass  # 2026-02-30: said below, like what is no date at all
    raise ArgumentTypeError(f"un jour s’écrit 2026-05-31 (trouvé{NBSP}: {written})")


class Command(BaseCommand):
    help = (
        "Écrit les paiements réglés pour le back-office, en CSV : une période (la même donne le même fichier), "
        "ou un lot scellé, où chaque ligne ne part qu’une fois."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("establishment", help="adresse de l’établissement, par exemple nantes")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--from", dest="first", type=day, metavar="JOUR", help="premier jour réglé")
        what.add_argument("--seal", action="store_true", help="un nouveau lot : tout ce qui n’est pas encore parti")
        what.add_argument("--batch", type=int, metavar="N", help="le lot N, encore une fois")
        parser.add_argument("--to", dest="last", type=day, metavar="JOUR", help="dernier jour ; sinon --from, ou hier")
        parser.add_argument("file", type=Path, metavar="FICHIER.csv", help="remplacé s’il existe")

    def handle(self, *args: Any, establishment: str, file: Path, **options: Any) -> None:
        tenant = Establishment.objects.filter(slug=establishment).first()
        if tenant is None:
            raise CommandError(f"Établissement inconnu{NBSP}: {establishment}.")
        if file.is_dir():
            raise CommandError(f"{file}{NBSP}: c’est un dossier, il faut un nom de fichier.")
        try:
            if options["seal"]:
                self._seal(tenant, options["last"] or timezone.localdate() - timedelta(days=1), file)
            elif options["batch"] is not None:
                self._again(tenant, options["batch"], file)
            else:
                self._range(tenant, options["first"], options["last"] or options["first"], file)
        except OSError as error:
            raise CommandError(f"{file}{NBSP}: écriture impossible ({error.strerror}).") from None

    def _range(self, tenant: Establishment, first: date, last: date, file: Path) -> None:
        if last < first:
            raise CommandError(f"Le dernier jour ({last}) précède le premier ({first}).", returncode=BAD_ARGUMENTS)

        def write(draft: Path) -> Exported:
            exported = write_lines(draft, settled_lines(tenant, first=first, last=last).iterator())
            record_export(establishment=tenant, first=first, last=last, exported=exported, by="system")
            return exported

        exported = _put(file, write)
        self.stdout.write(f"{plural(exported.lines, 'ligne', 'lignes')}, {euros(exported.total)}{NBSP}: {file}")
        if last >= timezone.localdate():
            self.stdout.write(f"La période n’est pas finie{NBSP}: d’autres paiements peuvent encore s’y ajouter.")

    def _seal(self, tenant: Establishment, until: date, file: Path) -> None:
        """Sealed first: a file that cannot be written is asked for again by its number."""
        batch = seal_batch(establishment=tenant, until=until, by="system")
        if batch is None:
            self.stdout.write(f"Rien à exporter jusqu’au {french_day(until)}.")
            return
        self.stdout.write(f"Lot {batch.sequence} scellé.")
        self._write(batch, file)

    def _again(self, tenant: Establishment, sequence: int, file: Path) -> None:
        batch = ExportBatch.objects.filter(establishment=tenant, sequence=sequence).first()
        if batch is None:
            raise CommandError(f"Le lot {sequence} n’existe pas.", returncode=BAD_ARGUMENTS)
        self._write(batch, file)

    def _write(self, batch: ExportBatch, file: Path) -> None:
        _put(file, lambda draft: write_text(draft, batch.content))
        self.stdout.write(f"{plural(batch.lines, 'ligne', 'lignes')}, {euros(batch.total)}{NBSP}: {file}")
        lines = PaymentLine.objects.filter(export__batch=batch).select_related("attempt")
        for settled in bank_days(lines):
            payments = plural(settled.payments, "paiement", "paiements")
            self.stdout.write(f"  {french_day(settled.on)}{NBSP}: {payments}, {euros(settled.total)}")


def _put(file: Path, write: Callable[[Path], Written]) -> Written:
    """Whole or not at all: written beside its place, then put there."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        written = write(draft)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return written
