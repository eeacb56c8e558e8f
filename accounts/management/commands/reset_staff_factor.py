import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.staff import reset_staff
from accounts.management.terminal import TO_CHANGE, show_authenticator

BAD_ARGUMENTS = 2


class Command(BaseCommand):
    help = "Remplace l’application de codes d’un agent, perdue ou fermée, et ferme ses connexions. L’affiche une fois."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--password", action="store_true", help="donne aussi un nouveau mot de passe")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        password = secrets.token_urlsafe(15) if options["password"] else None
        device = reset_staff(email=email, password=password, by="system")
        if device is None:
            raise CommandError(f"Aucun agent n’a cet e-mail : {email}.", returncode=BAD_ARGUMENTS)
        if password is not None:
            self.stdout.write(f"Mot de passe : {password}\n{TO_CHANGE}")
        show_authenticator(device, self.stdout)
