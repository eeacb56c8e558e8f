"""A shop, a payment that went to the bank, and the messages that the test bank's own code signs about it."""

from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlencode

import eopayment
from eopayment.common import PaymentResponse

from payments.gateways import BankForm, bank_form
from payments.models import MerchantAccount, PaymentAttempt
from testbank.messages import encode, payment_notification, refund_notification
from testbank.payment import Decision, Outcome, Payment, Refund
from testbank.payment_form import check_form
from testbank.signing import sign

KEY = "1122334455667788"
SECRET_ENV = "NANTES_BANK_SECRET"
ORDER_ID = "NTE-2026-0042"
TRANS_UUID = "5b158f084502428499b2d34ad074df05"

Message = dict[str, str]


def a_merchant(**facts: str) -> MerchantAccount:
    values = {
        "gateway": "systempay",
        "mode": "TEST",
        "site_id": "44000001",
        "secret_env": SECRET_ENV,
        "service_url": "http://127.0.0.1:8001/vads-payment/",
        **facts,
    }
    return MerchantAccount(**values)


def a_form(merchant: MerchantAccount, order_id: str = ORDER_ID, amount: Decimal = Decimal("59.20")) -> BankForm:
    return bank_form(
        merchant,
        order_id=order_id,
        amount=amount,
        notification_url="https://portail.example.fr/notification/",
        return_url="https://portail.example.fr/retour/",
    )


def attempt_of(form: BankForm, merchant: MerchantAccount) -> PaymentAttempt:
    """What is kept of a form that left."""
    fields = dict(form.fields)
    return PaymentAttempt(
        order_id=fields["vads_order_id"],
        amount=Decimal(fields["vads_amount"]) / 100,
        mode=merchant.mode,
        site_id=merchant.site_id,
        trans_date=form.trans_date,
        trans_id=form.trans_id,
    )


def a_payment(form: BankForm) -> Payment:
    now = datetime.now(UTC)
    return Payment(order=check_form(dict(form.fields), key=KEY, now=now), trans_uuid=TRANS_UUID, opened_at=now)


def notification(form: BankForm, outcome: str = "accepted", **changes: str | None) -> Message:
    """Unsigned; a change to None leaves the field out."""
    heard = payment_notification(a_payment(form), Decision(Outcome(outcome), datetime.now(UTC)))
    return {name: value for name, value in (heard | changes).items() if value is not None}


def refund(form: BankForm, **changes: str) -> Message:
    payment = a_payment(form)
    payment.decision = Decision(Outcome.ACCEPTED, datetime.now(UTC))
    return refund_notification(payment, Refund("f" * 32, datetime.now(UTC))) | changes


def signed(message: Message, key: str = KEY) -> str:
    """The body that the bank posts."""
    return encode(message, key).decode()


def renamed(message: Message, names: dict[str, str]) -> str:
    """The same signature under other names: it covers the values, in the order of the names, and not the names."""
    forged = {names.get(name, name): value for name, value in message.items()}
    assert sign(forged, KEY) == sign(message, KEY), "the new names must keep the order"
    return urlencode(forged | {"signature": sign(message, KEY)})


def library_response(raw: str, **options: str) -> PaymentResponse:
    """What eopayment alone thinks, in its usual set-up: both keys known."""
    usual = {
        "vads_site_id": "44000001",
        "vads_ctx_mode": "TEST",
        "secret_test": KEY,
        "secret_production": "8877665544332211",
        "signature_algo": "hmac_sha256",
    }
    response: PaymentResponse = eopayment.Payment("systempayv2", usual | options).response(raw)
    return response
