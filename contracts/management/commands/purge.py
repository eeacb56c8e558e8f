from typing import Any

from django.core.management.base import BaseCommand

from contracts.actions.purge import purge
from web.french import plural


class Command(BaseCommand):
    help = "Efface ce qui ne sert plus, au terme que donne docs/security.md (le planificateur aussi, à 4 h 10)."

    def handle(self, *args: Any, **options: Any) -> None:
        purged = purge(by="system")
        accounts = purged.accounts
        said = (
            plural(accounts.sessions, "session effacée", "sessions effacées"),
            plural(accounts.limits, "compteur effacé", "compteurs effacés"),
            plural(accounts.changes, "demande périmée effacée", "demandes périmées effacées"),
            plural(accounts.refused, "document refusé effacé", "documents refusés effacés"),
            plural(accounts.replaced, "document remplacé effacé", "documents remplacés effacés"),
            plural(purged.papers, "document d’ancien client effacé", "documents d’anciens clients effacés"),
            plural(purged.requests, "demande à l’agence effacée", "demandes à l’agence effacées"),
            plural(purged.messages, "message effacé", "messages effacés"),
            plural(purged.events, "événement du journal effacé", "événements du journal effacés"),
        )
        self.stdout.write(f"{', '.join(said)}.")
