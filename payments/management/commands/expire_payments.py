from typing import Any

from django.core.management.base import BaseCommand

from payments.actions.expire import expire_stale_payments


class Command(BaseCommand):
    help = "Libère les contrats des paiements restés 20 minutes sans nouvelle de la banque (le planificateur aussi)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{expire_stale_payments(by='system')} paiement(s) sans suite.")
