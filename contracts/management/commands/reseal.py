from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contracts.actions.reseal import reseal
from web.french import plural

SOME_LOST = 3


class Command(BaseCommand):
    help = (
        "Après un changement de SECRET_KEY, scelle de nouveau messages en attente, IBAN et clés des applications de "
        "codes. Répétition sans --write."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="écrire pour de bon")

    def handle(self, *args: Any, write: bool, **options: Any) -> None:
        resealed = reseal(write=write)
        words = ("texte scellé", "textes scellés") if write else ("texte à sceller", "textes à sceller")
        self.stdout.write(f"{plural(resealed.done, *words)} avec la clé actuelle.")
        if resealed.lost:
            lost = plural(resealed.lost, "texte ne s’ouvre", "textes ne s’ouvrent")
            raise CommandError(f"{lost} avec aucune des clés données.", returncode=SOME_LOST)
