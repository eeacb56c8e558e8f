"""Attempts, what banks said of them, what was credited, and receipts.

Amounts are euros; cents exist at the bank's edge only.
"""

from payments.models.anomaly import Anomaly
from payments.models.attempt import LiveContract, PaymentAttempt, PaymentLine
from payments.models.export import ExportBatch, ExportedLine
from payments.models.ledger import Credit, GatewayMessage
from payments.models.link import RelativeLink
from payments.models.merchant import MerchantAccount
from payments.models.receipt import Receipt, ReceiptCounter
from payments.models.refund import CreditNote, Refund

__all__ = [
    "Anomaly",
    "Credit",
    "CreditNote",
    "ExportBatch",
    "ExportedLine",
    "GatewayMessage",
    "LiveContract",
    "MerchantAccount",
    "PaymentAttempt",
    "PaymentLine",
    "Receipt",
    "ReceiptCounter",
    "Refund",
    "RelativeLink",
]
