"""The list of payments, a notification sent again, the acquirer's late answer, a refund."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fake_shop import Answer, Shop, send

from testbank.server import DEFAULT_KEY, BankServer
from testbank.signing import is_signed

Operate = Callable[..., Answer]


@pytest.fixture
def operate(bank: BankServer) -> Operate:
    """Call an operation on the bank's only payment."""

    def call(operation: str, **fields: str) -> Answer:
        (payment,) = bank.bank.describe_all()
        return send("POST", f"{bank.url}/payments/{payment['trans_uuid']}/{operation}", fields)

    return call


def listed(bank: BankServer) -> list[dict[str, Any]]:
    answer = send("GET", f"{bank.url}/payments.json")
    assert answer.headers["Content-Type"] == "application/json"
    found: list[dict[str, Any]] = json.loads(answer.text)
    return found


def test_the_list_says_what_the_bank_took(shop: Shop, bank: BankServer) -> None:
    assert listed(bank) == []
    form = shop.form()
    shop.post(form)
    shop.pay("refused", "twice")
    first, second = listed(bank)
    for name in ("site_id", "trans_id", "trans_date", "order_id"):
        assert first[name] == form[f"vads_{name}"]
    assert first["amount"] == 5920
    assert (first["state"], first["notifications"], first["refund"]) == ("open", [], None)
    assert second["state"] == "refused"
    assert [delivery["status"] for delivery in second["notifications"]] == [200, 200]


@pytest.mark.parametrize("timing", ["never", "now", "forged", "wrong_amount"])
def test_a_notification_sent_again_is_true(shop: Shop, operate: Operate, timing: str) -> None:
    shop.pay("accepted", timing)
    shop.notifications.clear()
    answer = operate("notify")
    assert answer.status == 200
    assert json.loads(answer.text)["notifications"][-1]["status"] == 200
    (message,) = shop.notifications
    assert is_signed(message, DEFAULT_KEY)
    assert (message["vads_amount"], message["vads_url_check_src"]) == ("5920", "BO")
    assert not {"vads_action_mode", "vads_page_action", "vads_payment_config"} & message.keys()


@pytest.mark.parametrize("outcome", ["cancelled", "abandoned"])
def test_an_unfinished_payment_can_be_told_later(shop: Shop, operate: Operate, outcome: str) -> None:
    shop.pay(outcome)
    operate("notify")
    assert [message["vads_trans_status"] for message in shop.notifications] == ["ABANDONED"]


@pytest.mark.parametrize(("answer", "status"), [("accepted", "AUTHORISED"), ("refused", "REFUSED")])
def test_the_acquirer_answers_late_on_a_silent_payment(
    shop: Shop, bank: BankServer, operate: Operate, answer: str, status: str
) -> None:
    shop.pay("silent")
    assert operate("notify", outcome=answer).status == 200
    pending, settled = shop.notifications
    assert (pending["vads_trans_status"], pending["vads_url_check_src"]) == ("UNDER_VERIFICATION", "PAY")
    assert (settled["vads_trans_status"], settled["vads_url_check_src"]) == (status, "BATCH_AUTO")
    assert pending["vads_trans_uuid"] == settled["vads_trans_uuid"]
    assert listed(bank)[0]["state"] == answer


def test_a_refund_is_a_credit_with_a_number_of_its_own(shop: Shop, bank: BankServer, operate: Operate) -> None:
    shop.pay("accepted")
    assert operate("refund").status == 200
    paid, credit = shop.notifications
    assert is_signed(credit, DEFAULT_KEY)
    assert (credit["vads_operation_type"], credit["vads_url_check_src"]) == ("CREDIT", "MERCH_BO")
    assert (credit["vads_result"], credit["vads_trans_status"]) == ("00", "AUTHORISED")
    assert credit["vads_trans_uuid"] != paid["vads_trans_uuid"]
    for name in ("vads_trans_id", "vads_trans_date", "vads_amount", "vads_order_id"):
        assert credit[name] == paid[name]
    assert listed(bank)[0]["refund"] == {"trans_uuid": credit["vads_trans_uuid"], "amount": 5920}


def test_after_a_refund_the_credit_is_sent_again(shop: Shop, operate: Operate) -> None:
    shop.pay("accepted")
    operate("refund")
    operate("notify")
    _, credit, again = shop.notifications
    assert again == credit


@pytest.mark.parametrize("outcome", ["refused", "silent", "cancelled"])
def test_only_an_accepted_payment_is_refunded(shop: Shop, operate: Operate, outcome: str) -> None:
    shop.pay(outcome)
    shop.notifications.clear()
    answer = operate("refund")
    assert answer.status == 409
    assert json.loads(answer.text) == {"error": "Seul un paiement accepté peut être remboursé."}
    assert shop.notifications == []


def test_a_payment_is_refunded_once(shop: Shop, operate: Operate) -> None:
    shop.pay("accepted")
    assert [operate("refund").status, operate("refund").status] == [200, 409]
    assert len(shop.notifications) == 2


def test_an_open_payment_has_nothing_to_tell(shop: Shop, operate: Operate) -> None:
    shop.open()
    assert operate("notify").status == 409
    assert shop.notifications == []


@pytest.mark.parametrize(("outcome", "status"), [("cancelled", 409), ("maybe", 400)])
def test_a_late_answer_is_yes_or_no(shop: Shop, operate: Operate, outcome: str, status: int) -> None:
    shop.pay("silent", "never")
    assert operate("notify", outcome=outcome).status == status
    assert shop.notifications == []


def test_a_payment_that_had_its_answer_takes_no_other(shop: Shop, operate: Operate) -> None:
    shop.pay("refused", "never")
    assert operate("notify", outcome="accepted").status == 409
    assert shop.notifications == []


@pytest.mark.parametrize("operation", ["notify", "refund"])
def test_an_unknown_payment_is_404(bank: BankServer, operation: str) -> None:
    answer = send("POST", f"{bank.url}/payments/{'0' * 32}/{operation}")
    assert answer.status == 404
    assert json.loads(answer.text) == {"error": "La banque ne connaît pas ce paiement."}
