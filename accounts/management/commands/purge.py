from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions.purge import purge
from web.french import plural


class Command(BaseCommand):
    help = "Efface ce qui ne sert plus : sessions, compteurs, demandes, documents refusés (le planificateur aussi)."

    def handle(self, *args: Any, **options: Any) -> None:
        purged = purge()
        self.stdout.write(
            f"{plural(purged.sessions, 'session effacée', 'sessions effacées')}, "
            f"{plural(purged.limits, 'compteur effacé', 'compteurs effacés')}, "
            f"{plural(purged.changes, 'demande périmée effacée', 'demandes périmées effacées')}, "
            f"{plural(purged.papers, 'document refusé effacé', 'documents refusés effacés')}."
        )
