from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.sessions import close_sessions_of, sessions_of
from establishments.models import Establishment
from web.french import plural

BAD_ARGUMENTS = 2


class Command(BaseCommand):
    help = "Ferme toutes les connexions, clients et agents, d’un établissement ou de tous. Répétition sans --write."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("establishment", nargs="?", help="son adresse, par exemple nantes ; sans elle, tous")
        parser.add_argument("--write", action="store_true", help="fermer pour de bon")

    def handle(self, *args: Any, establishment: str | None, write: bool, **options: Any) -> None:
        closed = list(Establishment.objects.filter(**({"slug": establishment} if establishment else {})))
        if not closed:
            raise CommandError(f"Établissement inconnu\u00a0: {establishment or 'aucun'}.", returncode=BAD_ARGUMENTS)
        if write:
            count = close_sessions_of(establishments=closed, by="system")
            self.stdout.write(f"{plural(count, 'connexion fermée', 'connexions fermées')}.")
        else:
            count = sum(sessions_of(one).count() for one in closed)
            self.stdout.write(f"{plural(count, 'connexion à fermer', 'connexions à fermer')}. Rien n’est changé.")
