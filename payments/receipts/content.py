"""What a receipt says, frozen at settlement: stored as JSON, rendered on demand."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Self

SUMS = ("interest", "fixed_duty", "late", "fee", "capital", "total")


@dataclass(frozen=True)
class ReceiptLine:
    """What the payment settled on one contract, in euros.

    `new_due_on` is None when the due date did not move, `interest_paid_until` too when nothing did.
    """

    contract_number: str
    interest: Decimal
    fixed_duty: Decimal
    late: Decimal
    fee: Decimal
    total: Decimal
    interest_paid_until: date | None
    new_due_on: date | None
    capital: Decimal = Decimal("0.00")
    redeems: bool = False

    @property
    def sums(self) -> tuple[Decimal, ...]:
        """Interest, fixed duty, late charge, fees, capital and their total, in this order."""
        return tuple(getattr(self, name) for name in SUMS)

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            **{name: str(amount) for name, amount in zip(SUMS, self.sums, strict=True)},
            "interest_paid_until": self.interest_paid_until.isoformat() if self.interest_paid_until else None,
            "new_due_on": self.new_due_on.isoformat() if self.new_due_on else None,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        fields = data | {name: Decimal(data[name]) for name in SUMS if name in data}
        for name in ("interest_paid_until", "new_due_on"):
            fields[name] = date.fromisoformat(data[name]) if data[name] else None
        return cls(**fields)


@dataclass(frozen=True)
class ReceiptContent:
    """`paid_at` is aware, `accent_color` like « #7a1f3d », `logo_svg` the text of an SVG image or empty."""

    number: str
    establishment: str
    city: str
    address: str
    phone: str
    email: str
    accent_color: str
    logo_svg: str
    client_name: str
    client_number: str
    paid_at: datetime
    amount: Decimal
    reference: str
    bank_reference: str
    lines: tuple[ReceiptLine, ...]

    def __post_init__(self) -> None:
        if self.paid_at.utcoffset() is None:
            message = "paid_at must be an aware datetime"
            raise ValueError(message)

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "paid_at": self.paid_at.astimezone(UTC).isoformat(),
            "amount": str(self.amount),
            "lines": [line.to_json() for line in self.lines],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        fields = data | {
            "paid_at": datetime.fromisoformat(data["paid_at"]),
            "amount": Decimal(data["amount"]),
            "lines": tuple(ReceiptLine.from_json(line) for line in data["lines"]),
        }
        return cls(**fields)
