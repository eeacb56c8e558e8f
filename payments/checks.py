"""What a production refuses in the database: an account that takes test cards, has no key, or sends clients elsewhere.

Run by `check --deploy`, and by each process of the portal when it starts (`pretgage.boot`).
"""

from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError

from payments.merchant_checks import account_faults
from payments.models import MerchantAccount

BANKS: Final = "banks"


@register(BANKS, deploy=True)
def bank_accounts(**_: Any) -> list[CheckMessage]:
    """Nothing while the database cannot be read: `/sante/pret/` says that, and a migration must be able to run."""
    if not settings.PRODUCTION:
        return []
    try:
        merchants = list(MerchantAccount.objects.select_related("establishment"))
    except DatabaseError:
        return []
    return [
        Error(f"{merchant.establishment.slug} : {fault}.", id="payments.E001")
        for merchant in merchants
        for fault in account_faults(merchant, is_production=True)
    ]
