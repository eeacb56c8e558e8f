"""Forms that the bank takes and forms that it refuses, each with the bank's error number."""

import socket
import struct
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from fake_shop import Shop, send

from testbank.server import BankServer


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("vads_version", "V1", "01"),
        ("vads_site_id", "1234567", "02"),
        ("vads_site_id", "1234567é", "02"),
        ("vads_site_id", "12345678\n", "02"),
        ("vads_trans_id", "12345", "03"),
        ("vads_trans_id", "12-456", "03"),
        ("vads_trans_date", "20260230120000", "04"),
        ("vads_trans_date", "2026", "04"),
        ("vads_validation_mode", "2", "05"),
        ("vads_capture_delay", "x", "06"),
        ("vads_payment_config", "MULTI", "07"),
        ("vads_payment_cards", "CB VISA", "08"),
        ("vads_amount", "0", "09"),
        ("vads_amount", "-5", "09"),
        ("vads_amount", "59.20", "09"),
        ("vads_amount", "1" * 13, "09"),
        ("vads_amount", "٥٩", "09"),
        ("vads_currency", "840", "10"),
        ("vads_ctx_mode", "PRODUCTION", "11"),
        ("vads_ctx_mode", "test", "11"),
        ("vads_language", "fra", "12"),
        ("vads_order_id", "a/b", "13"),
        ("vads_order_id", "a" * 33, "13"),
        ("vads_url_success", "boutique", "24"),
        ("vads_url_return", "javascript:alert(1)", "28"),
        ("vads_url_return", "http://a/\r\nSet-Cookie: a=b", "28"),
        ("vads_url_return", "http://[/", "28"),
        ("vads_url_return", "http://a/" + "b" * 1020, "28"),
        ("vads_page_action", "REGISTER", "46"),
        ("vads_action_mode", "SILENT", "47"),
        ("vads_return_mode", "POST", "48"),
        ("vads_url_check", "ftp://a/", ""),
        ("vads_order_info", "a" * 256, ""),
    ],
)
def test_a_wrong_value_is_refused(shop: Shop, bank: BankServer, field: str, value: str, code: str) -> None:
    answer = shop.post(shop.form(**{field: value}))
    assert answer.status == 400
    assert f"<h1>{f'Erreur {code}'.strip()}</h1>" in answer.text
    assert f"{field}\N{NO-BREAK SPACE}: " in answer.text
    assert bank.bank.describe_all() == []


@pytest.mark.parametrize(
    "field",
    [
        "vads_action_mode",
        "vads_amount",
        "vads_ctx_mode",
        "vads_currency",
        "vads_page_action",
        "vads_payment_config",
        "vads_site_id",
        "vads_trans_date",
        "vads_trans_id",
        "vads_version",
    ],
)
def test_a_missing_or_empty_field_is_refused(shop: Shop, field: str) -> None:
    for missing in (None, ""):
        answer = shop.post(shop.form(**{field: missing}))
        assert answer.status == 400
        assert f"{field}\N{NO-BREAK SPACE}: ce champ est obligatoire." in answer.text


@pytest.mark.parametrize("change", [{"vads_amount": "1"}, {"vads_extra": "1"}, {"signature": ""}, {"signature": "é"}])
def test_a_tampered_form_is_error_00(shop: Shop, change: dict[str, str]) -> None:
    answer = shop.post(shop.form() | change)
    assert answer.status == 400
    assert "<h1>Erreur 00</h1>" in answer.text


def test_a_form_without_signature_is_error_00(shop: Shop) -> None:
    form = shop.form()
    del form["signature"]
    assert "<h1>Erreur 00</h1>" in shop.post(form).text


def test_the_same_form_twice_is_error_03(shop: Shop) -> None:
    form = shop.form()
    assert shop.post(form).status == 200
    answer = shop.post(form)
    assert answer.status == 400
    assert "<h1>Erreur 03</h1>" in answer.text


def test_a_transaction_number_is_unique_whatever_its_case(shop: Shop) -> None:
    assert shop.post(shop.form(vads_trans_id="aBcDeF")).status == 200
    assert "<h1>Erreur 03</h1>" in shop.post(shop.form(vads_trans_id="AbCdEf")).text


def test_another_shop_may_use_the_same_number(shop: Shop) -> None:
    assert shop.post(shop.form(vads_trans_id="aaaaaa")).status == 200
    assert shop.post(shop.form(vads_trans_id="aaaaaa", vads_site_id="87654321")).status == 200


def test_the_next_utc_day_may_use_the_same_number(shop: Shop) -> None:
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    with time_machine.travel(midnight, tick=True):
        for seconds_before, status in ((1, 200), (2, 400), (0, 200)):
            day = f"{midnight - timedelta(seconds=seconds_before):%Y%m%d%H%M%S}"
            assert shop.post(shop.form(vads_trans_id="bbbbbb", vads_trans_date=day)).status == status


@pytest.mark.parametrize(("minutes", "status"), [(-59, 200), (59, 200), (-61, 400), (61, 400)])
def test_the_shop_clock_may_differ_by_an_hour(shop: Shop, minutes: int, status: int) -> None:
    date = f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y%m%d%H%M%S}"
    answer = shop.post(shop.form(vads_trans_date=date))
    assert answer.status == status
    assert ("<h1>Erreur 04</h1>" in answer.text) == (status == 400)


def test_optional_fields_may_be_empty_or_absent(shop: Shop) -> None:
    names = ("vads_order_id", "vads_return_mode", "vads_url_return", "vads_url_check", "vads_capture_delay")
    assert shop.post(shop.form(**dict.fromkeys(names, ""))).status == 200
    assert shop.post(shop.form(**dict.fromkeys(names))).status == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"vads_amount=1&vads_amount=2", b"vads_amount=%ff", b"\xff", b"&".join(b"a%d=1" % i for i in range(300))],
)
def test_a_body_that_is_no_form_is_refused(bank: BankServer, body: bytes) -> None:
    answer = send("POST", bank.service_url, body)
    assert answer.status == 400
    assert "La banque ne peut pas traiter cette demande." in answer.text


def test_a_huge_body_is_refused(bank: BankServer) -> None:
    assert send("POST", bank.service_url, b"a" * 70_000).status == 413


def test_a_body_without_length_is_refused(bank: BankServer) -> None:
    with socket.create_connection(("127.0.0.1", bank.port), timeout=5) as browser:
        browser.sendall(b"POST /vads-payment/ HTTP/1.1\r\nHost: bank\r\n\r\n")
        assert browser.recv(64).startswith(b"HTTP/1.0 411 ")


def test_a_browser_that_hangs_up_is_no_error(bank: BankServer, caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_connection(("127.0.0.1", bank.port)) as browser:
        browser.sendall(b"POST /vads-payment/ HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
        time.sleep(0.1)
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert send("GET", f"{bank.url}/payments.json").status == 200
    assert caplog.records == []
