"""eopayment's traps sprung at the portal's own door: what the library alone would call paid credits nothing here."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import eopayment
import pytest
from bank_messages import library_response, renamed
from django.test import Client as Browser
from eopayment.common import ResponseError
from paying import ACCEPTED, CANCELLED, REFUSED, SECRET_ENV, bank_says, started, verdicts
from people import a_contract

from accounts.models import Client
from payments.models import Credit, MerchantAccount, PaymentAttempt, Receipt, Refund
from web.french import NBSP

pytestmark = pytest.mark.usefixtures("morning", "merchant")

DOOR = "/paiements/notification/nantes/"
FORM = "application/x-www-form-urlencoded"
PRODUCTION_KEY = "8877665544332211"


def fields_of(raw: str) -> dict[str, str]:
    """Without the signature."""
    return {name: value for name, value in parse_qsl(raw, keep_blank_values=True) if name != "signature"}


def is_paid_for_the_library(raw: str, **options: str) -> bool:
    response = library_response(raw, vads_site_id="12345678", **options)
    return bool(response.signed and response.result == eopayment.PAID)


def said(raw: str, attempt: PaymentAttempt) -> tuple[int, str]:
    """What the door answers, and the state that the payment has then."""
    status = Browser(enforce_csrf_checks=True).post(DOOR, raw, content_type=FORM).status_code
    attempt.refresh_from_db()
    return status, attempt.state


def nothing_credited() -> bool:
    return not Credit.objects.exists() and not Receipt.objects.exists()


def test_the_true_word_pays(attempt: PaymentAttempt) -> None:
    """The control: the same door, the same message, nothing touched."""
    raw = bank_says(attempt, ACCEPTED)
    assert is_paid_for_the_library(raw)
    assert said(raw, attempt) == (200, "paid")
    assert not nothing_credited()


def test_a_test_message_to_a_production_shop(
    helene: Client, merchant: MerchantAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever knows the test key, and a test card, would have paid."""
    MerchantAccount.objects.update(mode="PRODUCTION")
    test_key = "1122334455667788"
    monkeypatch.setenv(SECRET_ENV, PRODUCTION_KEY)
    attempt = started(helene, a_contract(helene))
    raw = bank_says(attempt, ACCEPTED, key=test_key, vads_ctx_mode="TEST")
    assert is_paid_for_the_library(raw, vads_ctx_mode="PRODUCTION")
    assert said(raw, attempt) == (400, "redirected")
    assert nothing_credited()


def test_a_refusal_whose_fields_are_renamed(attempt: PaymentAttempt) -> None:
    """The signature covers the values in the order of the names: a « 00 » that means nothing becomes the result."""
    refusal = fields_of(bank_says(attempt, REFUSED, vads_payment_src="00"))
    raw = renamed(refusal, {"vads_payment_src": "vads_result", "vads_result": "vads_result_00"})
    assert is_paid_for_the_library(raw)
    assert said(raw, attempt) == (200, "redirected")
    assert verdicts() == [f"ne correspond pas{NBSP}: vads_trans_status"]
    assert nothing_credited()


REPLAYS: dict[str, Callable[[str, str, str], str]] = {
    "named first": lambda raw, small, large: f"vads_order_id={large}&{raw}",
    "named last": lambda raw, small, large: f"{raw}&vads_order_id={large}",
    "in its place": lambda raw, small, large: raw.replace(small, large),
}


@pytest.mark.parametrize("under_another_name", REPLAYS.values(), ids=REPLAYS)
def test_the_word_about_another_payment(
    attempt: PaymentAttempt, helene: Client, under_another_name: Callable[[str, str, str], str]
) -> None:
    small = started(helene, a_contract(helene, principal=200))
    assert small.amount < attempt.amount
    word = bank_says(small, ACCEPTED)
    assert is_paid_for_the_library(word)
    status, state = said(under_another_name(word, small.order_id, attempt.order_id), attempt)
    assert (status in {200, 400, 404}, state) == (True, "redirected")
    assert not Credit.objects.filter(line__attempt=attempt).exists()


def test_a_cancelled_payment_and_its_blanks(attempt: PaymentAttempt) -> None:
    """Signed blanks count: who drops them, as `guess()` does, finds no answer in the word, and the payment hangs."""
    raw = bank_says(attempt, CANCELLED)
    without_blanks = "&".join(pair for pair in raw.split("&") if not pair.endswith("="))
    assert library_response(raw).signed
    with pytest.raises(ResponseError):
        library_response(without_blanks)
    assert said(without_blanks, attempt) == (400, "redirected")
    assert said(raw, attempt) == (200, "cancelled")


@pytest.mark.parametrize("mode", ["SANDBOX", "", "test", "PRODUCTION\n"])
def test_an_unknown_mode_is_an_answer_and_no_error(attempt: PaymentAttempt, mode: str) -> None:
    """Nor a payment: what the library takes for its own way of writing a mode is not what was sent."""
    status, state = said(bank_says(attempt, ACCEPTED, vads_ctx_mode=mode), attempt)
    assert (status, state) == (200 if mode == "test" else 400, "redirected")
    assert nothing_credited()


def test_an_unknown_mode_makes_the_library_fall(attempt: PaymentAttempt) -> None:
    with pytest.raises(AttributeError):
        library_response(bank_says(attempt, ACCEPTED, vads_ctx_mode="SANDBOX"))


def test_a_refund_is_no_payment(attempt: PaymentAttempt) -> None:
    raw = bank_says(attempt, ACCEPTED, vads_operation_type="CREDIT")
    assert is_paid_for_the_library(raw)
    assert said(raw, attempt) == (200, "redirected")
    assert nothing_credited()
    assert Refund.objects.count() == 1
