from pathlib import Path
from typing import Any, assert_never

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from establishments.models import RESERVED_SLUGS
from payments.actions.load_establishment import Loaded, TariffInUse, load_establishment
from payments.establishment_file import FileError, read_establishment_file
from payments.gateways import missing_secret
from web.french import NBSP


class Command(BaseCommand):
    help = "Crée ou met à jour un établissement, ses agences, ses tarifs et son contrat monétique."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER.toml", help="le fichier de l’établissement")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            content = read_establishment_file(file, reserved_slugs=RESERVED_SLUGS, is_production=settings.PRODUCTION)
        except FileError as error:
            raise CommandError(f"{file}{NBSP}: {error}") from None
        match load_establishment(file=content, by="system"):
            case Loaded() as loaded:
                self._show(loaded)
            case TariffInUse(code):
                raise CommandError(
                    f"{file}{NBSP}: tarif «{NBSP}{code}{NBSP}»{NBSP}: des contrats l’utilisent, il ne change plus. "
                    "Donnez un nouveau code au nouveau tarif. Rien n’a été enregistré."
                )
            case other:
                assert_never(other)

    def _show(self, loaded: Loaded) -> None:
        establishment = loaded.establishment
        self.stdout.write(f"{establishment.name} ({establishment.slug})")
        for title, things in (
            ("Créé", loaded.created),
            ("Modifié", loaded.updated),
            ("Absent du fichier, laissé tel quel", loaded.left_alone),
        ):
            if things:
                self.stdout.write(f"  {title}{NBSP}: {', '.join(things)}.")
        if not loaded.created and not loaded.updated:
            self.stdout.write("  Rien n’a changé.")
        merchant = establishment.merchant_account
        if establishment.pays_online and missing_secret(merchant):
            self.stdout.write(
                f"  Attention{NBSP}: la variable {merchant.secret_env} est vide. "
                "Personne ne peut payer en ligne tant qu’elle ne contient pas la clé de la boutique."
            )
