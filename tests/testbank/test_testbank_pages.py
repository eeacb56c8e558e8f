"""The pages, as their HTML says it."""

import pytest
from fake_shop import Page, Shop, send

from testbank.pages import format_euros
from testbank.server import BankServer

OUTCOMES = {"accepted", "refused", "cancelled", "abandoned", "silent", "technical"}
TIMINGS = ["", "now", "late", "twice", "never", "forged", "wrong_amount"]


@pytest.mark.parametrize(
    ("cents", "text"),
    [(1, "0,01\xa0€"), (5920, "59,20\xa0€"), (123456, "1\xa0234,56\xa0€"), (123456789, "1\xa0234\xa0567,89\xa0€")],
)
def test_an_amount_in_french(cents: int, text: str) -> None:
    assert format_euros(cents) == text


def test_the_page_holds_one_form_that_any_client_can_send(shop: Shop) -> None:
    page = shop.open()
    (form,) = page.forms
    assert form["method"] == "post"
    assert set(page.buttons) == OUTCOMES
    assert page.buttons[0] == "accepted"
    assert page.options == TIMINGS
    assert page.hidden.keys() == {"session"}


def test_the_page_says_what_is_paid(shop: Shop) -> None:
    text = shop.post(shop.form(vads_amount="123456")).text
    assert '<data class="amount" value="1234.56">1\xa0234,56\xa0€</data>' in text
    assert "Payer 1\xa0234,56\xa0€</button>" in text
    assert "n°&nbsp;12345678" in text
    assert "NTE-2026-0042" in text
    assert "aucun argent n’est débité" in text


def test_without_an_order_number_the_reference_is_the_transaction_s(shop: Shop) -> None:
    assert "<dd>refref</dd>" in shop.post(shop.form(vads_order_id=None, vads_trans_id="refref")).text


def test_markup_in_a_field_is_shown_as_text(shop: Shop) -> None:
    hostile = shop.post(shop.form(**{"vads_<script>": "x" * 300}))
    assert hostile.status == 400
    assert "vads_&lt;script&gt;" in hostile.text
    assert "script" not in Page(hostile.text).tags
    left = shop.pay("abandoned", vads_url_return='https://boutique.example/"><script>')
    assert "script" not in Page(left.text).tags
    assert "https://boutique.example/&quot;&gt;&lt;script&gt;" in left.text


def test_every_page_stands_alone(shop: Shop, bank: BankServer) -> None:
    pages = [
        send("GET", f"{bank.url}/"),
        send("GET", f"{bank.url}/nulle-part"),
        send("POST", bank.service_url),
        shop.post(shop.form()),
        shop.pay("abandoned"),
        shop.pay("accepted", vads_url_return=None),
    ]
    for answer in pages:
        page = Page(answer.text)
        assert '<html lang="fr">' in answer.text
        assert page.tags.count("h1") == 1
        assert page.tags.count("title") == 1
        assert page.labels <= page.ids
        assert page.tags.count("label") == page.tags.count("select")
        assert not {"script", "img", "iframe", "object"} & set(page.tags)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("method", "path"), [("GET", "/vads-payment/"), ("POST", "/"), ("GET", "/payments/a/refund")])
def test_an_address_that_is_not_there_is_404(bank: BankServer, method: str, path: str) -> None:
    answer = send(method, bank.url + path)
    assert answer.status == 404
    assert "<h1>Page introuvable</h1>" in answer.text
