"""The accounts after it all: what the bank took against what was credited, contract by contract, to the cent."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from contracts.models import Contract
from establishments.models import Establishment
from messaging.models import InboxMessage, Message
from payments.ledger_check import Difference, credited, differences
from payments.models import CreditNote, PaymentAttempt, Receipt, Refund

BankPayments = Sequence[dict[str, Any]]  # the test bank's /payments.json
State = PaymentAttempt.State
OUTCOME_MAILS = ("payment_received", "payment_not_applied")


@dataclass(frozen=True, slots=True)
class Totals:
    """Euros, and how many."""

    taken: Decimal
    credited: Decimal
    payments: int
    attempts: int
    contracts: int
    moved: int
    receipts: int
    credit_notes: int
    mails: int
    in_doubt: int


def totals(bank: BankPayments) -> Totals:
    took = [payment for payment in bank if payment["state"] == "accepted"]
    ledger = [credited(establishment) for establishment in Establishment.objects.all()]
    sent = Message.objects.filter(kind__in=OUTCOME_MAILS)
    return Totals(
        taken=_euros(sum(payment["amount"] for payment in took)),
        credited=sum((one.total for one in ledger), Decimal("0.00")),
        payments=len(took),
        attempts=PaymentAttempt.objects.count(),
        contracts=Contract.objects.filter(payment_lines__attempt__state=State.PAID).distinct().count(),
        moved=Contract.objects.exclude(credited_until=None).count(),
        receipts=Receipt.objects.count(),
        credit_notes=CreditNote.objects.count(),
        mails=sent.filter(state=Message.State.SENT).count(),
        in_doubt=sent.filter(state=Message.State.SENDING).count(),
    )


def faults(bank: BankPayments) -> Iterator[Difference]:
    """Nothing when the portal and the bank agree."""
    yield from _money(bank)
    yield from _refunds(bank)
    yield from _contracts()
    yield from _left_open()
    yield from _mails()
    for establishment in Establishment.objects.order_by("slug"):
        yield from differences(establishment)


def _euros(cents: int) -> Decimal:
    return (Decimal(cents) / 100).quantize(Decimal("0.01"))


def _money(bank: BankPayments) -> Iterator[Difference]:
    took = {payment["order_id"]: _euros(payment["amount"]) for payment in bank if payment["state"] == "accepted"}
    ours = dict(PaymentAttempt.objects.filter(state=State.PAID).values_list("order_id", "amount"))
    for order_id in sorted(took.keys() | ours.keys()):
        if took.get(order_id) != ours.get(order_id):
            yield Difference(order_id, f"pris {took.get(order_id)}, crédité {ours.get(order_id)}")
    sums = totals(bank)
    if sums.taken != sums.credited:
        yield Difference("total", f"pris {sums.taken}, crédité {sums.credited}")


def _refunds(bank: BankPayments) -> Iterator[Difference]:
    made = Counter((one["order_id"], _euros(one["refund"]["amount"])) for one in bank if one["refund"])
    done = Refund.objects.filter(state=Refund.State.DONE)
    for order_id, amount in (made - Counter(done.values_list("attempt__order_id", "amount"))).elements():
        yield Difference(order_id, f"{amount} rendus par la banque, pas ici")
    for order_id, amount in (Counter(done.values_list("attempt__order_id", "amount")) - made).elements():
        yield Difference(order_id, f"{amount} rendus ici, pas par la banque")


def _contracts() -> Iterator[Difference]:
    """A contract that was paid moved once, another one not at all, whatever the bank said and how often."""
    applied = Count("payment_lines__credit", filter=Q(payment_lines__credit__is_applied=True), distinct=True)
    paid = Count("payment_lines", filter=Q(payment_lines__attempt__state=State.PAID), distinct=True)
    for contract in Contract.objects.annotate(applied=applied, paid=paid):
        expected = 1 if contract.paid else 0
        if contract.applied != expected:
            yield Difference(f"contrat {contract}", f"{contract.applied} mouvements, {contract.paid} paiements")
        if (contract.credited_until is not None) != bool(expected):
            yield Difference(
                f"contrat {contract}", f"payé {contract.paid} fois, compté jusqu’au {contract.credited_until}"
            )


def _left_open() -> Iterator[Difference]:
    for attempt in PaymentAttempt.objects.filter(state__in=(State.CREATED, State.REDIRECTED)):
        yield Difference(str(attempt), "resté sans suite")
    for attempt in PaymentAttempt.objects.exclude(state__in=PaymentAttempt.LIVE).exclude(live_contracts=None):
        yield Difference(str(attempt), "retient un contrat")


def _mails() -> Iterator[Difference]:
    """One told outcome a payment; a message leaves once, or stays visibly in doubt."""
    told = Counter(Message.objects.filter(kind__in=OUTCOME_MAILS).values_list("about", flat=True))
    paid = PaymentAttempt.objects.filter(state=State.PAID)
    for attempt in paid:
        if (count := told.pop(f"paymentattempt:{attempt.pk}", 0)) != 1:
            yield Difference(str(attempt), f"{count} messages de paiement reçu")
    for about in told:
        yield Difference(about, "message de paiement reçu, sans paiement")
    for message in Message.objects.filter(state=Message.State.QUEUED):
        yield Difference(str(message), "attend encore")
    arrived = Counter(InboxMessage.objects.values_list("to", flat=True))
    left = Counter(
        Message.objects.filter(state__in=[Message.State.SENT, Message.State.SENDING]).values_list(
            "recipient", flat=True
        )
    )
    for to in arrived - left:
        yield Difference(to, f"{arrived[to]} messages arrivés, {left[to]} partis")


def let_in(order_ids: Sequence[str]) -> Iterator[Difference]:
    for order_id in order_ids:
        yield Difference(order_id, "un mot que la banque n’a pas signé n’a pas été refusé")
