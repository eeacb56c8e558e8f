"""When and how the shop's server hears, and what the bank remembers of it."""

import json
import socket
import time

import pytest
from fake_shop import Shop, send

from testbank import notifications
from testbank.bank import LATE_AFTER
from testbank.server import DEFAULT_KEY, BankServer, start
from testbank.signing import is_signed


def recorded(bank: BankServer) -> list[dict[str, object]]:
    (payment,) = json.loads(send("GET", f"{bank.url}/payments.json").text)
    found: list[dict[str, object]] = payment["notifications"]
    return found


def test_late_is_after_the_return(shop: Shop) -> None:
    assert shop.pay("accepted", "late").status == 303
    assert shop.notifications == []
    (message,) = shop.hear(1)
    assert is_signed(message, DEFAULT_KEY)


def test_late_is_five_seconds_unless_a_test_is_in_a_hurry() -> None:
    bank = start()
    try:
        assert bank.bank.late_after == LATE_AFTER == 5
    finally:
        bank.stop()


def test_a_closed_bank_sends_nothing_more(shop: Shop) -> None:
    shop.pay("accepted", "late")
    shop.bank.bank.close()
    time.sleep(0.6)
    assert shop.notifications == []


def test_twice_is_twice_the_same(shop: Shop) -> None:
    shop.pay("accepted", "twice")
    first, second = shop.bodies
    assert first == second


def test_never_is_never(shop: Shop, bank: BankServer) -> None:
    assert shop.pay("accepted", "never").status == 303
    assert shop.notifications == []
    assert recorded(bank) == []


def test_forged_has_a_bad_signature_and_nothing_else(shop: Shop) -> None:
    shop.pay("accepted", "forged")
    (message,) = shop.notifications
    assert not is_signed(message, DEFAULT_KEY)
    assert message["vads_amount"] == "5920"
    assert len(message["signature"]) == 44


@pytest.mark.parametrize("cents", ["1", "2", "5920"])
def test_wrong_amount_is_well_signed(shop: Shop, cents: str) -> None:
    shop.pay("accepted", "wrong_amount", vads_amount=cents)
    (message,) = shop.notifications
    assert is_signed(message, DEFAULT_KEY)
    assert int(message["vads_amount"]) > 0
    assert message["vads_amount"] != cents
    assert message["vads_effective_amount"] == message["vads_amount"]


@pytest.mark.parametrize("timing", ["now", "late", "twice", "forged", "wrong_amount"])
def test_a_cancelled_payment_is_told_when_asked(shop: Shop, timing: str) -> None:
    assert shop.pay("cancelled", timing).status == 303
    assert {message["vads_result"] for message in shop.hear(1)} == {"17"}


@pytest.mark.parametrize("status", [200, 204, 206, 301, 302, 303, 307, 308, 300, 304, 400, 404, 500, 503])
def test_the_answer_is_recorded_and_no_redirect_is_followed(shop: Shop, bank: BankServer, status: int) -> None:
    shop.status = status
    assert shop.pay("accepted", "now").status == 303
    (delivery,) = recorded(bank)
    assert (delivery["status"], delivery["source"]) == (status, "PAY")
    assert delivery["delivered"] == (status not in {300, 304, 400, 404, 500, 503})
    assert len(shop.bodies) == 1


def test_a_shop_that_is_down_does_not_keep_the_client(shop: Shop, bank: BankServer) -> None:
    assert shop.pay("accepted", "now", vads_url_check="http://127.0.0.1:1/notification/").status == 303
    (delivery,) = recorded(bank)
    assert (delivery["status"], delivery["delivered"]) == (None, False)
    assert delivery["error"] == "connexion impossible ou réponse illisible"


def test_a_shop_that_does_not_answer_is_left(shop: Shop, bank: BankServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert notifications.TIMEOUT == 10
    monkeypatch.setattr(notifications, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        shop.pay("accepted", "now", vads_url_check=f"http://127.0.0.1:{silent.getsockname()[1]}/")
    (delivery,) = recorded(bank)
    assert delivery["status"] is None
    assert str(delivery["error"]).startswith("pas de réponse")


def test_a_query_in_the_notification_address_is_kept(shop: Shop) -> None:
    shop.pay("accepted", "now", vads_url_check=f"{shop.url}?a=1")
    assert shop.targets == ["/?a=1"]


def test_without_a_notification_address_nobody_is_told(shop: Shop, bank: BankServer) -> None:
    assert shop.pay("accepted", "now", vads_url_check=None).status == 303
    assert recorded(bank) == []
