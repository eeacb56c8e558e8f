from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.passwords import invite
from accounts.models import Client
from establishments.models import Establishment
from web.french import plural

BAD_ARGUMENTS = 2


class Command(BaseCommand):
    help = "Envoie l’e-mail de bienvenue (identifiant et lien) aux clients jamais invités."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("establishment", help="adresse de l’établissement, par exemple nantes")
        parser.add_argument("--limit", type=_positive, default=None, help="nombre d’e-mails au plus")

    def handle(self, *args: Any, establishment: str, limit: int | None, **options: Any) -> None:
        tenant = Establishment.objects.filter(slug=establishment).first()
        if tenant is None:
            raise CommandError(f"Établissement inconnu : {establishment}.", returncode=BAD_ARGUMENTS)
        waiting = Client.objects.filter(establishment=tenant, invited_at__isnull=True)
        with_email = waiting.exclude(email="").order_by("pk").values_list("pk", flat=True)
        sent = sum(invite(client_pk=pk, by="system") for pk in list(with_email[:limit]))
        without_mobile = Client.objects.filter(establishment=tenant, phone="")
        self.stdout.write(
            f"{plural(sent, 'invitation envoyée', 'invitations envoyées')}. "
            f"Sans e-mail : {waiting.filter(email='').count()}. Sans mobile : {without_mobile.count()}."
        )


def _positive(typed: str) -> int:
    if not typed.isdecimal() or int(typed) == 0:
        raise ArgumentTypeError(f"« {typed} » n’est pas un nombre supérieur à zéro.")
    return int(typed)
