"""What the shop hears, and where the browser goes, for each outcome."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from fake_shop import Page, Shop, send

from testbank.server import DEFAULT_KEY, BankServer
from testbank.signing import is_signed


@pytest.mark.parametrize(
    ("outcome", "result", "auth_result", "trans_status"),
    [
        ("accepted", "00", "00", "AUTHORISED"),
        ("refused", "05", "51", "REFUSED"),
        ("silent", "00", "", "UNDER_VERIFICATION"),
        ("technical", "96", "96", "NOT_CREATED"),
        ("cancelled", "17", "", "ABANDONED"),
    ],
)
def test_the_shop_hears_before_the_browser_returns(
    shop: Shop, outcome: str, result: str, auth_result: str, trans_status: str
) -> None:
    answer = shop.pay(outcome, "now")
    assert answer.status == 303
    assert answer.location == f"{shop.url}/retour/"
    (message,) = shop.notifications
    assert is_signed(message, DEFAULT_KEY)
    assert message["vads_result"] == result
    assert message["vads_auth_result"] == auth_result
    assert message["vads_trans_status"] == trans_status
    assert message["vads_operation_type"] == "DEBIT"
    assert message["vads_url_check_src"] == "PAY"


def test_a_notification_echoes_the_form_without_its_addresses(shop: Shop) -> None:
    form = shop.form(vads_order_info="Crédit Municipal + à payer", vads_capture_delay="", vads_payment_cards="CB")
    shop.choose(Page(shop.post(form).text), "accepted")
    (message,) = shop.notifications
    unsaid = {"signature", "vads_capture_delay", "vads_payment_cards", "vads_return_mode"}
    expected = {name: value for name, value in form.items() if name not in unsaid and "_url_" not in name}
    assert expected.items() <= message.items()
    assert message["vads_capture_delay"] == "0"
    assert message["vads_bank_label"] == "Banque de démo et de l'innovation"
    assert json.loads(message["vads_brand_management"])["brand"] == "CB"
    assert message["vads_effective_amount"] == "5920"
    assert len(message["vads_hash"]) == 64
    assert not {"vads_return_mode", "vads_payment_cards", "vads_url_return", "vads_url_check"} & message.keys()


@pytest.mark.parametrize(
    ("outcome", "heard"),
    [("accepted", 1), ("refused", 1), ("silent", 1), ("technical", 1), ("cancelled", 0), ("abandoned", 0)],
)
@pytest.mark.parametrize("timing", [None, ""])
def test_usually_the_bank_says_nothing_of_a_cancelled_payment(
    shop: Shop, outcome: str, timing: str | None, heard: int
) -> None:
    shop.pay(outcome, timing)
    assert len(shop.notifications) == heard


def test_an_abandoned_payment_is_never_told_and_does_not_return(shop: Shop) -> None:
    answer = shop.pay("abandoned", "now")
    assert answer.status == 200
    assert answer.location == ""
    assert "<h1>Paiement abandonné</h1>" in answer.text
    assert f'href="{shop.url}/retour/"' in answer.text
    assert shop.notifications == []


@pytest.mark.parametrize(
    ("outcome", "field"),
    [
        ("accepted", "vads_url_success"),
        ("refused", "vads_url_refused"),
        ("cancelled", "vads_url_cancel"),
        ("technical", "vads_url_error"),
    ],
)
def test_an_outcome_may_have_its_own_return(shop: Shop, outcome: str, field: str) -> None:
    assert (
        shop.pay(outcome, **{field: "https://boutique.example/ici?a=1"}).location == "https://boutique.example/ici?a=1"
    )


def test_a_form_without_return_address_ends_on_a_page(shop: Shop) -> None:
    answer = shop.pay("accepted", vads_url_return=None)
    assert answer.status == 200
    assert "<h1>Paiement terminé</h1>" in answer.text


@pytest.mark.parametrize("query", ["", "?a=1"])
def test_the_get_mode_returns_the_signed_fields(shop: Shop, query: str) -> None:
    answer = shop.pay("accepted", vads_return_mode="GET", vads_url_return=f"{shop.url}/retour/{query}")
    returned = dict(parse_qsl(urlsplit(answer.location).query, keep_blank_values=True))
    assert is_signed(returned, DEFAULT_KEY)
    assert returned.pop("a", "") == ("1" if query else "")
    (heard,) = shop.notifications
    assert heard.keys() - returned.keys() == {"vads_url_check_src", "vads_hash"}
    assert returned["vads_trans_uuid"] == heard["vads_trans_uuid"]


def test_a_second_click_changes_nothing(shop: Shop, bank: BankServer) -> None:
    page = shop.open()
    shop.choose(page, "accepted", "now")
    again = shop.choose(page, "refused", "now")
    assert again.status == 303
    assert len(shop.notifications) == 1
    assert bank.bank.describe_all()[0]["state"] == "accepted"


def test_eight_clicks_at_once_are_one_payment(shop: Shop, bank: BankServer) -> None:
    page = shop.open()
    with ThreadPoolExecutor(8) as clicks:
        answers = list(clicks.map(lambda _: shop.choose(page, "accepted"), range(8)))
    assert [answer.status for answer in answers] == [303] * 8
    assert len(shop.notifications) == len(bank.bank.describe_all()) == 1


@pytest.mark.parametrize(("minutes", "status", "state"), [(9, 303, "accepted"), (11, 410, "expired")])
def test_a_session_lives_ten_minutes(shop: Shop, bank: BankServer, minutes: int, status: int, state: str) -> None:
    page = shop.open()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes), tick=True):
        assert shop.choose(page, "accepted").status == status
        assert json.loads(send("GET", f"{bank.url}/payments.json").text)[0]["state"] == state
    assert len(shop.notifications) == (1 if status == 303 else 0)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"outcome": "accepted"}, 404),
        ({"outcome": "accepted", "session": "0" * 32}, 404),
        ({"outcome": "paid"}, 400),
        ({}, 400),
        ({"outcome": "accepted", "notification": "soon"}, 400),
    ],
)
def test_a_wrong_choice_is_refused_in_words(bank: BankServer, fields: dict[str, str], status: int) -> None:
    answer = send("POST", f"{bank.url}/vads-payment/outcome/", fields)
    assert answer.status == status
    assert "<h1>" in answer.text
