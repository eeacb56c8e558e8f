"""Starting a payment: what was confirmed is what is sent, or nothing starts."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from paying import NEXT_DUE, SECRET_ENV, SILENT, TODAY, a_merchant, age, hear, seal_of, start, started
from people import a_contract

from accounts.models import Client
from contracts.models import Contract
from establishments.models import Establishment
from journal.models import Event
from payments.actions.start import NoBank, OfferChanged, Started, UnknownContract, start_payment
from payments.models import LiveContract, MerchantAccount, PaymentAttempt, PaymentLine

pytestmark = pytest.mark.usefixtures("morning", "merchant")


def test_the_attempt_keeps_what_is_sent_to_the_bank(helene: Client, ring: Contract) -> None:
    outcome = start(helene, ring)
    assert isinstance(outcome, Started)
    attempt = PaymentAttempt.objects.get()
    sent = dict(outcome.form.fields)
    assert (attempt.state, attempt.amount, attempt.quote_on) == ("redirected", Decimal("59.20"), TODAY)
    assert re.fullmatch("PG[A-Z2-7]{20}", attempt.order_id)
    assert sent["vads_order_id"] == attempt.order_id
    assert sent["vads_amount"] == "5920"
    assert (sent["vads_site_id"], sent["vads_ctx_mode"]) == (attempt.site_id, attempt.mode) == ("12345678", "TEST")
    assert (sent["vads_trans_date"], sent["vads_trans_id"]) == (attempt.trans_date, attempt.trans_id)
    assert sent["vads_url_check"] == "http://localhost:8000/paiements/notification/nantes/"
    assert sent["vads_url_return"] == f"http://localhost:8000/paiements/retour/{attempt.pk}/"
    assert attempt.created_at == attempt.redirected_at


def test_a_line_freezes_sums_and_dates(helene: Client, ring: Contract) -> None:
    started(helene, ring)
    line = PaymentLine.objects.get()
    assert (line.interest, line.fixed_duty, line.late, line.fee) == (
        Decimal("49.20"),
        Decimal(10),
        Decimal(0),
        Decimal(0),
    )
    assert line.total == Decimal("59.20")
    assert (line.due_on, line.paid_from, line.paid_until) == (date(2026, 12, 2), date(2026, 6, 2), TODAY)
    assert (line.new_due_on, line.opens_renewal) == (NEXT_DUE, False)


def test_sums_that_floats_cannot_add_are_paid_too(helene: Client) -> None:
    """6.56 + 4.00 is not 10.56 for a database that adds in floats."""
    contract = a_contract(helene, principal=Decimal(400), pledged_on=date(2026, 10, 2), due_on=date(2027, 4, 2))
    line = started(helene, contract).lines.get()
    assert (line.interest, line.fixed_duty, line.total) == (Decimal("6.56"), Decimal("4.00"), Decimal("10.56"))


def test_before_the_window_the_line_moves_no_date(helene: Client) -> None:
    early = a_contract(helene, due_on=date(2027, 6, 2))
    started(helene, early)
    assert PaymentLine.objects.get().new_due_on is None


def test_at_the_cap_the_line_opens_a_renewal(helene: Client) -> None:
    capped = a_contract(helene, pledged_on=date(2024, 12, 2), due_on=date(2026, 12, 2))
    started(helene, capped)
    line = PaymentLine.objects.get()
    assert (line.new_due_on, line.opens_renewal) == (None, True)


def test_the_contract_is_held_while_the_payment_lives(helene: Client, ring: Contract) -> None:
    attempt = started(helene, ring)
    ring.refresh_from_db()
    assert ring.payment_started_at == attempt.redirected_at
    assert LiveContract.objects.get(contract=ring).attempt == attempt
    assert isinstance(start(helene, ring), OfferChanged)
    assert PaymentAttempt.objects.count() == 1


def test_contracts_are_paid_together(helene: Client, ring: Contract) -> None:
    chain = a_contract(helene, principal=Decimal(250))
    attempt = started(helene, ring, chain)
    assert attempt.amount == Decimal("74.00")
    assert attempt.lines.count() == attempt.live_contracts.count() == 2


def test_the_journal_says_who_started(helene: Client, ring: Contract) -> None:
    attempt = started(helene, ring)
    event = Event.objects.get(kind="payment_started")
    assert (event.actor, event.subject) == ("user:1", f"paymentattempt:{attempt.pk}")


@pytest.mark.parametrize(
    "change",
    [
        {"fees": Decimal("3.50")},
        {"due_on": date(2026, 12, 3)},
        {"status": Contract.Status.BLOCKED},
        {"status": Contract.Status.ON_SALE_LIST},
        {"is_disputed": True},
    ],
    ids=str,
)
def test_what_changed_since_the_page_starts_nothing(helene: Client, ring: Contract, change: dict[str, Any]) -> None:
    seal = seal_of(helene, [ring])
    Contract.objects.update(**change)
    outcome = start_payment(client=helene, numbers=[ring.number], seal=seal, by="user:1")
    assert outcome == OfferChanged()
    assert not PaymentAttempt.objects.exists()
    ring.refresh_from_db()
    assert ring.payment_started_at is None


def test_midnight_starts_nothing_even_for_the_same_sum(helene: Client, ring: Contract, morning: Any) -> None:
    seal = seal_of(helene, [ring])
    morning.shift(timedelta(days=1))
    outcome = start_payment(client=helene, numbers=[ring.number], seal=seal, by="user:1")
    assert outcome == OfferChanged()
    assert start_payment(client=helene, numbers=[ring.number], seal=seal_of(helene, [ring]), by="user:1") != outcome


def test_a_seal_serves_its_own_client_and_contracts_only(helene: Client, ousmane: Client, ring: Contract) -> None:
    chain = a_contract(helene)
    for seal in (seal_of(ousmane, [ring]), seal_of(helene, [chain]), seal_of(helene, [ring, chain]), "", "faux:seau"):
        outcome = start_payment(client=helene, numbers=[ring.number], seal=seal, by="user:1")
        assert outcome == OfferChanged()


def test_nothing_chosen_starts_nothing(helene: Client) -> None:
    assert start_payment(client=helene, numbers=[], seal=seal_of(helene, []), by="user:1") == OfferChanged()


def test_another_clients_contract_is_unknown(helene: Client, ousmane: Client, ring: Contract) -> None:
    seal = seal_of(ousmane, [ring])
    assert start_payment(client=ousmane, numbers=[ring.number], seal=seal, by="user:2") == UnknownContract()
    assert not PaymentAttempt.objects.exists()


def test_a_payment_without_news_makes_room_after_twenty_minutes(helene: Client, ring: Contract) -> None:
    chain = a_contract(helene)
    first = started(helene, ring, chain)
    age(first, 19)
    assert start(helene, ring) == OfferChanged()
    age(first, 20)
    second = started(helene, ring)
    first.refresh_from_db()
    chain.refresh_from_db()
    assert first.state == "expired"
    assert chain.payment_started_at is None
    assert LiveContract.objects.get().attempt == second


def test_a_payment_under_verification_never_makes_room(helene: Client, ring: Contract) -> None:
    attempt = started(helene, ring)
    hear(attempt, SILENT)
    attempt.refresh_from_db()
    age(attempt, 24 * 60)
    assert start(helene, ring) == OfferChanged()
    attempt.refresh_from_db()
    assert attempt.state == "pending"


def test_a_held_contract_is_refused_whatever_its_own_mark_says(helene: Client, ring: Contract) -> None:
    started(helene, ring)
    Contract.objects.update(payment_started_at=None)
    assert start(helene, ring) == OfferChanged()


def test_without_a_bank_nothing_starts(
    helene: Client, ring: Contract, merchant: MerchantAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SECRET_ENV)
    assert start(helene, ring) == NoBank()
    monkeypatch.setenv(SECRET_ENV, "key")
    MerchantAccount.objects.update(gateway="none")
    assert start(helene, ring) == NoBank()
    merchant.delete()
    assert start(helene, ring) == NoBank()
    assert not PaymentAttempt.objects.exists()


def test_the_account_is_that_of_the_clients_establishment(anh: Client, paris: Establishment) -> None:
    pearl = a_contract(anh)
    assert start(anh, pearl) == NoBank()
    a_merchant(paris, site_id="87654321")
    assert started(anh, pearl).site_id == "87654321"
