from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.staff import close_staff

BAD_ARGUMENTS = 2


class Command(BaseCommand):
    help = "Ferme l’accès d’un agent qui est parti, et ses connexions. Ce qu’il a fait reste au journal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        if not close_staff(email=email, by="system"):
            raise CommandError(f"Aucun agent n’a cet e-mail : {email}.", returncode=BAD_ARGUMENTS)
        self.stdout.write(f"L’accès de {email} est fermé.")
