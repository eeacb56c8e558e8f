"""What the bank says of a payment: the fields of its notifications and of the browser's signed return.

Names and values follow a message of the real bank (eopayment's README shows one). The codes of a cancelled, abandoned,
silent or technical payment and of a refund are our reading of the bank's manuals: confirm them on its own test shop.
"""

import hashlib
import json
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from testbank.payment import Decision, Outcome, Payment, Refund
from testbank.signing import sign

FORGER_KEY = "not the key of this shop"

# Why the bank calls: the end of a payment, its back office, the acquirer's late answer, an operation of the merchant.
PAY, BACK_OFFICE, BATCH, MERCHANT = "PAY", "BO", "BATCH_AUTO", "MERCH_BO"

FORM_ONLY = ("vads_action_mode", "vads_page_action", "vads_payment_config")
NOT_ECHOED = ("vads_url_", "vads_redirect_", "vads_return_mode", "vads_payment_cards", "vads_theme_config")


@dataclass(frozen=True)
class Result:
    result: str
    auth_result: str
    trans_status: str
    has_card: bool = True


RESULTS = {
    Outcome.ACCEPTED: Result("00", "00", "AUTHORISED"),
    Outcome.REFUSED: Result("05", "51", "REFUSED"),
    Outcome.CANCELLED: Result("17", "", "ABANDONED", has_card=False),
    Outcome.ABANDONED: Result("17", "", "ABANDONED", has_card=False),
    Outcome.SILENT: Result("00", "", "UNDER_VERIFICATION"),
    Outcome.TECHNICAL: Result("96", "96", "NOT_CREATED"),
}
CARD = {
    "vads_bank_label": "Banque de démo et de l'innovation",
    "vads_bank_product": "F",
    "vads_brand_management": json.dumps(
        {"userChoice": False, "brandList": "CB|VISA", "brand": "CB"}, separators=(",", ":")
    ),
    "vads_card_brand": "CB",
    "vads_card_country": "FR",
    "vads_card_number": "497010XXXXXX0014",
    "vads_expiry_month": "6",
    "vads_expiry_year": "2031",
    "vads_threeds_auth_type": "CHALLENGE",
    "vads_threeds_cavv": "Q2F2dkNhdnZDYXZ2Q2F2dkNhdnY=",
    "vads_threeds_cavvAlgorithm": "2",
    "vads_threeds_eci": "05",
    "vads_threeds_enrolled": "Y",
    "vads_threeds_error_code": "",
    "vads_threeds_exit_status": "10",
    "vads_threeds_sign_valid": "1",
    "vads_threeds_status": "Y",
    "vads_threeds_xid": "MFp2enNPcU8zRGJXZ0hKQ2x0b1Q=",
}
RETURN_FIELDS = {
    Outcome.ACCEPTED: "vads_url_success",
    Outcome.REFUSED: "vads_url_refused",
    Outcome.CANCELLED: "vads_url_cancel",
    Outcome.TECHNICAL: "vads_url_error",
}


def payment_notification(payment: Payment, decision: Decision, *, source: str = PAY) -> dict[str, str]:
    """The unsigned message; the back office and the acquirer leave out what only the form knew."""
    message = _payment_fields(payment, decision)
    if source != PAY:
        message = {name: value for name, value in message.items() if name not in FORM_ONLY}
    reference = hashlib.sha256(payment.trans_uuid.encode()).hexdigest()
    return message | {"vads_url_check_src": source, "vads_hash": reference}


def refund_notification(payment: Payment, refund: Refund) -> dict[str, str]:
    """A refund is a transaction of its own, that carries the number of the payment it gives back."""
    message = payment_notification(payment, Decision(Outcome.ACCEPTED, refund.at), source=MERCHANT)
    return message | {
        "vads_operation_type": "CREDIT",
        "vads_trans_uuid": refund.trans_uuid,
        "vads_warranty_result": "",
    }


def with_wrong_amount(message: dict[str, str]) -> dict[str, str]:
    wrong = str(int(message["vads_amount"]) // 2 or 2)
    return message | {"vads_amount": wrong, "vads_effective_amount": wrong}


def encode(message: dict[str, str], key: str) -> bytes:
    return urlencode(message | {"signature": sign(message, key)}).encode()


def return_url(payment: Payment, decision: Decision, *, key: str) -> str:
    """Where the browser goes; empty if the form named no address."""
    fields = payment.order.fields
    url = fields.get(RETURN_FIELDS.get(decision.outcome, ""), "") or fields.get("vads_url_return", "")
    if not url or fields.get("vads_return_mode") != "GET":
        return url
    parts = urlsplit(url)
    signed = encode(_payment_fields(payment, decision), key).decode()
    return urlunsplit(parts._replace(query=f"{parts.query}&{signed}" if parts.query else signed))


def _payment_fields(payment: Payment, decision: Decision) -> dict[str, str]:
    result = RESULTS[decision.outcome]
    is_accepted = decision.outcome is Outcome.ACCEPTED
    amount, stamp = str(payment.order.amount), f"{decision.at:%Y%m%d%H%M%S}"
    echoed = {name: value for name, value in payment.order.fields.items() if not name.startswith(NOT_ECHOED)}
    return (
        echoed
        | (CARD if result.has_card else {})
        | {
            "vads_auth_mode": "FULL",
            "vads_auth_number": payment.trans_uuid[:6] if is_accepted else "",
            "vads_auth_result": result.auth_result,
            "vads_capture_delay": echoed.get("vads_capture_delay") or "0",
            "vads_contract_used": "1234567",
            "vads_effective_amount": amount,
            "vads_effective_creation_date": stamp,
            "vads_effective_currency": "978",
            "vads_extra_result": "",
            "vads_operation_type": "DEBIT",
            "vads_payment_src": "EC",
            "vads_presentation_date": stamp,
            "vads_result": result.result,
            "vads_sequence_number": "1",
            "vads_trans_status": result.trans_status,
            "vads_trans_uuid": payment.trans_uuid,
            "vads_validation_mode": echoed.get("vads_validation_mode") or "0",
            "vads_warranty_result": "YES" if is_accepted else "",
        }
    )
