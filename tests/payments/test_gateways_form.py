"""The form that leaves for the bank."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from bank_messages import KEY, SECRET_ENV, a_form, a_merchant

from payments.gateways import MissingSecretError, missing_secret
from testbank.payment_form import check_form


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET_ENV, KEY)


def test_the_bank_accepts_the_form() -> None:
    form = a_form(a_merchant())
    order = check_form(dict(form.fields), key=KEY, now=datetime.now(UTC))
    assert form.url == "http://127.0.0.1:8001/vads-payment/"
    assert (order.amount, order.site_id, order.order_id) == (5920, "44000001", "NTE-2026-0042")
    assert order.notification_url == "https://portail.example.fr/notification/"
    assert order.shop_url == "https://portail.example.fr/retour/"
    assert order.fields["vads_return_mode"] == "NONE"


def test_the_form_says_what_to_keep() -> None:
    form = a_form(a_merchant())
    fields = dict(form.fields)
    assert (form.trans_date, form.trans_id) == (fields["vads_trans_date"], fields["vads_trans_id"])
    assert re.fullmatch("20[0-9]{12}", form.trans_date)
    assert re.fullmatch("[0-8a-zA-Z][0-9a-zA-Z]{5}", form.trans_id)


def test_the_mode_is_the_shop_s() -> None:
    assert dict(a_form(a_merchant(mode="PRODUCTION")).fields)["vads_ctx_mode"] == "PRODUCTION"


def test_the_bank_learns_nothing_of_the_client_nor_of_the_loan() -> None:
    fields = dict(a_form(a_merchant()).fields)
    about_people = {name for name in fields if name.startswith(("vads_cust_", "vads_order_info", "vads_user"))}
    assert about_people == {"vads_cust_country"}
    assert not re.search("gage|bijou|pr[eê]t|vente|ench", " ".join(fields.values()), re.IGNORECASE)


@pytest.mark.parametrize(
    ("amount", "cents"), [("0.01", "1"), ("0.29", "29"), ("1.15", "115"), ("9999999.99", "999999999")]
)
def test_every_cent_arrives(amount: str, cents: str) -> None:
    assert dict(a_form(a_merchant(), amount=Decimal(amount)).fields)["vads_amount"] == cents


@pytest.mark.parametrize("amount", ["0", "-1", "59.205"])
def test_an_amount_that_is_no_number_of_cents_does_not_leave(amount: str) -> None:
    with pytest.raises(ValueError, match="positive number of cents"):
        a_form(a_merchant(), amount=Decimal(amount))


@pytest.mark.parametrize("order_id", ["NTE/2026", "N" * 33, "Nantes 42"])
def test_an_order_that_the_bank_would_refuse_does_not_leave(order_id: str) -> None:
    with pytest.raises(ValueError, match="vads_order_id"):
        a_form(a_merchant(), order_id=order_id)


@pytest.mark.parametrize("value", [None, "", "  \n"])
def test_no_form_without_a_key(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv(SECRET_ENV)
    if value is not None:
        monkeypatch.setenv(SECRET_ENV, value)
    assert missing_secret(a_merchant())
    with pytest.raises(MissingSecretError, match=SECRET_ENV):
        a_form(a_merchant())


def test_the_key_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    monkeypatch.delenv(SECRET_ENV)
    monkeypatch.setenv(f"{SECRET_ENV}_FILE", str(path))
    assert not missing_secret(a_merchant())
    check_form(dict(a_form(a_merchant()).fields), key=KEY, now=datetime.now(UTC))


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00"])
def test_an_unreadable_or_empty_key_file_is_no_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv(f"{SECRET_ENV}_FILE", str(path))
    assert missing_secret(a_merchant())


def test_a_shop_that_names_no_key_has_none() -> None:
    assert missing_secret(a_merchant(secret_env=""))
