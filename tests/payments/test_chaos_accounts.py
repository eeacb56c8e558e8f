"""The accounts of `bench/payments_chaos`: silent when bank and portal agree, loud about whatever was falsified."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from chaos.accounts import faults, let_in, totals
from chaos.run import credit_by_hand
from django.utils import timezone
from paying import ACCEPTED, REFUSED, hear, paid, started
from people import a_contract
from test_refunds import give_back

from accounts.models import Client
from contracts.models import Contract
from messaging.models import InboxMessage, Message
from payments.models import LiveContract, PaymentAttempt, Receipt, Refund

pytestmark = pytest.mark.usefixtures("morning", "merchant")

Bank = list[dict[str, Any]]


def at_the_bank(attempt: PaymentAttempt, state: str = "accepted", *, refunded: bool = False) -> dict[str, Any]:
    cents = int(attempt.amount * 100)
    refund = {"trans_uuid": "a" * 32, "amount": cents} if refunded else None
    return {"order_id": attempt.order_id, "amount": cents, "state": state, "refund": refund}


@pytest.fixture
def bank(helene: Client, ring: Contract) -> Bank:
    """It took two payments, gave one of them back, and refused a third."""
    one, back, refused = paid(helene, ring), paid(helene, a_contract(helene)), started(helene, a_contract(helene))
    give_back(back)
    hear(refused, REFUSED)
    Message.objects.update(state=Message.State.SENT, sealed="")
    return [at_the_bank(one), at_the_bank(back, refunded=True), at_the_bank(refused, "refused")]


def found(bank: Bank) -> str:
    return "\n".join(f"{difference.what}: {difference.why}" for difference in faults(bank))


def test_what_agrees_is_silent(bank: Bank) -> None:
    assert found(bank) == ""
    sums = totals(bank)
    assert sums.taken == sums.credited == Decimal("118.40")
    assert (sums.payments, sums.receipts, sums.credit_notes, sums.contracts, sums.moved) == (2, 2, 1, 2, 2)


def test_a_credit_by_hand_is_found_by_the_sum_the_contract_and_the_ledger(bank: Bank) -> None:
    credit_by_hand()
    words = found(bank)
    assert "total: pris 118.40, crédité 177.60" in words
    assert "1 mouvements, 0 paiements" in words
    assert "crédité sans paiement" in words


def test_what_the_bank_took_and_nobody_credited(bank: Bank) -> None:
    bank[2]["state"] = "accepted"
    assert f"{bank[2]['order_id']}: pris 59.20, crédité None" in found(bank)


def test_what_was_credited_and_the_bank_never_took(bank: Bank) -> None:
    assert f"{bank[0]['order_id']}: pris None, crédité 59.20" in found(bank[1:])


def test_one_cent(bank: Bank) -> None:
    bank[0]["amount"] += 1
    assert f"{bank[0]['order_id']}: pris 59.21, crédité 59.20" in found(bank)


def test_a_refund_that_the_bank_does_not_know(bank: Bank) -> None:
    bank[1]["refund"] = None
    assert "59.20 rendus ici, pas par la banque" in found(bank)


def test_a_refund_that_was_not_heard(bank: Bank) -> None:
    bank[0]["refund"] = {"trans_uuid": "b" * 32, "amount": 5920}
    assert "59.20 rendus par la banque, pas ici" in found(bank)


FALSIFIED: dict[str, tuple[Callable[[], object], str]] = {
    "a contract that did not move": (lambda: Contract.objects.update(credited_until=None), "payé 1 fois, compté"),
    "a contract that moved by itself": (
        lambda: Contract.objects.filter(credited_until=None).update(credited_until=timezone.localdate()),
        "payé 0 fois, compté jusqu’au 2026-11-23",
    ),
    "a lost receipt": (lambda: Receipt.objects.order_by("pk")[:1].get().delete(), "payé sans reçu"),
    "a lost refund": (lambda: Refund.objects.update(amount=1), "59.20 rendus par la banque, pas ici"),
    "a payment left open": (
        lambda: PaymentAttempt.objects.filter(state="refused").update(state="redirected"),
        "resté sans suite",
    ),
    "a contract held by what has ended": (
        lambda: LiveContract.objects.create(
            contract=Contract.objects.get(credited_until=None), attempt=PaymentAttempt.objects.get(state="refused")
        ),
        "retient un contrat",
    ),
    "nobody told": (
        lambda: Message.objects.filter(kind="payment_received")[:1].get().delete(),
        "0 messages de paiement reçu",
    ),
    "a message about nothing": (
        lambda: Message.objects.filter(kind="payment_received").update(about="paymentattempt:0"),
        "message de paiement reçu, sans paiement",
    ),
    "a message left behind": (
        lambda: Message.objects.filter(kind="refund_made").update(state="queued"),
        "attend encore",
    ),
    "a message that left twice": (
        lambda: [
            InboxMessage.objects.create(
                channel="email", to=Message.objects.get(kind="refund_made").recipient, text="", sent_at=timezone.now()
            )
            for _ in range(4)
        ],
        "4 messages arrivés, 3 partis",
    ),
}


@pytest.mark.parametrize("case", FALSIFIED.values(), ids=FALSIFIED)
def test_what_was_falsified_is_named(bank: Bank, case: tuple[Callable[[], object], str]) -> None:
    falsify, words = case
    falsify()
    assert words in found(bank)


def test_a_payment_that_came_twice_moves_its_contract_once(bank: Bank, helene: Client, ring: Contract) -> None:
    """Expired, paid again, then the first word comes: both are credited, the contract has moved once."""
    contract = a_contract(helene)
    first = started(helene, contract)
    hear(first, REFUSED)
    second = started(helene, contract)
    hear(second, ACCEPTED)
    hear(first, ACCEPTED, vads_trans_uuid="c" * 32)
    Message.objects.update(state=Message.State.SENT, sealed="")
    assert found([*bank, at_the_bank(first), at_the_bank(second)]) == ""


def test_a_forged_word_that_was_let_in_is_named() -> None:
    assert [difference.what for difference in let_in(["PG1"])] == ["PG1"]
