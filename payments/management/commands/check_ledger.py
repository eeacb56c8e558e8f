from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from establishments.models import Establishment
from payments.ledger_check import credited, differences
from web.french import NBSP, euros, plural

BAD_ARGUMENTS = 2


class Command(BaseCommand):
    help = "Recalcule ce qui a été crédité à partir des écritures, et dit tout ce qui ne concorde pas."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("establishment", help="adresse de l’établissement, par exemple nantes")

    def handle(self, *args: Any, establishment: str, **options: Any) -> None:
        tenant = Establishment.objects.filter(slug=establishment).first()
        if tenant is None:
            raise CommandError(f"Établissement inconnu{NBSP}: {establishment}.", returncode=BAD_ARGUMENTS)
        found = list(differences(tenant))
        for difference in found:
            self.stdout.write(f"{difference.what}{NBSP}: {difference.why}")
        ledger = credited(tenant)
        self.stdout.write(
            f"{plural(ledger.payments, 'paiement', 'paiements')}, {plural(ledger.lines, 'ligne', 'lignes')}, "
            f"{euros(ledger.total)}."
        )
        if found:
            raise CommandError(f"{plural(len(found), 'écart', 'écarts')}.")
