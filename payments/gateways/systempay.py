"""The vads protocol (Systempay, PayZen, Scellius, Sogecommerce): a signed form, and signed messages.

eopayment signs and verifies it and stops there: it takes a test message for a production shop's, signs values without
their names, and ignores status, operation, amount, currency and shop. A message counts here only if everything that it
says equals what was sent.
Field names and values: https://paiement.systempay.fr/doc/fr-FR/form-payment/reference/
"""

import logging
import re
from decimal import Decimal
from hmac import compare_digest
from typing import Final
from urllib.parse import parse_qs, urlencode

import eopayment
from eopayment.common import PaymentResponse

from payments.gateways.keys import former_key_of, key_of
from payments.gateways.words import (
    Authorised,
    BadSignature,
    BankForm,
    CancelledByClient,
    Mismatch,
    MissingSecretError,
    RefundNotice,
    RefusedByBank,
    TechnicalFailure,
    UnderVerification,
    Verdict,
    in_cents,
)
from payments.models import MerchantAccount, PaymentAttempt

EURO: Final = "978"
SETTLED_STATUSES: Final = frozenset({"AUTHORISED", "CAPTURED"})
UNDECIDED_STATUSES: Final = frozenset(
    {
        "AUTHORISED_TO_VALIDATE",
        "INITIAL",
        "SUSPENDED",
        "UNDER_VERIFICATION",
        "WAITING_AUTHORISATION",
        "WAITING_AUTHORISATION_TO_VALIDATE",
    }
)
# A partial refund has an amount, a date and a number of its own.
OWN_TO_A_REFUND: Final = frozenset({"vads_amount", "vads_trans_date", "vads_trans_id"})

# https://paiement.systempay.fr/doc/en-EN/form-payment/quick-start-guide/computing-the-signature.html
PUBLISHED_KEY: Final = "1122334455667788"
PUBLISHED_SIGNATURE: Final = "ycA5Do5tNvsnKdc/eP1bj2xa19z9q3iWPy9/rpesfS0="
PUBLISHED_FIELDS: Final = {
    "vads_version": "V2",
    "vads_action_mode": "INTERACTIVE",
    "vads_amount": "5124",
    "vads_ctx_mode": "TEST",
    "vads_currency": "978",
    "vads_page_action": "PAYMENT",
    "vads_payment_config": "SINGLE",
    "vads_site_id": "12345678",
    "vads_trans_date": "20170129130025",
    "vads_trans_id": "123456",
}

logger = logging.getLogger(__name__)


def bank_form(
    merchant: MerchantAccount, *, order_id: str, amount: Decimal, notification_url: str, return_url: str
) -> BankForm:
    """Signed, without the network. The client's name stays here: the bank needs none, and no text of a user is signed.

    Errors: MissingSecretError; ValueError for an amount that is not a positive number of cents, or an `order_id` that
    is not 1 to 32 letters, digits, dots or dashes.
    """
    if not key_of(merchant):
        raise MissingSecretError(merchant.secret_env)
    in_cents(amount)  # refuses what the library would send: nothing, or half a cent rounded
    gateway = _gateway(merchant, automatic_return_url=notification_url, normal_return_url=return_url)
    _, _, form = gateway.request(amount, orderid=order_id)
    fields = {field["name"]: field["value"] for field in form.fields}
    return BankForm(form.url, tuple(fields.items()), fields["vads_trans_date"], fields["vads_trans_id"])


def order_id_in(raw: str) -> str | None:
    """The order that a message says it is about, before anything is verified.

    Not `eopayment.guess()`, which overlooks the messages that have an empty field: those of cancelled payments.
    """
    order_id = parse_qs(raw, keep_blank_values=True).get("vads_order_id", [""])[0]
    return order_id if re.fullmatch(r"[0-9A-Za-z.-]{1,32}", order_id) else None


def judge(merchant: MerchantAccount, attempt: PaymentAttempt, raw: str) -> Verdict:
    """What a notification's body means for `attempt`. `raw` is anything that anybody posted; it never raises."""
    response = _signed_response(merchant, raw)
    if response is None:
        return BadSignature()
    fields: dict[str, str] = response.bank_data
    is_refund = fields.get("vads_operation_type") == "CREDIT"
    for name, sent in _sent(attempt).items():
        if fields.get(name) != sent and not (is_refund and name in OWN_TO_A_REFUND):
            return Mismatch(name)
    if is_refund:
        return _refund(fields, response.result)
    if fields.get("vads_operation_type") != "DEBIT":
        return Mismatch("vads_operation_type")
    return _outcome(fields, response.result)


def has_published_key(merchant: MerchantAccount) -> bool:
    """The key of the bank's manual, which the test bank has too: anybody can sign with it."""
    return PUBLISHED_KEY in {key_of(merchant), former_key_of(merchant)}


def signs_rightly(merchant: MerchantAccount) -> bool:
    """The bank's own example is found again; this shop's key verifies what it signs, and not what was altered since."""
    example = _gateway(MerchantAccount(mode="TEST", site_id="12345678"), secret_test=PUBLISHED_KEY)
    if example.backend.signature(PUBLISHED_FIELDS) != PUBLISHED_SIGNATURE:
        return False
    word = PUBLISHED_FIELDS | {"vads_ctx_mode": merchant.mode, "vads_auth_result": "00", "vads_result": "00"}
    signature = _gateway(merchant).backend.signature(word)
    altered = word | {"vads_amount": "1"}
    return (
        _signed_response(merchant, urlencode(word | {"signature": signature})) is not None
        and _signed_response(merchant, urlencode(altered | {"signature": signature})) is None
    )


def _refund(fields: dict[str, str], result: int) -> Verdict:
    """A refund that the bank did not accept gives nothing back."""
    outcome = _outcome(fields, result)
    if not isinstance(outcome, Authorised):
        return Mismatch("vads_trans_status")
    if not re.fullmatch(r"[1-9][0-9]{0,8}", fields.get("vads_amount", "")):
        return Mismatch("vads_amount")
    number = outcome.bank_reference or f"{fields.get('vads_trans_date', '')}-{fields.get('vads_trans_id', '')}"
    return RefundNotice(Decimal(fields["vads_amount"]) / 100, number[:64])


def _outcome(fields: dict[str, str], result: int) -> Verdict:
    """Money needs both the result and the status: a renamed field gives one of them, never the two."""
    status = fields.get("vads_trans_status", "")
    if status in UNDECIDED_STATUSES:
        return UnderVerification()
    if (result == eopayment.PAID) != (status in SETTLED_STATUSES):
        return Mismatch("vads_trans_status")
    match result:
        case eopayment.PAID:
            return Authorised(re.sub(r"[^0-9A-Za-z-]", "", fields.get("vads_trans_uuid", ""))[:64])
        case eopayment.DENIED:
            return RefusedByBank()
        case eopayment.CANCELLED:
            return CancelledByClient()
        case _:
            return TechnicalFailure()


def _signed_response(merchant: MerchantAccount, raw: str) -> PaymentResponse | None:
    """None unless the bank signed it with the key of this shop's mode, or the one before."""
    if not key_of(merchant):
        logger.error("%s is empty: no message of the bank can be read", merchant.secret_env)
        return None
    former = former_key_of(merchant)
    return _response(merchant, raw) or (_response(merchant, raw, key=former) if former else None)


def _response(merchant: MerchantAccount, raw: str, *, key: str = "") -> PaymentResponse | None:
    options = {_secret_of(merchant): key} if key else {}
    try:
        gateway = _gateway(merchant, **options)
        response = gateway.response(raw) if _is_signed(gateway, raw) else None
    except Exception:  # noqa: BLE001 - hostile text makes the library raise anything: ResponseError, AttributeError…
        return None
    return response if response is not None and response.signed else None


def _is_signed(gateway: eopayment.Payment, raw: str) -> bool:
    """In constant time, which the library's own comparison is not. Errors: what hostile text makes it raise."""
    fields = {name: values[0] for name, values in parse_qs(raw, keep_blank_values=True).items()}
    return compare_digest(gateway.backend.signature(fields).encode(), fields["signature"].encode())


def _gateway(merchant: MerchantAccount, **options: str) -> eopayment.Payment:
    """The key of one mode only, so that the other mode's messages have none. No signed data through the browser."""
    return eopayment.Payment(
        "systempayv2",
        {
            "vads_site_id": merchant.site_id,
            "vads_ctx_mode": merchant.mode,
            "vads_return_mode": "NONE",
            "signature_algo": "hmac_sha256",
            "service_url": merchant.service_url,
            _secret_of(merchant): key_of(merchant),
            **options,
        },
    )


def _secret_of(merchant: MerchantAccount) -> str:
    return f"secret_{merchant.mode.lower()}"


def _sent(attempt: PaymentAttempt) -> dict[str, str]:
    return {
        "vads_order_id": attempt.order_id,
        "vads_amount": in_cents(attempt.amount),
        "vads_currency": EURO,
        "vads_site_id": attempt.site_id,
        "vads_ctx_mode": attempt.mode,
        "vads_trans_date": attempt.trans_date,
        "vads_trans_id": attempt.trans_id,
    }
