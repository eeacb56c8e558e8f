"""`check_merchant`: whether the account of an establishment can work, before a client finds out."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from payfip_bank import SERVICE, LyingBank, payfip_merchant
from paying import a_merchant

from establishments.models import Establishment
from payments.gateways import systempay
from payments.models import MerchantAccount
from testbank.payfip import soap
from testbank.server import BankServer


def check(slug: str = "nantes") -> str:
    """Everything is in order, or the words that say what is not."""
    said, returncode, ending = StringIO(), 1, ""
    try:
        call_command("check_merchant", slug, stdout=said)
    except CommandError as error:
        returncode, ending = error.returncode, str(error)
    assert returncode == 1
    return said.getvalue() + ending


def test_an_account_in_order(merchant: MerchantAccount) -> None:
    said = check()
    assert "Systempay 12345678, mode TEST, https://banque.example/vads-payment/" in said
    assert "http://localhost:8000/paiements/notification/nantes/" in said
    assert said.endswith("Tout est en ordre.\n")


def test_an_unknown_establishment_is_a_bad_argument(db: None) -> None:
    with pytest.raises(CommandError, match="Établissement inconnu") as caught:
        call_command("check_merchant", "ailleurs")
    assert caught.value.returncode == 2


def test_an_establishment_without_an_account(nantes: Establishment) -> None:
    assert "Aucun contrat monétique" in check()


def test_a_closed_account_is_in_order(nantes: Establishment) -> None:
    a_merchant(nantes, gateway="none", site_id="", secret_env="", service_url="")
    assert "le paiement en ligne est fermé" in check()


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"site_id": "1234567"}, "le numéro de boutique a 8 chiffres (trouvé\u00a0: «\u00a01234567\u00a0»)"),
        ({"site_id": "١٢٣٤٥٦٧٨"}, "le numéro de boutique a 8 chiffres"),
        ({"secret_env": "ABSENTE"}, "la variable ABSENTE est vide"),
        ({"secret_env": ""}, "la variable de la clé est vide"),
        ({"service_url": "http://banque.example/"}, "n’est pas en https"),
    ],
)
def test_each_fault_is_a_sentence(merchant: MerchantAccount, facts: dict[str, str], fault: str) -> None:
    MerchantAccount.objects.update(**facts)
    said = check()
    assert fault in said
    assert said.endswith("1\u00a0défaut.")


def test_all_faults_are_said_at_once(merchant: MerchantAccount) -> None:
    MerchantAccount.objects.update(site_id="1", secret_env="", service_url="http://banque.example/")
    assert check().endswith("3\u00a0défauts.")


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({}, "le mode est TEST, et en production il est PRODUCTION"),
        ({"mode": "PRODUCTION"}, "n’est pas celle d’une banque connue (paiement.systempay.fr"),
    ],
)
def test_production_asks_for_more(merchant: MerchantAccount, settings: Any, facts: dict[str, str], fault: str) -> None:
    settings.PRODUCTION = True
    MerchantAccount.objects.update(**facts)
    assert fault in check()


def test_the_key_of_the_manual_is_nobodys(merchant: MerchantAccount, settings: Any) -> None:
    MerchantAccount.objects.update(mode="PRODUCTION", service_url="https://paiement.systempay.fr/vads-payment/")
    assert "Tout est en ordre" in check()
    settings.PRODUCTION = True
    assert "contient la clé d’exemple que la banque publie" in check()


def test_a_production_in_order(merchant: MerchantAccount, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PRODUCTION = True
    monkeypatch.setenv(merchant.secret_env, "8877665544332211")
    MerchantAccount.objects.update(mode="PRODUCTION", service_url="https://paiement.systempay.fr/vads-payment/")
    assert "Tout est en ordre" in check()


def test_a_library_that_signs_otherwise_is_noticed(merchant: MerchantAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the published example."""
    monkeypatch.setattr(systempay, "PUBLISHED_SIGNATURE", "59c96b34c74b9375c332b0b6a32e6deeec87de2b")  # by SHA-1
    assert "la signature de l’exemple publié par la banque n’est pas retrouvée" in check()


def test_a_reader_that_believes_anything_is_noticed(merchant: MerchantAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systempay, "_signed_response", lambda *_: object())
    assert "ou la clé signe mal" in check()


def test_payfip_in_order(payfip: BankServer) -> None:
    assert "PayFiP 440001, mode TEST" in check()
    assert "Tout est en ordre" in check()


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (200, soap.answer("recupererDetailClient", {"numcli": "999999"}), "PayFiP répond pour un autre numéro client"),
        (500, soap.fault(soap.Fault("N2", "inconnu")), "PayFiP refuse ce numéro client\u00a0: N2 inconnu"),
        (503, "", "PayFiP ne répond pas"),
        (200, "<html>", "PayFiP ne répond pas"),
    ],
)
def test_what_payfip_answers(liar: LyingBank, status: int, body: str, fault: str) -> None:
    liar.answer = lambda _: (status, body.encode())
    assert fault in check()


def test_payfip_at_another_address(nantes: Establishment) -> None:
    payfip_merchant(nantes, "https://www.payfip.gouv.fr/tpa/")
    said = check()
    assert f"ne finit pas par {SERVICE}" in said
    assert "PayFiP ne répond pas (l’adresse n’est pas celle de PayFiP)" in said
