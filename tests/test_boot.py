"""A production whose database holds an unsafe bank account does not start."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from people import an_establishment

from payments.models import MerchantAccount
from pretgage.boot import refuse_to_work, require_safe_banks

SAFE = {
    "gateway": "systempay",
    "mode": "PRODUCTION",
    "site_id": "12345678",
    "secret_env": "NANTES_BANK_SECRET",
    "service_url": "https://paiement.systempay.fr/vads-payment/",
}


@pytest.fixture(autouse=True)
def _production(settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """The test's own connection stays open."""
    settings.PRODUCTION = True
    monkeypatch.setenv("NANTES_BANK_SECRET", "8877665544332211")
    monkeypatch.setattr("pretgage.boot.connections.close_all", lambda: None)


def an_account(slug: str = "nantes", **facts: str) -> MerchantAccount:
    return MerchantAccount.objects.create(establishment=an_establishment(slug), **(SAFE | facts))


def test_safe_accounts_let_it_start() -> None:
    an_account()
    an_account("paris", gateway="none", mode="TEST", site_id="", secret_env="", service_url="")
    an_account(
        "nice",
        gateway="payfip",
        site_id="060001",
        secret_env="",
        service_url="https://www.payfip.gouv.fr/tpa/services/securite",
    )
    require_safe_banks()
    refuse_to_work()


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"mode": "TEST"}, "nantes : le mode est TEST"),
        ({"secret_env": "ABSENTE"}, "nantes : la variable ABSENTE est vide"),
        ({"service_url": "https://banque.example.fr/vads-payment/"}, "nantes : l’adresse https://banque.example.fr"),
        ({"service_url": "http://127.0.0.1:8001/vads-payment/"}, "nantes : l’adresse http://127.0.0.1:8001"),
        ({"gateway": "payfip", "mode": "ACTIVATION"}, "nantes : le mode est ACTIVATION"),
    ],
)
def test_an_unsafe_one_is_named_and_stops_web_and_worker(facts: dict[str, str], fault: str) -> None:
    an_account(**facts)
    with pytest.raises(ImproperlyConfigured, match=fault):
        require_safe_banks()
    with pytest.raises(SystemExit, match=fault):
        refuse_to_work()


def test_elsewhere_test_accounts_are_at_home(settings: Any) -> None:
    settings.PRODUCTION = False
    an_account(mode="TEST", service_url="http://127.0.0.1:8001/vads-payment/")
    require_safe_banks()


def test_a_database_that_is_not_migrated_yet_lets_it_start() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_merchantaccount RENAME TO away")
    require_safe_banks()
