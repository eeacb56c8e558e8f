from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import identifiers
from accounts.actions.desk import unlock_client
from accounts.models import Client

BAD_ARGUMENTS = 2


class Command(BaseCommand):
    help = "Oublie les essais qui font attendre un client. Un mobile fermé ne rouvre qu’avec --reopen-device."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("establishment", help="adresse de l’établissement, par exemple nantes")
        parser.add_argument("identifier", help="identifiant du client (10 ou 11 chiffres)")
        parser.add_argument(
            "--reopen-device",
            action="store_true",
            help="rouvre aussi le mobile que des codes faux ont fermé ; au guichet, c’est « Changer le mobile »",
        )

    def handle(self, *args: Any, establishment: str, identifier: str, reopen_device: bool, **options: Any) -> None:
        digits = identifiers.canonical(identifier)
        if digits is None:
            raise CommandError("Un identifiant a 10 ou 11 chiffres.", returncode=BAD_ARGUMENTS)
        client = Client.objects.filter(establishment__slug=establishment, user__identifier=digits).first()
        if client is None:
            raise CommandError("Aucun client n’a cet identifiant dans cet établissement.", returncode=BAD_ARGUMENTS)
        is_reopened = unlock_client(client_pk=client.pk, reopens_device=reopen_device, by="system")
        self.stdout.write("Les essais de ce client sont oubliés.")
        if reopen_device:
            self.stdout.write("Son mobile est rouvert." if is_reopened else "Aucun mobile n’était fermé.")
