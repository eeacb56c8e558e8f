"""What does not match is kept, told once to the establishment, and closed by an agent with a note."""

from typing import Any

import pytest
from django.core.management import call_command
from paying import ACCEPTED, SILENT, age, hear, started
from people import a_contract

from accounts.models import Client
from contracts.models import Contract
from journal.models import Event
from messaging.models import Message
from payments.actions import anomalies
from payments.actions.anomalies import AlreadyClosed, AnomalyClosed, close_anomaly, note_long_verifications
from payments.models import Anomaly, PaymentAttempt

pytestmark = pytest.mark.usefixtures("morning", "merchant")


def told(attempt: PaymentAttempt) -> int:
    return Message.objects.filter(kind="anomaly", recipient=attempt.establishment.email).count()


def test_a_wrong_amount_is_told_once(attempt: PaymentAttempt) -> None:
    for _ in range(3):
        hear(attempt, ACCEPTED, vads_amount="1")
    anomaly = Anomaly.objects.get()
    assert (anomaly.kind, anomaly.detail) == ("mismatch", "vads_amount")
    assert told(attempt) == 1
    attempt.refresh_from_db()
    assert attempt.state == "redirected", "and credits nothing"


def test_a_second_charge(attempt: PaymentAttempt) -> None:
    hear(attempt, ACCEPTED)
    hear(attempt, ACCEPTED, vads_trans_uuid="9" * 32)
    assert Anomaly.objects.get().kind == "paid_twice"
    assert told(attempt) == 1


def test_a_contract_that_did_not_follow_has_its_own_mail(attempt: PaymentAttempt, ring: Contract) -> None:
    Contract.objects.filter(pk=ring.pk).update(status="blocked")
    hear(attempt, ACCEPTED)
    anomaly = Anomaly.objects.get()
    assert (anomaly.kind, anomaly.detail) == ("not_applied", "contrat bloqué")
    assert told(attempt) == 0
    assert Message.objects.filter(kind="payment_to_check").count() == 1


def test_a_verification_of_more_than_a_day(attempt: PaymentAttempt, helene: Client) -> None:
    hear(attempt, SILENT)
    attempt.refresh_from_db()
    recent = started(helene, a_contract(helene))
    hear(recent, SILENT)
    age(attempt, 24 * 60 + 1)
    call_command("reconcile_payments")
    call_command("reconcile_payments")
    assert [anomaly.attempt for anomaly in Anomaly.objects.all()] == [attempt]
    assert told(attempt) == 1


def test_a_verification_that_ended_meanwhile(attempt: PaymentAttempt, monkeypatch: pytest.MonkeyPatch) -> None:
    hear(attempt, SILENT)
    attempt.refresh_from_db()
    age(attempt, 24 * 60 + 1)
    note = anomalies._note_long_verification

    def late(**facts: Any) -> bool:
        hear(attempt, ACCEPTED)
        return note(**facts)

    monkeypatch.setattr(anomalies, "_note_long_verification", late)
    assert note_long_verifications(by="system") == 0
    assert not Anomaly.objects.exists()


def test_closed_with_a_note_once(attempt: PaymentAttempt) -> None:
    hear(attempt, ACCEPTED, vads_amount="1")
    anomaly = Anomaly.objects.get()
    assert close_anomaly(anomaly_pk=anomaly.pk, note="Vu avec la banque", by="user:7") == AnomalyClosed()
    assert close_anomaly(anomaly_pk=anomaly.pk, note="Moi aussi", by="user:8") == AlreadyClosed()
    anomaly.refresh_from_db()
    assert (anomaly.closed_by, anomaly.note) == ("user:7", "Vu avec la banque")
    assert Event.objects.filter(kind="anomaly_closed").count() == 1


def test_what_comes_back_after_it_was_closed_is_new(attempt: PaymentAttempt) -> None:
    hear(attempt, ACCEPTED, vads_amount="1")
    close_anomaly(anomaly_pk=Anomaly.objects.get().pk, note="Vu", by="user:7")
    hear(attempt, ACCEPTED, vads_amount="2")
    assert Anomaly.objects.filter(closed_at=None).count() == 1
    assert told(attempt) == 2
