"""The library that the portal uses reads the bank's messages, and the bank reads its forms: two codes, one protocol."""

from decimal import Decimal

import eopayment
import pytest
from fake_shop import Answer, Page, Shop

from testbank.server import DEFAULT_KEY

ATTEMPT = "0f8b2c6e4d1a4b7c9e3f5a6b7c8d9e0f"


def make_gateway(shop: Shop, **options: str) -> eopayment.Payment:
    return eopayment.Payment(
        "systempayv2",
        {
            "vads_site_id": "12345678",
            "vads_ctx_mode": "TEST",
            "secret_test": DEFAULT_KEY,
            "signature_algo": "hmac_sha256",
            "vads_return_mode": "NONE",
            "service_url": shop.bank.service_url,
            "automatic_return_url": f"{shop.url}/notification/",
            "normal_return_url": f"{shop.url}/retour/",
        }
        | options,
    )


def pay(shop: Shop, gateway: eopayment.Payment, outcome: str, timing: str = "now") -> Answer:
    _, kind, form = gateway.request(Decimal("59.20"), transaction_id=ATTEMPT, orderid="NTE-2026-0042")
    assert (kind, form.url) == (eopayment.FORM, shop.bank.service_url)
    answer = shop.post({field["name"]: field["value"] for field in form.fields})
    assert answer.status == 200, answer.text
    return shop.choose(Page(answer.text), outcome, timing)


@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        ("accepted", eopayment.PAID),
        ("refused", eopayment.DENIED),
        ("cancelled", eopayment.CANCELLED),
        ("technical", eopayment.ERROR),
    ],
)
def test_a_notification_is_signed_and_understood(shop: Shop, outcome: str, result: int) -> None:
    gateway = make_gateway(shop)
    assert pay(shop, gateway, outcome).location == f"{shop.url}/retour/"
    response = gateway.response(shop.bodies[0])
    assert response.signed
    assert response.result == result
    assert response.order_id == ATTEMPT
    assert response.test
    assert response.bank_data["vads_amount"] == "5920"


def test_a_silent_bank_differs_by_its_status_alone(shop: Shop) -> None:
    """The library calls it paid: whoever trusts its result without the status credits what may be refused."""
    gateway = make_gateway(shop)
    pay(shop, gateway, "silent")
    response = gateway.response(shop.bodies[0])
    assert response.signed
    assert response.result == eopayment.PAID
    assert response.bank_data["vads_trans_status"] == "UNDER_VERIFICATION"


def test_a_forged_notification_is_not_signed(shop: Shop) -> None:
    gateway = make_gateway(shop)
    pay(shop, gateway, "accepted", "forged")
    assert not gateway.response(shop.bodies[0]).signed


def test_a_wrong_amount_is_signed(shop: Shop) -> None:
    gateway = make_gateway(shop)
    pay(shop, gateway, "accepted", "wrong_amount")
    response = gateway.response(shop.bodies[0])
    assert response.signed
    assert response.bank_data["vads_amount"] == "2960"


def test_the_signed_return_of_the_get_mode_is_understood(shop: Shop) -> None:
    gateway = make_gateway(shop, vads_return_mode="GET")
    _, _, query = pay(shop, gateway, "accepted").location.partition("?")
    response = gateway.response(query)
    assert (response.signed, response.result) == (True, eopayment.PAID)


def test_a_form_signed_with_sha1_or_another_key_is_error_00(shop: Shop) -> None:
    for options in ({"signature_algo": "sha1"}, {"secret_test": "8877665544332211"}):
        _, _, form = make_gateway(shop, **options).request(Decimal("59.20"), transaction_id=ATTEMPT)
        answer = shop.post({field["name"]: field["value"] for field in form.fields})
        assert answer.status == 400
        assert "<h1>Erreur 00</h1>" in answer.text
