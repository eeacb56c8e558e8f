"""The bank's doors: what its server posts settles, where the browser comes back only shows."""

import uuid

import pytest
from django.test import Client as Browser
from django.urls import reverse
from paying import ACCEPTED, bank_says, verdicts

from payments.models import GatewayMessage, PaymentAttempt

pytestmark = pytest.mark.usefixtures("morning", "merchant")

FORM = "application/x-www-form-urlencoded"
NOTIFICATION = "/paiements/notification/nantes/"


@pytest.fixture
def bank() -> Browser:
    """No session, and no token against forged requests."""
    return Browser(enforce_csrf_checks=True)


def test_the_addresses_are_those_that_the_bank_knows(attempt: PaymentAttempt) -> None:
    assert reverse("payments:notification", args=["nantes"]) == NOTIFICATION
    assert reverse("payments:return", args=[attempt.pk]) == f"/paiements/retour/{attempt.pk}/"


def test_the_banks_word_settles_without_a_session(bank: Browser, attempt: PaymentAttempt) -> None:
    answer = bank.post(NOTIFICATION, bank_says(attempt, ACCEPTED), content_type=FORM)
    assert (answer.status_code, answer.content) == (200, b"OK")
    assert not answer.cookies
    attempt.refresh_from_db()
    assert attempt.state == "paid"


def test_a_word_said_again_is_answered_200(bank: Browser, attempt: PaymentAttempt) -> None:
    raw = bank_says(attempt, ACCEPTED)
    answers = [bank.post(NOTIFICATION, raw, content_type=FORM).status_code for _ in range(3)]
    assert answers == [200, 200, 200]
    assert verdicts() == ["payé", "payé (sans effet)", "payé (sans effet)"]


def test_a_word_that_does_not_fit_is_kept_and_answered_200(bank: Browser, attempt: PaymentAttempt) -> None:
    answer = bank.post(NOTIFICATION, bank_says(attempt, ACCEPTED, vads_amount="1"), content_type=FORM)
    assert answer.status_code == 200
    assert verdicts() == ["ne correspond pas\xa0: vads_amount"]


def test_a_forged_word_is_answered_400(bank: Browser, attempt: PaymentAttempt) -> None:
    answer = bank.post(NOTIFICATION, bank_says(attempt, ACCEPTED, key="faux"), content_type=FORM)
    assert answer.status_code == 400
    attempt.refresh_from_db()
    assert attempt.state == "redirected"


def test_an_unknown_order_or_establishment_is_answered_404(bank: Browser, attempt: PaymentAttempt) -> None:
    raw = bank_says(attempt, ACCEPTED)
    assert bank.post(NOTIFICATION, "vads_order_id=PGINCONNU", content_type=FORM).status_code == 404
    assert bank.post("/paiements/notification/nice/", raw, content_type=FORM).status_code == 404
    assert GatewayMessage.objects.count() == 1


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"%FF%00&&&==", b"a=b&" * 5000])
def test_junk_is_answered_404(bank: Browser, merchant: object, body: bytes) -> None:
    assert bank.post(NOTIFICATION, body, content_type=FORM).status_code == 404


def test_a_body_over_one_megabyte_is_refused(bank: Browser, merchant: object) -> None:
    assert bank.post(NOTIFICATION, b"a" * (1024 * 1024 + 1), content_type=FORM).status_code == 400
    assert not GatewayMessage.objects.exists()


def test_only_a_post_is_heard(bank: Browser, merchant: object) -> None:
    assert bank.get(NOTIFICATION).status_code == 405


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_return_leads_to_the_payments_page_and_credits_nothing(
    bank: Browser, attempt: PaymentAttempt, method: str
) -> None:
    path = reverse("payments:return", args=[attempt.pk])
    answer = getattr(bank, method)(f"{path}?{bank_says(attempt, ACCEPTED)}")
    assert (answer.status_code, answer["Location"]) == (303, f"/nantes/paiements/{attempt.pk}/")
    attempt.refresh_from_db()
    assert attempt.state == "redirected"
    assert not GatewayMessage.objects.exists()


def test_the_return_of_an_unknown_payment_is_a_404(bank: Browser, merchant: object) -> None:
    assert bank.get(reverse("payments:return", args=[uuid.uuid4()])).status_code == 404
