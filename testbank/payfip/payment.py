"""What the service knows of one payment, and what it tells when asked."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from testbank.payfip.request import PaymentRequest
from testbank.payfip.soap import Fault, Outage
from testbank.payment import Decision, Delivery, Outcome

SESSION_LIFETIME = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)  # a night's cleaning, for what was never paid
RESULTS = {Outcome.ACCEPTED: "P", Outcome.REFUSED: "R", Outcome.CANCELLED: "A"}
PARIS = ZoneInfo("Europe/Paris")
TOLD = ("exer", "mel", "montant", "numcli", "objet", "refdet", "saisie")


@dataclass
class PayFiPPayment:
    """Shared between threads: read and change it under the desk's lock. `lies_on_amount`: the service tells another."""

    request: PaymentRequest
    idop: str
    opened_at: datetime
    decision: Decision | None = None
    lies_on_amount: bool = False
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def amount(self) -> int:
        """In cents."""
        return int(self.request.montant)

    def is_expired(self, now: datetime) -> bool:
        return self.decision is None and now - self.opened_at > SESSION_LIFETIME

    def is_forgotten(self, now: datetime) -> bool:
        is_known = self.decision is not None and self.decision.outcome in RESULTS
        return not is_known and now - self.opened_at > FORGOTTEN_AFTER

    def detail(self) -> dict[str, str]:
        """Raises Fault while there is no result, Outage where the service is to be broken."""
        if self.decision is not None and self.decision.outcome is Outcome.TECHNICAL:
            raise Outage
        if self.decision is None or self.decision.outcome not in RESULTS:
            raise Fault("P5", "Résultat de la transaction non connu.")
        at, request = self.decision.at.astimezone(PARIS), asdict(self.request)
        told = {name: request[name] for name in TOLD} | {
            "dattrans": f"{at:%d%m%Y}",
            "heurtrans": f"{at:%H%M}",
            "idOp": self.idop,
            "numauto": self.idop[:6] if self.decision.outcome is Outcome.ACCEPTED else "",
            "resultrans": RESULTS[self.decision.outcome],
        }
        if self.lies_on_amount:
            told["montant"] = str(self.amount // 2)
        return dict(sorted(told.items()))  # the order of the schema

    def state(self, now: datetime) -> str:
        if self.decision:
            return self.decision.outcome.value
        return "expired" if self.is_expired(now) else "open"

    def as_json(self, now: datetime) -> dict[str, Any]:
        """The names of a card payment by the other protocol, so that one reader understands both."""
        return {
            "protocol": "payfip",
            "trans_uuid": self.idop,
            "site_id": self.request.numcli,
            "order_id": self.request.refdet,
            "amount": self.amount,
            "state": self.state(now),
            "opened_at": self.opened_at.isoformat(),
            "refund": None,
            "notifications": [delivery.as_json() for delivery in self.deliveries],
        }
