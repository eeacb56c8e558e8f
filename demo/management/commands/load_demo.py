from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contracts.models import Contract
from demo.accounts import create_agent, give_password
from demo.cast import AGENT_EMAIL, CAST
from demo.portfolio import write_portfolio
from demo.rulebook import establishment_files


class Command(BaseCommand):
    help = "Charge la démonstration, une seule fois : établissements, contrats inventés, mots de passe, agent."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("La démonstration ne se charge qu’avec DEMO=1.")
        today = timezone.localdate()
        files = establishment_files()
        for file in files:
            self._load(file, today)
        for member in CAST:
            give_password(member.establishment, member.identifier)
        create_agent(AGENT_EMAIL, [file.stem for file in files])

    def _load(self, file: Path, today: date) -> None:
        """Once: an establishment that has contracts keeps them, and what clients have done since."""
        slug = file.stem
        if Contract.objects.filter(establishment__slug=slug).exists():
            self.stdout.write(f"{slug} : la démonstration est déjà chargée, rien ne change.")
            return
        call_command("load_establishment", str(file), stdout=self.stdout)
        with TemporaryDirectory() as folder:
            write_portfolio(slug, Path(folder), today)
            call_command("import_portfolio", slug, folder, write=True, stdout=self.stdout)
