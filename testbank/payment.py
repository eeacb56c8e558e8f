"""What the bank knows of one payment, and what may become of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from testbank.payment_form import Order

SESSION_LIFETIME = timedelta(minutes=10)

# HTTP statuses after which the real bank does not send a notification again.
DELIVERED_STATUSES = frozenset([*range(200, 207), 301, 302, 303, 307, 308])


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"
    SILENT = "silent"
    TECHNICAL = "technical"


class Timing(StrEnum):
    """How the shop's server hears of the outcome."""

    USUAL = ""
    NOW = "now"
    LATE = "late"
    TWICE = "twice"
    NEVER = "never"
    FORGED = "forged"
    WRONG_AMOUNT = "wrong_amount"

    def for_outcome(self, outcome: Outcome) -> "Timing":
        """The real bank tells of a cancelled payment only if its shop asked for it. An abandoned one is never told."""
        if outcome is Outcome.ABANDONED or (outcome is Outcome.CANCELLED and self is Timing.USUAL):
            return Timing.NEVER
        return Timing.NOW if self is Timing.USUAL else self


@dataclass(frozen=True)
class Delivery:
    """One notification sent: its HTTP status, or why there is none."""

    source: str
    sent_at: datetime
    status: int | None
    error: str

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "sent_at": self.sent_at.isoformat(),
            "status": self.status,
            "error": self.error,
            "delivered": self.status in DELIVERED_STATUSES,
        }


@dataclass(frozen=True)
class Decision:
    outcome: Outcome
    at: datetime


@dataclass(frozen=True)
class Refund:
    """Always of the whole amount."""

    trans_uuid: str
    at: datetime


@dataclass
class Payment:
    """Shared between threads: read and change it under the bank's lock, `order` and `trans_uuid` never change."""

    order: Order
    trans_uuid: str
    opened_at: datetime
    decision: Decision | None = None
    refund: Refund | None = None
    deliveries: list[Delivery] = field(default_factory=list)

    def is_expired(self, now: datetime) -> bool:
        return self.decision is None and now - self.opened_at > SESSION_LIFETIME

    def state(self, now: datetime) -> str:
        if self.decision:
            return self.decision.outcome.value
        return "expired" if self.is_expired(now) else "open"

    def as_json(self, now: datetime) -> dict[str, Any]:
        """Amounts in cents."""
        order = self.order
        return {
            "trans_uuid": self.trans_uuid,
            "site_id": order.site_id,
            "trans_id": order.trans_id,
            "trans_date": order.fields["vads_trans_date"],
            "order_id": order.order_id,
            "amount": order.amount,
            "state": self.state(now),
            "opened_at": self.opened_at.isoformat(),
            "refund": {"trans_uuid": self.refund.trans_uuid, "amount": order.amount} if self.refund else None,
            "notifications": [delivery.as_json() for delivery in self.deliveries],
        }
