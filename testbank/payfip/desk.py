"""The service's verbs: open a payment, decide it, tell the shop that there is news, answer what it asks."""

import uuid
from datetime import datetime
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from testbank import notifications
from testbank.clock import utc_now
from testbank.courier import Courier
from testbank.payfip.payment import PayFiPPayment
from testbank.payfip.request import check_client, check_request
from testbank.payfip.soap import Call, Fault, Unreadable
from testbank.payment import Decision, Delivery, Outcome, Timing
from testbank.refusals import NotPossible, SessionExpired, UnknownPayment

NOTICE, AGAIN = "PAYFIP", "PAYFIP_AGAIN"


class PayFiPDesk:
    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._lock = Lock()
        self._payments: dict[str, PayFiPPayment] = {}

    def answer(self, call: Call) -> dict[str, str]:
        """Raises Fault, Outage, Unreadable."""
        match call.operation:
            case "creerPaiementSecurise":
                return {"idOp": self._open(call).idop}
            case "recupererDetailPaiementSecurise":
                return self._detail(call.fields.get("idOp", ""))
            case "recupererDetailClient":
                numcli = check_client(call.fields)
                return {"libelleN1": "CAISSE DE DEMONSTRATION", "libelleN2": "Prêts sur gage", "numcli": numcli}
            case _:
                raise Unreadable

    def find_open(self, idop: str) -> PayFiPPayment:
        """The payment whose page may be shown. Raises UnknownPayment, SessionExpired."""
        with self._lock:
            payment = self._find(idop)
            if payment.is_expired(utc_now()):
                raise SessionExpired(payment.request.urlredirect)
            return payment

    def decide(self, idop: str, outcome: Outcome, timing: Timing) -> tuple[PayFiPPayment, Decision]:
        """A second click changes nothing: the first decision stands, and the shop is not told twice."""
        decision = Decision(outcome, utc_now())
        with self._lock:
            payment = self._find(idop)
            if payment.decision:
                return payment, payment.decision
            if payment.is_expired(decision.at):
                raise SessionExpired(payment.request.urlredirect)
            payment.decision = decision
            payment.lies_on_amount = timing is Timing.WRONG_AMOUNT
        self._announce(payment, Timing.NEVER if outcome is Outcome.ABANDONED else timing)
        return payment, decision

    def notify_again(self, idop: str, answer: Outcome | None = None) -> dict[str, Any]:
        """`answer` is the late result of a silent payment. Raises UnknownPayment, NotPossible."""
        with self._lock:
            payment = self._find(idop)
            if answer is not None:
                _settle_silent(payment, answer)
        self._tell(payment, AGAIN)
        with self._lock:
            return payment.as_json(utc_now())

    def knows(self, idop: str) -> bool:
        with self._lock:
            return idop in self._payments

    def describe_all(self) -> list[dict[str, Any]]:
        now = utc_now()
        with self._lock:
            return [payment.as_json(now) for payment in self._payments.values()]

    def _open(self, call: Call) -> PayFiPPayment:
        payment = PayFiPPayment(check_request(call.fields), str(uuid.uuid4()), utc_now())
        with self._lock:
            self._payments[payment.idop] = payment
        return payment

    def _detail(self, idop: str) -> dict[str, str]:
        with self._lock:
            payment = self._payments.get(idop)
            if payment is None or payment.is_forgotten(utc_now()):
                raise Fault("P1", "IdOp incorrect.")
            return payment.detail()

    def _find(self, idop: str) -> PayFiPPayment:
        try:
            return self._payments[idop]
        except KeyError as error:
            raise UnknownPayment(idop) from error

    def _announce(self, payment: PayFiPPayment, timing: Timing) -> None:
        match timing:
            case Timing.NEVER:
                return
            case Timing.LATE:
                self._courier.later(lambda: self._tell(payment, NOTICE))
            case Timing.FORGED:
                self._tell(payment, NOTICE, idop=str(uuid.uuid4()))
            case Timing.TWICE:
                self._tell(payment, NOTICE)
                self._tell(payment, NOTICE)
            case Timing.NOW | Timing.USUAL | Timing.WRONG_AMOUNT:
                self._tell(payment, NOTICE)

    def _tell(self, payment: PayFiPPayment, source: str, *, idop: str = "") -> None:
        """Never under the lock: the shop asks back before it answers."""
        sent_at: datetime = utc_now()
        body = urlencode({"idop": idop or payment.idop}).encode()
        status, error = notifications.post(payment.request.urlnotif, body)
        with self._lock:
            payment.deliveries.append(Delivery(source, sent_at, status, error))


def _settle_silent(payment: PayFiPPayment, answer: Outcome) -> None:
    if not payment.decision or payment.decision.outcome is not Outcome.SILENT:
        raise NotPossible("Seul un paiement en cours de vérification attend encore une réponse.")
    if answer not in (Outcome.ACCEPTED, Outcome.REFUSED):
        raise NotPossible("La réponse attendue est accepted ou refused.")
    payment.decision = Decision(answer, utc_now())
