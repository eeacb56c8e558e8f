import pytest

from testbank.signing import is_signed, sign

# The bank's own example: https://paiement.systempay.fr/doc/en-EN/form-payment/quick-start-guide/computing-the-signature.html
PUBLISHED_KEY = "1122334455667788"
PUBLISHED_SIGNATURE = "ycA5Do5tNvsnKdc/eP1bj2xa19z9q3iWPy9/rpesfS0="
PUBLISHED_FIELDS = {
    "vads_version": "V2",
    "vads_action_mode": "INTERACTIVE",
    "vads_amount": "5124",
    "vads_ctx_mode": "TEST",
    "vads_currency": "978",
    "vads_page_action": "PAYMENT",
    "vads_payment_config": "SINGLE",
    "vads_site_id": "12345678",
    "vads_trans_date": "20170129130025",
    "vads_trans_id": "123456",
}


def test_the_published_signature() -> None:
    assert sign(PUBLISHED_FIELDS, PUBLISHED_KEY) == PUBLISHED_SIGNATURE


def test_only_vads_fields_are_signed() -> None:
    assert sign(PUBLISHED_FIELDS | {"signature": "x", "pay": "Payer"}, PUBLISHED_KEY) == PUBLISHED_SIGNATURE


def test_the_published_form_is_signed() -> None:
    assert is_signed(PUBLISHED_FIELDS | {"signature": PUBLISHED_SIGNATURE}, PUBLISHED_KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"vads_amount": "5125"},
        {"vads_more": ""},
        {"signature": ""},
        {"signature": "é"},
        {"signature": PUBLISHED_SIGNATURE.lower()},
    ],
)
def test_an_altered_form_is_not_signed(change: dict[str, str]) -> None:
    assert not is_signed(PUBLISHED_FIELDS | {"signature": PUBLISHED_SIGNATURE} | change, PUBLISHED_KEY)


def test_another_key_does_not_sign() -> None:
    assert not is_signed(PUBLISHED_FIELDS | {"signature": PUBLISHED_SIGNATURE}, "8877665544332211")
