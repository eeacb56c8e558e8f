from typing import Any

from django.core.management.base import BaseCommand

from payments.actions.reconcile import reconcile
from web.french import plural


class Command(BaseCommand):
    help = (
        "Interroge PayFiP, expire les paiements restés sans nouvelles, et signale ceux que la banque vérifie depuis "
        "plus d’un jour."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = reconcile(by="system")
        self.stdout.write(
            f"{plural(done.answers, 'réponse de banque', 'réponses de banque')}, "
            f"{plural(done.expired, 'paiement sans suite', 'paiements sans suite')}, "
            f"{plural(done.long_pending, 'vérification trop longue', 'vérifications trop longues')}."
        )
