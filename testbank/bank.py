"""The bank's verbs: open a session, decide it, tell the shop, tell it again, refund. All state is in memory."""

import uuid
from threading import Lock
from typing import Any

from testbank import messages, notifications
from testbank.clock import utc_now
from testbank.courier import Courier
from testbank.payfip.desk import PayFiPDesk
from testbank.payment import Decision, Delivery, Outcome, Payment, Refund, Timing
from testbank.payment_form import FormRefused, check_form
from testbank.refusals import NotPossible, SessionExpired, UnknownPayment

LATE_AFTER = 5.0  # seconds


class Bank:
    """Payments of the vads protocol; those of PayFiP are at its desk."""

    def __init__(self, key: str, *, late_after: float = LATE_AFTER) -> None:
        self.key = key
        self._courier = Courier(late_after)
        self.payfip = PayFiPDesk(self._courier)
        self._lock = Lock()
        self._payments: dict[str, Payment] = {}
        self._used_trans_ids: set[tuple[str, str, str]] = set()

    @property
    def late_after(self) -> float:
        return self._courier.late_after

    def open_session(self, fields: dict[str, str]) -> Payment:
        now = utc_now()
        order = check_form(fields, key=self.key, now=now)
        payment = Payment(order=order, trans_uuid=uuid.uuid4().hex, opened_at=now)
        with self._lock:
            if order.day_key in self._used_trans_ids:
                raise FormRefused("vads_trans_id", "ce numéro a déjà servi aujourd’hui.", code="03")
            self._used_trans_ids.add(order.day_key)
            self._payments[payment.trans_uuid] = payment
        return payment

    def decide(self, trans_uuid: str, outcome: Outcome, timing: Timing) -> tuple[Payment, Decision]:
        """A second click changes nothing: the first decision stands, and the shop is not told twice."""
        decision = Decision(outcome, utc_now())
        with self._lock:
            payment = self._find(trans_uuid)
            if payment.decision:
                return payment, payment.decision
            if payment.is_expired(decision.at):
                raise SessionExpired(payment.order.shop_url)
            payment.decision = decision
        self._announce(payment, decision, timing.for_outcome(outcome))
        return payment, decision

    def notify_again(self, trans_uuid: str, answer: Outcome | None = None) -> dict[str, Any]:
        """Send the true message on the payment's present state; `answer` is the late word on a silent one."""
        with self._lock:
            payment = self._find(trans_uuid)
            if answer is not None:
                _settle_silent(payment, answer)
            message = _present_message(payment, messages.BATCH if answer else messages.BACK_OFFICE)
        self._send(payment, message)
        return self.describe(payment)

    def refund(self, trans_uuid: str) -> dict[str, Any]:
        if self.payfip.knows(trans_uuid):
            raise NotPossible("PayFiP ne rembourse pas par cette page\N{NO-BREAK SPACE}: le comptable le fait.")
        with self._lock:
            payment = self._find(trans_uuid)
            if not payment.decision or payment.decision.outcome is not Outcome.ACCEPTED:
                raise NotPossible("Seul un paiement accepté peut être remboursé.")
            if payment.refund:
                raise NotPossible("Ce paiement est déjà remboursé.")
            payment.refund = Refund(uuid.uuid4().hex, utc_now())
            message = messages.refund_notification(payment, payment.refund)
        self._send(payment, message)
        return self.describe(payment)

    def describe(self, payment: Payment) -> dict[str, Any]:
        with self._lock:
            return payment.as_json(utc_now())

    def describe_all(self) -> list[dict[str, Any]]:
        now = utc_now()
        with self._lock:
            taken = [payment.as_json(now) for payment in self._payments.values()]
        return taken + self.payfip.describe_all()

    def close(self) -> None:
        """Forget the late notifications that have not left."""
        self._courier.close()

    def _find(self, trans_uuid: str) -> Payment:
        try:
            return self._payments[trans_uuid]
        except KeyError as error:
            raise UnknownPayment(trans_uuid) from error

    def _announce(self, payment: Payment, decision: Decision, timing: Timing) -> None:
        message = messages.payment_notification(payment, decision)
        match timing:
            case Timing.NEVER:
                return
            case Timing.LATE:
                self._courier.later(lambda: self._send(payment, message))
            case Timing.FORGED:
                self._send(payment, message, key=messages.FORGER_KEY)
            case Timing.WRONG_AMOUNT:
                self._send(payment, messages.with_wrong_amount(message))
            case Timing.TWICE:
                self._send(payment, message)
                self._send(payment, message)
            case Timing.NOW | Timing.USUAL:
                self._send(payment, message)

    def _send(self, payment: Payment, message: dict[str, str], *, key: str = "") -> None:
        """Never under the lock: the shop may take ten seconds. Without an address in the form nobody is told."""
        url = payment.order.notification_url
        if not url:
            return
        sent_at = utc_now()
        status, error = notifications.post(url, messages.encode(message, key or self.key))
        with self._lock:
            payment.deliveries.append(Delivery(message["vads_url_check_src"], sent_at, status, error))


def _settle_silent(payment: Payment, answer: Outcome) -> None:
    if not payment.decision or payment.decision.outcome is not Outcome.SILENT:
        raise NotPossible("Seul un paiement en cours de vérification attend encore une réponse.")
    if answer not in (Outcome.ACCEPTED, Outcome.REFUSED):
        raise NotPossible("La réponse attendue est accepted ou refused.")
    payment.decision = Decision(answer, utc_now())


def _present_message(payment: Payment, source: str) -> dict[str, str]:
    if payment.refund:
        return messages.refund_notification(payment, payment.refund)
    if not payment.decision:
        raise NotPossible("Le client n’a pas choisi l’issue de ce paiement.")
    return messages.payment_notification(payment, payment.decision, source=source)
