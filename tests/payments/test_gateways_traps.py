"""Where eopayment alone would credit a payment that nobody made, or fall: each trap is sprung, then the judge asked."""

import logging
from decimal import Decimal
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl, urlencode

import eopayment
import pytest
from bank_messages import (
    KEY,
    SECRET_ENV,
    a_form,
    a_merchant,
    attempt_of,
    library_response,
    notification,
    refund,
    renamed,
    signed,
)
from eopayment.common import BackendNotFound

from payments.gateways import (
    Authorised,
    BadSignature,
    CancelledByClient,
    Mismatch,
    RefundNotice,
    judge,
    order_id_in,
)

PRODUCTION_KEY = "8877665544332211"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET_ENV, KEY)


def is_paid_for_the_library(raw: str, **options: str) -> bool:
    response = library_response(raw, **options)
    return bool(response.signed and response.result == eopayment.PAID)


def test_a_test_message_pays_nothing_in_a_production_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody at the establishment has the test key, and test cards are public."""
    merchant = a_merchant()
    raw = signed(notification(a_form(merchant)))
    assert is_paid_for_the_library(raw, vads_ctx_mode="PRODUCTION")
    attempt = attempt_of(a_form(merchant), merchant)
    monkeypatch.setenv(SECRET_ENV, PRODUCTION_KEY)
    attempt.mode = "PRODUCTION"
    assert judge(a_merchant(mode="PRODUCTION"), attempt, raw) == BadSignature()


def test_a_shop_whose_two_keys_are_the_same_still_tells_the_modes_apart() -> None:
    merchant = a_merchant()
    form = a_form(merchant)
    raw = signed(notification(form))
    assert is_paid_for_the_library(raw, secret_production=KEY, vads_ctx_mode="PRODUCTION")
    assert judge(a_merchant(mode="PRODUCTION"), attempt_of(form, merchant), raw) == BadSignature()


def test_a_payment_begun_in_one_mode_does_not_end_in_the_other() -> None:
    form = a_form(a_merchant())
    attempt = attempt_of(form, a_merchant())
    raw = signed(notification(form, vads_ctx_mode="PRODUCTION"))
    assert judge(a_merchant(mode="PRODUCTION"), attempt, raw) == Mismatch("vads_ctx_mode")


def test_a_refusal_with_its_fields_renamed_is_not_a_payment() -> None:
    """The signature covers values, not names: the empty check « 00 » of a refusal takes the place of its result."""
    merchant = a_merchant()
    form = a_form(merchant)
    refusal = notification(form, "refused", vads_extra_result="00")
    between = sorted(name for name in refusal if "vads_extra_result" < name < "vads_site_id")
    names = {name: f"vads_result_{rank:02}" for rank, name in enumerate(between)}
    raw = renamed(refusal, names | {"vads_extra_result": "vads_result"})
    assert is_paid_for_the_library(raw)
    assert judge(merchant, attempt_of(form, merchant), raw) == Mismatch("vads_order_id")


def test_a_refusal_renamed_that_keeps_its_order_lacks_the_status() -> None:
    merchant = a_merchant()
    form = a_form(merchant)
    refusal = notification(form, "refused", vads_payment_src="00")
    assert judge(merchant, attempt_of(form, merchant), signed(refusal)) != Authorised("")
    between = sorted(name for name in refusal if "vads_payment_src" < name < "vads_site_id")
    names = {name: f"vads_result_{rank:02}" for rank, name in enumerate(between)}
    raw = renamed(refusal, names | {"vads_payment_src": "vads_result"})
    assert is_paid_for_the_library(raw)
    assert judge(merchant, attempt_of(form, merchant), raw) == Mismatch("vads_trans_status")


def test_the_form_s_own_signature_is_not_a_notification() -> None:
    """The browser holds a genuine signature of the shop: over what we sent, where no value says that money moved."""
    merchant = a_merchant()
    form = a_form(merchant)
    fields = {name: value for name, value in form.fields if name != "signature"}
    raw = renamed(fields, {"vads_action_mode": "vads_action", "vads_capture_delay": "vads_auth_result"})
    assert library_response(raw).signed
    assert judge(merchant, attempt_of(form, merchant), raw) == Mismatch("vads_operation_type")


def test_the_word_about_a_small_payment_does_not_pay_a_large_one() -> None:
    merchant = a_merchant()
    small, large = a_form(merchant, "NTE-1", Decimal("1.00")), a_form(merchant, "NTE-2", Decimal("900.00"))
    raw = signed(notification(small))
    assert is_paid_for_the_library(raw)
    assert judge(merchant, attempt_of(large, merchant), raw) == Mismatch("vads_order_id")


@pytest.mark.parametrize("field", ["vads_trans_date", "vads_trans_id"])
def test_the_word_about_an_earlier_try_does_not_pay_this_one(field: str) -> None:
    merchant = a_merchant()
    form = a_form(merchant)
    attempt = attempt_of(form, merchant)
    setattr(attempt, field.removeprefix("vads_"), "20260101000000"[: len(getattr(form, field.removeprefix("vads_")))])
    raw = signed(notification(form))
    assert is_paid_for_the_library(raw)
    assert judge(merchant, attempt, raw) == Mismatch(field)


@pytest.mark.parametrize(
    ("field", "value"),
    [("vads_amount", "1"), ("vads_currency", "952"), ("vads_site_id", "99999999"), ("vads_trans_status", "EXPIRED")],
)
def test_the_library_compares_nothing_with_what_was_sent(field: str, value: str) -> None:
    merchant = a_merchant()
    form = a_form(merchant)
    raw = signed(notification(form, **{field: value}))
    assert is_paid_for_the_library(raw)
    assert judge(merchant, attempt_of(form, merchant), raw) == Mismatch(field)


def test_a_refund_is_paid_for_the_library() -> None:
    merchant = a_merchant()
    form = a_form(merchant)
    raw = signed(refund(form))
    assert is_paid_for_the_library(raw)
    assert judge(merchant, attempt_of(form, merchant), raw) == RefundNotice(Decimal("59.20"), "f" * 32)


def test_a_paid_result_may_be_unsigned() -> None:
    merchant = a_merchant()
    form = a_form(merchant)
    raw = signed(notification(form), key="not the key of this shop")
    assert library_response(raw).result == eopayment.PAID
    assert judge(merchant, attempt_of(form, merchant), raw) == BadSignature()


def test_a_cancelled_payment_has_blanks_that_guess_drops() -> None:
    merchant = a_merchant()
    form = a_form(merchant)
    raw = signed(notification(form, "cancelled"))
    with pytest.raises(BackendNotFound):
        eopayment.Payment.guess(method="POST", body=raw.encode(), backends=["systempayv2"])
    assert order_id_in(raw) == "NTE-2026-0042"
    assert judge(merchant, attempt_of(form, merchant), raw) == CancelledByClient()


def test_an_unknown_mode_makes_the_library_fall() -> None:
    merchant = a_merchant()
    form = a_form(merchant)
    raw = signed(notification(form, vads_ctx_mode="SANDBOX"))
    with pytest.raises(AttributeError):
        library_response(raw)
    assert judge(merchant, attempt_of(form, merchant), raw) == BadSignature()


def test_a_missing_key_makes_the_library_fall_and_an_empty_one_lets_anybody_sign(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    merchant = a_merchant()
    form = a_form(merchant)
    forged = signed(notification(form), key="")
    with pytest.raises(AttributeError):
        eopayment.Payment("systempayv2", {"signature_algo": "hmac_sha256"}).response(forged)
    assert is_paid_for_the_library(forged, secret_test="")
    monkeypatch.setenv(SECRET_ENV, "")
    with caplog.at_level(logging.ERROR):
        assert judge(merchant, attempt_of(form, merchant), forged) == BadSignature()
    assert SECRET_ENV in caplog.text


def test_sha1_is_not_accepted() -> None:
    merchant = a_merchant()
    form = a_form(merchant)
    message = notification(form)
    weak = eopayment.Payment("systempayv2", {"secret_test": KEY, "signature_algo": "sha1"}).backend.signature(message)
    raw = urlencode(message | {"signature": weak})
    assert is_paid_for_the_library(raw, signature_algo="sha1")
    assert judge(merchant, attempt_of(form, merchant), raw) == BadSignature()


def test_no_key_in_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    """The library prints it at DEBUG: the settings hold its logger at INFO."""
    merchant = a_merchant()
    caplog.set_level(logging.DEBUG)
    form = a_form(merchant)
    judge(merchant, attempt_of(form, merchant), signed(notification(form)))
    assert logging.getLogger("eopayment").level == logging.INFO
    assert KEY not in caplog.text


def test_a_forged_signature_is_compared_in_constant_time_and_goes_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library compares with `==`: it reads signed words alone."""
    compared: list[bool] = []
    read: list[str] = []
    response = eopayment.Payment.response

    def watched(ours: bytes, theirs: bytes) -> bool:
        compared.append(compare_digest(ours, theirs))
        return compared[-1]

    def reading(gateway: Any, raw: str) -> Any:
        read.append(raw)
        return response(gateway, raw)  # type: ignore[no-untyped-call] # eopayment ships no types

    monkeypatch.setattr("payments.gateways.systempay.compare_digest", watched)
    monkeypatch.setattr(eopayment.Payment, "response", reading)
    form = a_form(a_merchant())
    attempt, right = attempt_of(form, a_merchant()), signed(notification(form))
    facts = dict(parse_qsl(right))
    letter = "A" if facts["signature"][0] != "A" else "B"
    forged = urlencode(facts | {"signature": letter + facts["signature"][1:]})
    assert judge(a_merchant(), attempt, forged) == BadSignature()
    assert (compared, read) == ([False], [])
    assert isinstance(judge(a_merchant(), attempt, right), Authorised)
    assert (compared, read) == ([False, True], [right])
