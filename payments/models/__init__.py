"""Attempts, what banks said of them, what was credited, and receipts.

Amounts are euros; cents exist at the bank's edge only.
"""

from payments.models.attempt import LiveContract, PaymentAttempt, PaymentLine
from payments.models.export import ExportBatch, ExportedLine
from payments.models.ledger import Credit, GatewayMessage
from payments.models.merchant import MerchantAccount
from payments.models.receipt import Receipt, ReceiptCounter

__all__ = [
    "Credit",
    "ExportBatch",
    "ExportedLine",
    "GatewayMessage",
    "LiveContract",
    "MerchantAccount",
    "PaymentAttempt",
    "PaymentLine",
    "Receipt",
    "ReceiptCounter",
]
