"""The bank's word: what each one does to the payment, its contracts, its receipt and its messages."""

import logging
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from paying import (
    ACCEPTED,
    CANCELLED,
    NEXT_DUE,
    REFUSED,
    SILENT,
    TECHNICAL,
    TODAY,
    age,
    bank_says,
    hear,
    start,
    started,
    verdicts,
)
from people import a_contract

from accounts.models import Client
from contracts.models import ClientRequest, Contract
from establishments.models import Establishment
from journal.models import Event
from payments.actions import settle
from payments.actions.expire import expire_payment
from payments.actions.moves import State
from payments.actions.settle import Forged, Heard, UnknownOrder
from payments.actions.start import Started
from payments.models import Credit, GatewayMessage, LiveContract, MerchantAccount, PaymentAttempt, Receipt

pytestmark = pytest.mark.usefixtures("morning", "merchant")

OTHER_UUID = "99990000111122223333444455556666"


def test_paid_credits_exactly_the_line(attempt: PaymentAttempt, ring: Contract) -> None:
    assert hear(attempt, ACCEPTED) == Heard()
    attempt.refresh_from_db()
    ring.refresh_from_db()
    assert (attempt.state, attempt.bank_reference) == ("paid", "11112222333344445555666677778888")
    assert attempt.settled_at is not None
    assert (ring.interest_paid_until, ring.due_on, ring.credited_until) == (TODAY, NEXT_DUE, TODAY)
    assert (ring.period_started_on, ring.duty_paid_for) == (date(2026, 12, 2), date(2026, 12, 2))
    assert (ring.payment_started_at, ring.payment_is_pending) == (None, False)
    assert not LiveContract.objects.exists()
    assert verdicts() == ["payé"]


def test_the_ledger_keeps_before_and_after(attempt: PaymentAttempt) -> None:
    hear(attempt, ACCEPTED)
    entry = Credit.objects.get()
    assert (entry.is_applied, entry.reason) == (True, "")
    assert (entry.before["due_on"], entry.after["due_on"]) == ("2026-12-02", "2027-06-02")
    assert (entry.before["interest_paid_until"], entry.after["interest_paid_until"]) == (None, "2026-11-23")


def test_the_quotes_day_counts_whenever_the_bank_speaks(
    attempt: PaymentAttempt, ring: Contract, morning: time_machine.Traveller
) -> None:
    morning.shift(timedelta(days=3))
    hear(attempt, ACCEPTED)
    ring.refresh_from_db()
    assert (ring.interest_paid_until, ring.due_on) == (TODAY, NEXT_DUE)


def test_a_fee_that_came_after_the_quote_stays_due(attempt: PaymentAttempt, ring: Contract) -> None:
    Contract.objects.update(fees=Decimal("4.00"))
    hear(attempt, ACCEPTED)
    ring.refresh_from_db()
    assert ring.fees == Decimal("4.00")


def test_before_the_window_the_date_stands(helene: Client) -> None:
    early = a_contract(helene, due_on=NEXT_DUE)
    hear(started(helene, early), ACCEPTED)
    early.refresh_from_db()
    assert (early.due_on, early.interest_paid_until) == (NEXT_DUE, TODAY)
    assert not ClientRequest.objects.exists()


def test_at_the_cap_the_agency_is_asked_for_a_renewal(helene: Client) -> None:
    capped = a_contract(helene, pledged_on=date(2024, 12, 2), due_on=date(2026, 12, 2))
    hear(started(helene, capped), ACCEPTED)
    capped.refresh_from_db()
    assert capped.due_on == date(2026, 12, 2)
    assert ClientRequest.objects.get().contract == capped


@pytest.mark.parametrize(
    ("answer", "state"), [(REFUSED, State.REFUSED), (CANCELLED, State.CANCELLED), (TECHNICAL, State.ERROR)]
)
def test_an_ended_payment_lets_its_contract_go(
    attempt: PaymentAttempt, ring: Contract, helene: Client, answer: dict[str, str], state: State
) -> None:
    hear(attempt, answer)
    attempt.refresh_from_db()
    ring.refresh_from_db()
    assert (attempt.state, attempt.settled_at) == (state, None)
    assert (ring.due_on, ring.payment_started_at) == (date(2026, 12, 2), None)
    assert verdicts() == [state.label]
    assert not Receipt.objects.exists()
    assert isinstance(start(helene, ring), Started)


def test_under_verification_holds_the_contract(attempt: PaymentAttempt, ring: Contract) -> None:
    hear(attempt, SILENT)
    attempt.refresh_from_db()
    ring.refresh_from_db()
    assert attempt.state == "pending"
    assert (ring.payment_started_at, ring.payment_is_pending) == (attempt.redirected_at, True)
    hear(attempt, SILENT)
    assert verdicts() == ["en vérification", "en vérification (sans effet)"]


@pytest.mark.parametrize(("answer", "state"), [(ACCEPTED, "paid"), (REFUSED, "refused")])
def test_the_answer_after_verification_counts(
    attempt: PaymentAttempt, ring: Contract, answer: dict[str, str], state: str
) -> None:
    hear(attempt, SILENT)
    hear(attempt, answer)
    attempt.refresh_from_db()
    ring.refresh_from_db()
    assert (attempt.state, ring.payment_is_pending) == (state, False)
    assert not LiveContract.objects.exists()


@pytest.mark.parametrize("answer", [REFUSED, CANCELLED, TECHNICAL])
def test_a_second_try_on_the_banks_page_is_paid(attempt: PaymentAttempt, answer: dict[str, str]) -> None:
    hear(attempt, answer)
    hear(attempt, ACCEPTED)
    attempt.refresh_from_db()
    assert attempt.state == "paid"
    assert Credit.objects.get().is_applied


def test_a_second_try_under_verification_holds_the_contract_again(attempt: PaymentAttempt, ring: Contract) -> None:
    hear(attempt, REFUSED)
    hear(attempt, SILENT)
    ring.refresh_from_db()
    assert ring.payment_is_pending
    assert LiveContract.objects.get().attempt == attempt


def test_a_contract_that_another_payment_holds_stays_with_it(
    attempt: PaymentAttempt, ring: Contract, helene: Client
) -> None:
    hear(attempt, REFUSED)
    second = started(helene, ring)
    hear(attempt, SILENT)
    ring.refresh_from_db()
    assert LiveContract.objects.get().attempt == second
    assert ring.payment_is_pending is False
    hear(attempt, CANCELLED)
    ring.refresh_from_db()
    assert ring.payment_started_at == second.redirected_at
    assert LiveContract.objects.get().attempt == second


def test_a_charge_that_moved_no_date_is_credited_once(helene: Client) -> None:
    """Interest paid ahead, fees due: the dates alone do not tell that another payment settled them."""
    facts: dict[str, Any] = {
        "due_on": date(2027, 4, 2),
        "duty_paid_for": date(2027, 4, 2),
        "interest_paid_until": TODAY,
    }
    contract = a_contract(helene, fees=Decimal(15), **facts)
    first = started(helene, contract)
    age(first, minutes=21)
    expire_payment(attempt_pk=first.pk, by="system")
    second = started(helene, contract)
    hear(second, ACCEPTED)
    Contract.objects.update(fees=Decimal(15))  # the agency has put another fee meanwhile
    hear(first, ACCEPTED | {"vads_trans_uuid": OTHER_UUID})
    assert [credit.is_applied for credit in Credit.objects.order_by("pk")] == [True, False]
    contract.refresh_from_db()
    assert contract.fees == Decimal(15)


def test_a_fee_that_was_withdrawn_meanwhile_is_not_taken_for_another(helene: Client) -> None:
    contract = a_contract(helene, fees=Decimal(15))
    attempt = started(helene, contract)
    Contract.objects.update(fees=0)
    hear(attempt, ACCEPTED)
    assert Credit.objects.get().reason == "frais retirés depuis le décompte"


@pytest.mark.parametrize("answer", [ACCEPTED, REFUSED, CANCELLED, TECHNICAL, SILENT])
def test_after_paid_nothing_changes(attempt: PaymentAttempt, ring: Contract, answer: dict[str, str]) -> None:
    hear(attempt, ACCEPTED)
    before = list(Contract.objects.values()), list(PaymentAttempt.objects.values())
    assert hear(attempt, answer) == Heard()
    assert (list(Contract.objects.values()), list(PaymentAttempt.objects.values())) == before
    assert Credit.objects.count() == Receipt.objects.count() == 1
    assert verdicts()[1].endswith("(sans effet)")


def test_a_refusal_that_comes_late_leaves_it_expired(attempt: PaymentAttempt) -> None:
    age(attempt, 20)
    expire_payment(attempt_pk=attempt.pk, by="system")
    hear(attempt, REFUSED)
    attempt.refresh_from_db()
    assert attempt.state == "expired"


def test_two_charges_for_one_order_raise_the_alarm(attempt: PaymentAttempt, caplog: pytest.LogCaptureFixture) -> None:
    hear(attempt, ACCEPTED)
    hear(attempt, ACCEPTED)
    assert not caplog.records
    hear(attempt, ACCEPTED, vads_trans_uuid=OTHER_UUID)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert Event.objects.get(kind="payment_paid_twice").data == {"bank_reference": OTHER_UUID}


def test_a_refund_leaves_the_payment_paid(attempt: PaymentAttempt) -> None:
    hear(attempt, ACCEPTED)
    assert hear(attempt, ACCEPTED, vads_operation_type="CREDIT") == Heard()
    attempt.refresh_from_db()
    assert attempt.state == "paid"
    assert verdicts()[1] == "remboursement"
    assert Event.objects.filter(kind="payment_refunded").count() == 1


def test_a_flood_of_unsigned_words_is_answered_and_not_kept(attempt: PaymentAttempt) -> None:
    for _ in range(70):
        assert settle.hear(establishment=attempt.establishment, raw="vads_order_id=none", by="bank") == UnknownOrder()
        assert hear(attempt, ACCEPTED, key="0" * 16) == Forged()
    assert GatewayMessage.objects.count() == 60
    assert hear(attempt, ACCEPTED) == Heard(), "the bank's own word is always kept"
    assert GatewayMessage.objects.count() == 61


def test_another_amount_credits_nothing_and_raises_the_alarm(
    attempt: PaymentAttempt, caplog: pytest.LogCaptureFixture
) -> None:
    assert hear(attempt, ACCEPTED, vads_amount="2960") == Heard()
    attempt.refresh_from_db()
    assert attempt.state == "redirected"
    assert not Credit.objects.exists()
    assert verdicts() == ["ne correspond pas\xa0: vads_amount"]
    assert Event.objects.get(kind="payment_mismatch").data == {"field": "vads_amount"}
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_forged_word_is_kept_and_does_nothing(attempt: PaymentAttempt) -> None:
    assert hear(attempt, ACCEPTED, key="not the shop’s") == Forged()
    attempt.refresh_from_db()
    assert attempt.state == "redirected"
    message = GatewayMessage.objects.get()
    assert (message.attempt, message.verdict) == (attempt, "signature fausse")


@pytest.mark.parametrize("raw", ["", "n’importe quoi", "vads_order_id=PGINCONNU", "vads_order_id=%00"])
def test_an_unknown_order_is_kept(nantes: Establishment, raw: str) -> None:
    assert settle.hear(establishment=nantes, raw=raw, by="bank") == UnknownOrder()
    message = GatewayMessage.objects.get()
    assert (message.attempt, message.verdict, message.raw) == (None, "référence inconnue", raw)


def test_an_order_of_another_establishment_is_unknown(attempt: PaymentAttempt, paris: Establishment) -> None:
    raw = bank_says(attempt, ACCEPTED)
    assert settle.hear(establishment=paris, raw=raw, by="bank") == UnknownOrder()
    attempt.refresh_from_db()
    assert attempt.state == "redirected"


def test_without_the_merchant_account_no_word_can_be_judged(attempt: PaymentAttempt, merchant: MerchantAccount) -> None:
    merchant.delete()
    assert hear(attempt, ACCEPTED) == UnknownOrder()


def test_what_the_database_cannot_hold_is_left_out(nantes: Establishment) -> None:
    settle.hear(establishment=nantes, raw="a\0b" + "c" * 30_000, by="bank")
    raw = GatewayMessage.objects.get().raw
    assert raw.startswith("abccc")
    assert len(raw) == 500
