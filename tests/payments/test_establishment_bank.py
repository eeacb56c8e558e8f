"""The bank of an establishment's file: whom production knows, and what each protocol needs."""

from pathlib import Path

import pytest
from establishment_toml import GOOD, fault, read, written

from payments.bank_addresses import PAYFIP_URL, VADS_HOSTS
from payments.establishment_file import BankContract


def test_a_closed_bank_may_keep_its_lines(tmp_path: Path) -> None:
    assert read(written(tmp_path, ('"systempay"', '"none"'))).bank is None
    lines = GOOD[GOOD.index('mode = "TEST"') : GOOD.index("\n[[agencies]]")]
    assert read(written(tmp_path, ('"systempay"', '"none"'), (lines, ""))).bank is None


@pytest.mark.parametrize(
    "url", ["https://banque.example.fr/vads-payment/", "http://localhost:9/", "http://[::1]:8001/"]
)
def test_a_bank_of_test_is_on_this_machine_or_over_https(tmp_path: Path, url: str) -> None:
    bank = read(written(tmp_path, ("http://127.0.0.1:8001/vads-payment/", url))).bank
    assert bank is not None
    assert bank.service_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://banque.example.fr/",
        "http://127.0.0.1.example.fr/",
        "ftp://127.0.0.1/",
        "https://",
        "https://paiement.systempay.fr@example.fr/",
        "https://banque.example.fr/?a=1",
        "https://banque.example.fr/#a",
        "https://banque.example.fr:99999/",
    ],
)
def test_the_client_is_sent_nowhere_else(tmp_path: Path, url: str) -> None:
    error = fault(written(tmp_path, ("http://127.0.0.1:8001/vads-payment/", url)))
    assert (error.key, error.value) == ("payment.service_url", url)


@pytest.mark.parametrize("host", sorted(VADS_HOSTS))
def test_production_knows_these_banks(tmp_path: Path, host: str) -> None:
    url = f"https://{host}/vads-payment/"
    path = written(tmp_path, ('"TEST"', '"PRODUCTION"'), ("http://127.0.0.1:8001/vads-payment/", url))
    bank = read(path, is_production=True).bank
    assert bank is not None
    assert (bank.mode, bank.service_url) == ("PRODUCTION", url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8001/vads-payment/",
        "http://paiement.systempay.fr/vads-payment/",
        "https://paiement.systempay.fr.example.fr/",
        "https://paiement.systempay.fr:8443/",
        "https://banque.example.fr/vads-payment/",
    ],
)
def test_production_knows_no_other(tmp_path: Path, url: str) -> None:
    path = written(tmp_path, ('"TEST"', '"PRODUCTION"'), ("http://127.0.0.1:8001/vads-payment/", url))
    assert fault(path, is_production=True).key == "payment.service_url"


PAYFIP = (('"systempay"', '"payfip"'), ('"12345678"', '"440001"'))
AT_THE_TEST_BANK = ("http://127.0.0.1:8001/vads-payment/", "http://127.0.0.1:8001/tpa/services/securite")
SERVICE_LINE = ('service_url = "http://127.0.0.1:8001/vads-payment/"\n', "")


def test_payfip_needs_a_number_and_no_key(tmp_path: Path) -> None:
    path = written(tmp_path, *PAYFIP, ('secret_env = "NANTES_BANK_SECRET"\n', ""), AT_THE_TEST_BANK)
    assert read(path).bank == BankContract("payfip", "TEST", "440001", "", AT_THE_TEST_BANK[1])


def test_payfip_has_one_address_that_need_not_be_written(tmp_path: Path) -> None:
    path = written(tmp_path, *PAYFIP, ('"TEST"', '"PRODUCTION"'), SERVICE_LINE)
    assert read(path, is_production=True).bank == BankContract(
        "payfip", "PRODUCTION", "440001", "NANTES_BANK_SECRET", PAYFIP_URL
    )


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('"440001"', '"44000"', "payment.site_id", "6 chiffres entre guillemets, le numéro client de PayFiP"),
        ('"440001"', '"٤٤٠٠٠١"', "payment.site_id", "6 chiffres entre guillemets, le numéro client de PayFiP"),
        ('"TEST"', '"X"', "payment.mode", "à choisir entre TEST, ACTIVATION, PRODUCTION"),
        ("tpa/services/securite", "", "payment.service_url", "une adresse qui finit par /tpa/services/securite"),
        ("NANTES_BANK_SECRET", "clé", "payment.secret_env", "le nom d’une variable, en majuscules, chiffres ou _"),
    ],
)
def test_what_payfip_cannot_work_with(tmp_path: Path, old: str, new: str, key: str, reason: str) -> None:
    error = fault(written(tmp_path, *PAYFIP, AT_THE_TEST_BANK, (old, new)))
    assert (error.key, error.reason) == (key, reason)


def test_activation_is_a_mode_of_payfip_outside_of_production(tmp_path: Path) -> None:
    path = written(tmp_path, *PAYFIP, ('"TEST"', '"ACTIVATION"'), SERVICE_LINE)
    bank = read(path).bank
    assert bank is not None
    assert bank.mode == "ACTIVATION"
    assert fault(path, is_production=True).key == "payment.mode"
    assert fault(written(tmp_path, ('"TEST"', '"ACTIVATION"'))).key == "payment.mode"


def test_production_knows_payfip_at_its_own_host(tmp_path: Path) -> None:
    elsewhere = (AT_THE_TEST_BANK[0], "https://paiement.systempay.fr/tpa/services/securite")
    error = fault(written(tmp_path, *PAYFIP, ('"TEST"', '"PRODUCTION"'), elsewhere), is_production=True)
    assert (error.key, error.reason) == (
        "payment.service_url",
        "l’hôte d’une banque connue\u00a0: www.payfip.gouv.fr",
    )


def test_production_takes_no_test_cards(tmp_path: Path) -> None:
    error = fault(written(tmp_path), is_production=True)
    assert (error.key, error.value) == ("payment.mode", "TEST")
