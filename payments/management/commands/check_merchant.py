from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from establishments.models import Establishment
from payments.merchant_checks import account_faults, protocol_faults
from payments.models import MerchantAccount
from web.french import NBSP, plural

FAILED, BAD_ARGUMENTS = 1, 2


class Command(BaseCommand):
    help = "Vérifie le contrat monétique d’un établissement : compte, clé, adresse, signature, réponse de PayFiP."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("establishment", help="adresse de l’établissement, par exemple nantes")

    def handle(self, *args: Any, establishment: str, **options: Any) -> None:
        tenant = Establishment.objects.filter(slug=establishment).first()
        if tenant is None:
            raise CommandError(f"Établissement inconnu{NBSP}: {establishment}.", returncode=BAD_ARGUMENTS)
        merchant = MerchantAccount.objects.filter(establishment=tenant).first()
        if merchant is None:
            raise CommandError("Aucun contrat monétique. Chargez le fichier de l’établissement.", returncode=FAILED)
        self._present(merchant, tenant)
        faults = [*account_faults(merchant, is_production=settings.PRODUCTION), *protocol_faults(merchant)]
        for fault in faults:
            self.stdout.write(f"  Défaut{NBSP}: {fault}.")
        if faults:
            raise CommandError(f"{plural(len(faults), 'défaut', 'défauts')}.", returncode=FAILED)
        self.stdout.write("Tout est en ordre.")

    def _present(self, merchant: MerchantAccount, tenant: Establishment) -> None:
        if merchant.gateway == MerchantAccount.Gateway.NONE:
            self.stdout.write(f"{tenant.name}{NBSP}: le paiement en ligne est fermé.")
            return
        door = settings.SITE_URL + reverse("payments:notification", args=[tenant.slug])
        self.stdout.write(f"{tenant.name}{NBSP}: {merchant}, mode {merchant.mode}, {merchant.service_url}")
        self.stdout.write(f"  La banque prévient le portail à {door}")
