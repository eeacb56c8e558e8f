from typing import Any

from django.core.management.base import BaseCommand

from payments.actions.expire import expire_stale_payments


class Command(BaseCommand):
    help = "Libère les contrats des paiements dont la banque n’a rien dit depuis 20 minutes (le planificateur le fait aussi)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{expire_stale_payments(by='system')} paiement(s) sans suite.")
