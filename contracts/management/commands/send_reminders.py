from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from contracts.actions.remind import send_reminders
from web.french import plural


class Command(BaseCommand):
    help = "Prévient les clients des dates qui approchent ou sont passées (le planificateur aussi, à 9 h)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=_day, default=None, help="le jour, par exemple 2026-05-31 ; sinon aujourd’hui")

    def handle(self, *args: Any, on: date | None, **options: Any) -> None:
        done = send_reminders(on=on or timezone.localdate(), by="system")
        self.stdout.write(
            f"{plural(done.warnings, 'rappel', 'rappels')} à {plural(done.clients, 'client', 'clients')} : "
            f"{plural(done.emails, 'e-mail', 'e-mails')}, {done.sms} SMS. "
            f"Sans e-mail ni mobile, à appeler : {done.unreachable}."
        )


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise ArgumentTypeError(f"« {typed} » n’est pas un jour comme 2026-05-31.") from error
