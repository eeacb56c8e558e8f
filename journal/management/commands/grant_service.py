from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from journal.grants import UnsafeRoleError, grant
from web.french import plural

BAD_ARGUMENTS = 2


class Command(BaseCommand):
    help = "Donne au rôle qui sert ce qu’il lui faut dans la base, et rien de plus. Par le propriétaire, après migrate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="rôle PostgreSQL avec lequel le service se connecte")

    @transaction.atomic(durable=True)
    def handle(self, *args: Any, role: str, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Les rôles n’existent que dans PostgreSQL.", returncode=BAD_ARGUMENTS)
        try:
            given = grant(role)
        except UnsafeRoleError as refusal:
            raise CommandError(str(refusal), returncode=BAD_ARGUMENTS) from refusal
        growing = sum("INSERT" in verbs and "UPDATE" not in verbs for verbs in given.values())
        self.stdout.write(
            f"{role} sert {plural(len(given), 'table', 'tables')}, dont {plural(growing, 'journal', 'journaux')} "
            "où il ne change rien."
        )
