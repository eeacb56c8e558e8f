from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.actions.scans import scan_papers
from web.french import plural


class Command(BaseCommand):
    help = "Fait vérifier par l’antivirus les documents qui attendent (le planificateur aussi, chaque minute)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CLAMD_URL:
            raise CommandError("CLAMD_URL : aucun antivirus n’est indiqué.")
        scanned = scan_papers()
        self.stdout.write(
            f"{plural(scanned.clean, 'document sans danger', 'documents sans danger')}, "
            f"{plural(scanned.infected, 'document dangereux effacé', 'documents dangereux effacés')}, "
            f"{plural(scanned.left, 'document à vérifier', 'documents à vérifier')}."
        )
