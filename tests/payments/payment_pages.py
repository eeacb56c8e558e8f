"""The addresses of the payment pages of Nantes, and what is read in them."""

import re
from typing import Any

from payments.models import PaymentAttempt

CHOOSE, START, LIST = "/nantes/payer/", "/nantes/payer/confirmer/", "/nantes/paiements/"


def page_of(attempt: PaymentAttempt) -> str:
    return f"{LIST}{attempt.pk}/"


def receipt_of(attempt: PaymentAttempt) -> str:
    return f"{page_of(attempt)}recu.pdf"


def html(answer: Any) -> str:
    return str(answer.content.decode())


def tags(answer: Any, pattern: str) -> list[str]:
    """The opening tags that hold the pattern."""
    return re.findall(rf"<[^>]*{pattern}[^>]*>", html(answer))
