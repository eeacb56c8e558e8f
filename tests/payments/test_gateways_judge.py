"""What a bank's message is worth: signed first, then equal to what was sent, then decided."""

from decimal import Decimal
from urllib.parse import quote

import pytest
from bank_messages import (
    KEY,
    ORDER_ID,
    SECRET_ENV,
    TRANS_UUID,
    a_form,
    a_merchant,
    attempt_of,
    notification,
    refund,
    signed,
)

from payments.gateways import (
    Authorised,
    BadSignature,
    BankForm,
    CancelledByClient,
    Mismatch,
    RefundNotice,
    RefusedByBank,
    TechnicalFailure,
    UnderVerification,
    Verdict,
    judge,
    order_id_in,
)
from testbank.signing import is_signed


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET_ENV, KEY)


@pytest.fixture
def form() -> BankForm:
    return a_form(a_merchant())


def judged(form: BankForm, raw: str) -> Verdict:
    merchant = a_merchant()
    return judge(merchant, attempt_of(form, merchant), raw)


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ("accepted", Authorised(TRANS_UUID)),
        ("refused", RefusedByBank()),
        ("cancelled", CancelledByClient()),
        ("abandoned", CancelledByClient()),
        ("silent", UnderVerification()),
        ("technical", TechnicalFailure()),
    ],
)
def test_each_word_of_the_bank(form: BankForm, outcome: str, verdict: Verdict) -> None:
    assert judged(form, signed(notification(form, outcome))) == verdict


def test_a_captured_payment_is_paid(form: BankForm) -> None:
    assert judged(form, signed(notification(form, vads_trans_status="CAPTURED"))) == Authorised(TRANS_UUID)


@pytest.mark.parametrize(
    "status",
    [
        "UNDER_VERIFICATION",
        "WAITING_AUTHORISATION",
        "WAITING_AUTHORISATION_TO_VALIDATE",
        "AUTHORISED_TO_VALIDATE",
        "INITIAL",
        "SUSPENDED",
    ],
)
def test_an_undecided_payment_waits(form: BankForm, status: str) -> None:
    assert judged(form, signed(notification(form, vads_trans_status=status))) == UnderVerification()


@pytest.mark.parametrize(
    "status", ["REFUSED", "CANCELLED", "EXPIRED", "ACCEPTED", "CAPTURE_FAILED", "", "NEW_WORD", None]
)
def test_a_good_result_with_another_status_credits_nothing(form: BankForm, status: str | None) -> None:
    assert judged(form, signed(notification(form, vads_trans_status=status))) == Mismatch("vads_trans_status")


@pytest.mark.parametrize("outcome", ["refused", "cancelled", "technical"])
def test_a_bad_result_with_a_good_status_credits_nothing(form: BankForm, outcome: str) -> None:
    raw = signed(notification(form, outcome, vads_trans_status="AUTHORISED"))
    assert judged(form, raw) == Mismatch("vads_trans_status")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vads_order_id", "NTE-2026-0043"),
        ("vads_amount", "5919"),
        ("vads_amount", "05920"),
        ("vads_currency", "840"),
        ("vads_site_id", "44000002"),
        ("vads_trans_date", "20260101000000"),
        ("vads_trans_id", "zzzzzz"),
        ("vads_operation_type", "VERIFICATION"),
        ("vads_order_id", None),
        ("vads_amount", ""),
        ("vads_operation_type", None),
    ],
)
def test_what_differs_from_what_was_sent_credits_nothing(form: BankForm, field: str, value: str | None) -> None:
    assert judged(form, signed(notification(form, "accepted", **{field: value}))) == Mismatch(field)


def test_a_refund_is_told_and_moves_nothing(form: BankForm) -> None:
    assert judged(form, signed(refund(form))) == RefundNotice(Decimal("59.20"), "f" * 32)


def test_a_partial_refund_has_its_own_amount_and_number(form: BankForm) -> None:
    raw = signed(refund(form, vads_amount="1000", vads_trans_id="abcdef", vads_trans_date="20261123101112"))
    assert judged(form, raw) == RefundNotice(Decimal(10), "f" * 32)


@pytest.mark.parametrize("amount", ["0", "-100", "1e3", "１００", "99999999999"])
def test_a_refund_of_no_sum_is_none(form: BankForm, amount: str) -> None:
    assert judged(form, signed(refund(form, vads_amount=amount))) == Mismatch("vads_amount")


def test_a_refund_that_the_bank_did_not_make_is_none(form: BankForm) -> None:
    raw = signed(refund(form, vads_trans_status="REFUSED", vads_result="05"))
    assert judged(form, raw) == Mismatch("vads_trans_status")


def test_a_refund_without_a_number_has_that_of_its_transaction(form: BankForm) -> None:
    raw = signed(refund(form, vads_trans_uuid="", vads_trans_id="abcdef", vads_trans_date="20261123101112"))
    assert judged(form, raw) == RefundNotice(Decimal("59.20"), "20261123101112-abcdef")


@pytest.mark.parametrize(("field", "value"), [("vads_order_id", "OTHER"), ("vads_site_id", "44000002")])
def test_another_s_refund_is_no_word_about_this_payment(form: BankForm, field: str, value: str) -> None:
    assert judged(form, signed(refund(form, **{field: value}))) == Mismatch(field)


def test_the_bank_s_reference_is_kept_plain_and_short(form: BankForm) -> None:
    raw = signed(notification(form, vads_trans_uuid="=\0<" + "5b-" * 40))
    assert judged(form, raw) == Authorised(("5b-" * 40)[:64])
    assert judged(form, signed(notification(form, vads_trans_uuid=None))) == Authorised("")


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "\0",
        "a" * 1_000_000,
        "&" * 1_000_000,
        "vads_order_id=%00&signature=%00&vads_ctx_mode=TEST&vads_auth_result=",
        "signature=x&vads_ctx_mode=TEST&vads_auth_result=00&vads_trans_id=\udcff&vads_trans_date=1",
        b"\xff\xfe\xc3(".decode("utf-8", "replace"),
        "signature=x&vads_auth_result=00&vads_ctx_mode=%ED%A0%80",
    ],
    ids=["empty", "nul", "1 MB", "1 MB of &", "nul values", "surrogate", "not UTF-8", "odd mode"],
)
def test_hostile_text_is_not_the_bank_s_word(form: BankForm, raw: str) -> None:
    assert judged(form, raw) == BadSignature()
    assert order_id_in(raw) is None


@pytest.mark.parametrize("field", ["signature", "vads_ctx_mode", "vads_auth_result"])
def test_a_message_that_lacks_a_needed_field(form: BankForm, field: str) -> None:
    message = dict(pair.split("=", 1) for pair in signed(notification(form)).split("&"))
    del message[field]
    assert judged(form, "&".join(f"{name}={value}" for name, value in message.items())) == BadSignature()


def test_a_message_signed_with_another_key(form: BankForm) -> None:
    assert judged(form, signed(notification(form), key="8877665544332211")) == BadSignature()


@pytest.mark.parametrize("field", ["vads_amount", "vads_order_id", "vads_trans_status", "vads_result"])
def test_a_value_touched_after_signing(form: BankForm, field: str) -> None:
    message = notification(form)
    raw = signed(message).replace(f"{field}={quote(message[field])}", f"{field}=77")
    assert f"{field}=77" in raw
    assert judged(form, raw) == BadSignature()


def test_a_second_value_for_a_field_is_not_heard(form: BankForm) -> None:
    """The library verifies and reads the first: so does the judge."""
    raw = signed(notification(form, "refused"))
    assert judged(form, f"{raw}&vads_result=00&vads_trans_status=AUTHORISED") == RefusedByBank()
    assert judged(form, f"vads_result=00&vads_trans_status=AUTHORISED&{raw}") == BadSignature()


@pytest.mark.parametrize(
    ("raw", "order_id"),
    [
        (f"vads_order_id={ORDER_ID}", ORDER_ID),
        (f"vads_auth_result=&vads_order_id={ORDER_ID}&x=", ORDER_ID),
        ("vads_order_id=", None),
        ("vads_order_id=a%00b", None),
        ("vads_order_id=%D9%A1", None),
        (f"vads_order_id={'a' * 33}", None),
        ("order_id=42", None),
    ],
)
def test_the_order_is_read_before_anything_is_verified(raw: str, order_id: str | None) -> None:
    assert order_id_in(raw) == order_id


def test_while_the_key_changes_the_bank_is_heard_under_both(form: BankForm, monkeypatch: pytest.MonkeyPatch) -> None:
    under_way = signed(notification(form, "accepted"))
    monkeypatch.setenv(SECRET_ENV, "8877665544332211")
    assert judged(form, under_way) == BadSignature()
    monkeypatch.setenv(f"{SECRET_ENV}_PREVIOUS", KEY)
    assert judged(form, under_way) == Authorised(TRANS_UUID)
    assert judged(form, signed(notification(form, "accepted"), key="8877665544332211")) == Authorised(TRANS_UUID)
    assert judged(form, signed(notification(form, "accepted"), key="1111111111111111")) == BadSignature()


def test_what_leaves_is_signed_with_the_new_key_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET_ENV, "8877665544332211")
    monkeypatch.setenv(f"{SECRET_ENV}_PREVIOUS", KEY)
    fields = dict(a_form(a_merchant()).fields)
    assert is_signed(fields, "8877665544332211")
    assert not is_signed(fields, KEY)
