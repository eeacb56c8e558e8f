"""Who is told what once a payment is settled, and what happens when a contract cannot follow."""

from datetime import date

import pytest
from paying import ACCEPTED, NEXT_DUE, age, hear, started
from people import a_contract
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import Client
from contracts.models import Contract
from establishments.models import Establishment
from journal.models import Event
from messaging.models import InboxMessage, Message
from payments.models import Credit, PaymentAttempt, Receipt

pytestmark = pytest.mark.usefixtures("morning", "merchant")


@pytest.mark.parametrize(
    "change",
    [
        {"status": Contract.Status.BLOCKED},
        {"status": Contract.Status.ON_SALE_LIST},
        {"status": Contract.Status.CLOSED},
        {"interest_paid_until": date(2026, 11, 20)},
        {"due_on": date(2027, 1, 2)},
    ],
    ids=str,
)
def test_a_contract_that_changed_meanwhile_does_not_move(
    attempt: PaymentAttempt, ring: Contract, nantes: Establishment, helene: Client, change: dict[str, object]
) -> None:
    Contract.objects.update(**change)
    ring.refresh_from_db()
    before = ring.terms()
    hear(attempt, ACCEPTED)
    attempt.refresh_from_db()
    ring.refresh_from_db()
    assert attempt.state == "paid"
    assert ring.terms() == before
    entry = Credit.objects.get()
    assert entry.is_applied is False
    assert entry.reason
    assert entry.before == entry.after
    assert Event.objects.get(kind="contract_not_credited").data == {"reason": entry.reason}
    assert set(Message.objects.values_list("kind", "recipient")) == {
        ("payment_not_applied", helene.email),
        ("payment_to_check", nantes.email),
    }


def test_one_contract_of_two_may_follow(helene: Client, ring: Contract) -> None:
    chain = a_contract(helene)
    attempt = started(helene, ring, chain)
    Contract.objects.filter(pk=ring.pk).update(status=Contract.Status.BLOCKED)
    hear(attempt, ACCEPTED)
    ring.refresh_from_db()
    chain.refresh_from_db()
    assert (ring.due_on, chain.due_on) == (date(2026, 12, 2), NEXT_DUE)


def test_two_payments_of_one_contract_are_both_kept_and_credited_once(
    attempt: PaymentAttempt, ring: Contract, helene: Client
) -> None:
    age(attempt, 21)
    second = started(helene, ring)
    hear(second, ACCEPTED)
    hear(attempt, ACCEPTED)
    assert list(PaymentAttempt.objects.values_list("state", flat=True)) == ["paid", "paid"]
    assert list(Credit.objects.order_by("pk").values_list("is_applied", flat=True)) == [True, False]
    assert Receipt.objects.count() == 2


def test_a_client_without_email_is_paid_all_the_same(helene: Client, ring: Contract) -> None:
    helene.email = ""
    helene.save()
    hear(started(helene, ring), ACCEPTED)
    assert Receipt.objects.count() == 1
    assert not Message.objects.exists()


SHAMEFUL = ("gage", "bijou", "prêt", "vente", "enchère", "bague")


def test_the_mail_says_all_and_betrays_nothing(
    attempt: PaymentAttempt, helene: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        hear(attempt, ACCEPTED)
    mail = InboxMessage.objects.get(to=helene.email)
    assert mail.subject == "Votre paiement est reçu"
    for words in (mail.text, mail.html):
        for said in ("59,20\xa0€", "2\xa0juin\xa02027", "NANTES-000001", f"/nantes/paiements/{attempt.pk}/"):
            assert said in words
        assert not [word for word in SHAMEFUL if word in words.lower()]


def test_a_mail_names_the_contract_that_did_not_follow(
    helene: Client,
    ring: Contract,
    nantes: Establishment,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    chain = a_contract(helene)
    attempt = started(helene, ring, chain)
    Contract.objects.filter(pk=ring.pk).update(status=Contract.Status.BLOCKED)
    with django_capture_on_commit_callbacks(execute=True):
        hear(attempt, ACCEPTED)
    mail = InboxMessage.objects.get(to=helene.email)
    assert mail.subject == "Votre paiement est reçu\xa0: appelez votre agence"
    for words in (mail.text, mail.html):
        assert words.count("n’est pas modifié") == 1
        assert "02\xa061\xa091\xa000\xa000" in words
    to_staff = InboxMessage.objects.get(to=nantes.email)
    assert ring.number in to_staff.text
    assert chain.number not in to_staff.text
    assert "contrat bloqué" in to_staff.text


def test_the_mail_announces_a_renewal(
    helene: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    capped = a_contract(helene, pledged_on=date(2024, 12, 2), due_on=date(2026, 12, 2))
    attempt = started(helene, capped)
    with django_capture_on_commit_callbacks(execute=True):
        hear(attempt, ACCEPTED)
    mail = InboxMessage.objects.get(to=helene.email)
    for words in (mail.text, mail.html):
        assert "Votre demande de renouvellement est chez l’agence" in words
        assert "Sans appel avant le 2\xa0décembre\xa02026, téléphonez au 02\xa061\xa091\xa000\xa000." in words
