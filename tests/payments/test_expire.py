"""A payment of which nothing is heard lets its contracts go after twenty minutes, and may still be paid."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from paying import ACCEPTED, SILENT, age, hear, started
from people import a_contract

from accounts.models import Client
from contracts.models import Contract
from journal.models import Event
from payments.actions.expire import expire_payment, expire_stale_payments, retry_on, state_now
from payments.models import LiveContract, PaymentAttempt
from payments.tasks import reconcile_payments

pytestmark = pytest.mark.usefixtures("morning", "merchant")


def test_the_sweep_lets_the_contracts_go(attempt: PaymentAttempt, ring: Contract) -> None:
    age(attempt, 20)
    assert expire_stale_payments(by="system") == 1
    attempt.refresh_from_db()
    ring.refresh_from_db()
    assert attempt.state == "expired"
    assert ring.payment_started_at is None
    assert not LiveContract.objects.exists()
    assert Event.objects.get(kind="payment_expired").actor == "system"


def test_before_twenty_minutes_nothing_moves(attempt: PaymentAttempt) -> None:
    age(attempt, 19)
    assert expire_stale_payments(by="system") == 0
    assert expire_payment(attempt_pk=attempt.pk, by="system") is False
    attempt.refresh_from_db()
    assert attempt.state == "redirected"


def test_a_payment_that_never_left_counts_from_its_creation(attempt: PaymentAttempt) -> None:
    attempt.state, attempt.redirected_at = "created", None
    attempt.created_at = timezone.now() - timedelta(minutes=20)
    attempt.save()
    assert retry_on(attempt) == timezone.now()
    assert expire_stale_payments(by="system") == 1


def test_a_payment_under_verification_never_expires(attempt: PaymentAttempt, ring: Contract) -> None:
    hear(attempt, SILENT)
    attempt.refresh_from_db()
    age(attempt, 3 * 24 * 60)
    assert expire_stale_payments(by="system") == 0
    assert expire_payment(attempt_pk=attempt.pk, by="system") is False
    ring.refresh_from_db()
    assert ring.payment_is_pending


def test_an_expired_payment_may_still_be_paid(attempt: PaymentAttempt, ring: Contract) -> None:
    age(attempt, 60)
    expire_stale_payments(by="system")
    hear(attempt, ACCEPTED)
    attempt.refresh_from_db()
    ring.refresh_from_db()
    assert attempt.state == "paid"
    assert ring.interest_paid_until is not None


def test_pages_show_it_expired_before_the_sweep(attempt: PaymentAttempt) -> None:
    now = timezone.now()
    assert state_now(attempt, now) == "redirected"
    assert state_now(attempt, now + timedelta(minutes=20)) == "expired"
    attempt.state = "pending"
    assert state_now(attempt, now + timedelta(days=1)) == "pending"


def test_the_task_and_the_command_sweep(
    attempt: PaymentAttempt, helene: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    other = started(helene, a_contract(helene))
    age(attempt, 30)
    reconcile_payments()
    attempt.refresh_from_db()
    assert attempt.state == "expired"
    age(other, 30)
    call_command("expire_payments")
    assert capsys.readouterr().out == "1 paiement(s) sans suite.\n"
    call_command("expire_payments")
    assert capsys.readouterr().out == "0 paiement(s) sans suite.\n"
