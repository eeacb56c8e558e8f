"""The banks' edge: what leaves for them, and what their words are worth. One module a bank, chosen here only.

Cents exist in this package only. `systempay` signs a form and verifies signed messages; `payfip` opens a session by a
call, signs nothing, and is asked.
"""

from payments.gateways.keys import key_of
from payments.gateways.systempay import bank_form, has_published_key, judge, order_id_in, signs_rightly
from payments.gateways.words import (
    Authorised,
    BadSignature,
    BankForm,
    CancelledByClient,
    Mismatch,
    MissingSecretError,
    NoNews,
    RefundNotice,
    RefusedByBank,
    TechnicalFailure,
    UnderVerification,
    Verdict,
)
from payments.models import MerchantAccount

__all__ = [
    "Authorised",
    "BadSignature",
    "BankForm",
    "CancelledByClient",
    "Mismatch",
    "MissingSecretError",
    "NoNews",
    "RefundNotice",
    "RefusedByBank",
    "TechnicalFailure",
    "UnderVerification",
    "Verdict",
    "bank_form",
    "has_published_key",
    "judge",
    "missing_secret",
    "opens_by_call",
    "order_id_in",
    "signs_rightly",
    "tells_of_refunds",
]


def missing_secret(merchant: MerchantAccount) -> bool:
    """An empty key counts as none: anybody can sign with it. PayFiP signs nothing."""
    return not opens_by_call(merchant) and not key_of(merchant)


def tells_of_refunds(gateway: str) -> bool:
    """Whether the bank itself says that money went back; PayFiP leaves it to the accounting officer, untold."""
    return gateway != MerchantAccount.Gateway.PAYFIP


def opens_by_call(merchant: MerchantAccount) -> bool:
    """Whether a payment begins by a call on the network, and its outcome is asked for."""
    return merchant.gateway == MerchantAccount.Gateway.PAYFIP
