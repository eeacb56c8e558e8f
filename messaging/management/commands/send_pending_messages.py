from typing import Any

from django.core.management.base import BaseCommand

from messaging.tasks import send_pending


class Command(BaseCommand):
    help = "Envoie les messages en attente depuis plus d’une minute (le planificateur le fait aussi)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{send_pending()} message(s) traité(s).")
