"""`load_establishment FILE.toml`: what it writes, what it says, what it refuses."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from establishment_toml import GOOD, LOGO, written
from people import a_client, a_contract

from contracts.models import Tariff
from contracts.tariff_rules import tariff_from_json
from demo.rulebook import establishment_files
from establishments.models import Agency, Establishment
from journal.models import Event
from payments.models import MerchantAccount

pytestmark = pytest.mark.django_db

OTHER_RATE = ('rate = "0.820"', 'rate = "0.900"')


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NANTES_BANK_SECRET", "1122334455667788")


def load(path: Path) -> str:
    out = StringIO()
    call_command("load_establishment", str(path), stdout=out)
    return out.getvalue()


def refusal(path: Path) -> str:
    with pytest.raises(CommandError) as caught:
        load(path)
    assert caught.value.returncode == 1
    return str(caught.value)


def sign_a_contract() -> None:
    a_contract(a_client(Establishment.objects.get(slug="nantes")))


def rate() -> str:
    return str(tariff_from_json(Tariff.objects.get(code="2025-07").rules).brackets[1].rate)


def test_a_new_establishment(tmp_path: Path) -> None:
    said = load(written(tmp_path))
    nantes = Establishment.objects.get(slug="nantes")
    assert (nantes.name, nantes.phone, nantes.logo_svg) == ("Crédit Municipal de Nantes", "+33261910000", LOGO)
    assert (nantes.prolongation_months, nantes.cap_months, nantes.window_days) == (6, 24, 30)
    assert (nantes.prolongation_counted_from, nantes.payable_until) == ("due_date", "sale_list")
    assert (nantes.pays_online, nantes.bearer_payable) == (True, False)
    assert list(nantes.agencies.order_by("code").values_list("code", "phone")) == [
        ("NTE", "+33261910001"),
        ("SNZ", "+33261910002"),
    ]
    shop = nantes.merchant_account
    assert (shop.gateway, shop.mode, shop.site_id) == ("systempay", "TEST", "12345678")
    assert (shop.secret_env, shop.service_url) == ("NANTES_BANK_SECRET", "http://127.0.0.1:8001/vads-payment/")
    assert rate() == "0.820"
    assert "Créé\u00a0: établissement, contrat monétique, agence NTE, agence SNZ, tarif 2025-07." in said
    nantes.full_clean()


@pytest.mark.parametrize("path", establishment_files(), ids=lambda path: path.stem)
def test_the_demonstration_loads_and_loads_again(path: Path) -> None:
    load(path)
    events = Event.objects.count()
    establishment = Establishment.objects.get(slug=path.stem)
    assert (establishment.agencies.count(), establishment.tariffs.count()) == (2, 2)
    assert "Rien n’a changé." in load(path)
    assert Event.objects.count() == events == 1


def test_the_same_file_again_writes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path)
    load(path)
    with CaptureQueriesContext(connection) as queries:
        load(path)
    verbs = {query["sql"].split()[0] for query in queries}
    assert verbs <= {"SELECT", "SAVEPOINT", "RELEASE"}


def test_what_changes_is_named_and_journalled(tmp_path: Path) -> None:
    load(written(tmp_path))
    said = load(
        written(
            tmp_path,
            ("window_days = 30", "window_days = 45"),
            ("2 rue Exemple", "3 rue Exemple"),
            ('"12345678"', '"87654321"'),
            OTHER_RATE,
        )
    )
    assert Establishment.objects.get().window_days == 45
    assert Agency.objects.get(code="NTE").address == "3 rue Exemple, 44000 Nantes"
    assert MerchantAccount.objects.get().site_id == "87654321"
    assert rate() == "0.900"
    updated = (
        "établissement (fenêtre de prolongation (jours avant l’échéance)), contrat monétique (numéro de boutique), "
        "agence NTE (adresse), tarif 2025-07 (règles)"
    )
    assert f"Modifié\u00a0: {updated}." in said
    event = Event.objects.first()
    assert event is not None
    assert (event.kind, event.actor, event.data["created"]) == ("establishment_loaded", "system", "")
    assert "agence NTE (adresse)" in event.data["updated"]
    assert event.establishment == Establishment.objects.get()


def test_what_the_file_no_longer_names_is_left_alone_and_said(tmp_path: Path) -> None:
    load(written(tmp_path))
    said = load(written(tmp_path, ('"SNZ"', '"PNL"'), ('"2025-07"', '"2026-01"')))
    assert "Créé\u00a0: agence PNL, tarif 2026-01." in said
    assert "Absent du fichier, laissé tel quel\u00a0: agence SNZ, tarif 2025-07." in said
    assert (Agency.objects.count(), Tariff.objects.count()) == (3, 2)


def test_a_tariff_that_a_contract_uses_is_never_changed(tmp_path: Path) -> None:
    load(written(tmp_path))
    sign_a_contract()
    said = refusal(written(tmp_path, OTHER_RATE, ("window_days = 30", "window_days = 45")))
    assert "«\u00a02025-07\u00a0»" in said
    assert "Donnez un nouveau code" in said
    assert (rate(), Establishment.objects.get().window_days) == ("0.820", 30)
    assert Event.objects.filter(kind="establishment_loaded").count() == 1


def test_nor_is_its_first_day(tmp_path: Path) -> None:
    load(written(tmp_path))
    sign_a_contract()
    assert "nouveau code" in refusal(written(tmp_path, ("2025-07-01", "2025-08-01")))


def test_the_same_rules_in_another_writing_are_no_change(tmp_path: Path) -> None:
    load(written(tmp_path))
    sign_a_contract()
    said = load(written(tmp_path, ('rate = "0.820"', 'rate = "0.82"'), ('fixed_duty = "1"', 'fixed_duty = "1.0"')))
    assert "Rien n’a changé." in said


def test_another_establishment_s_tariff_of_the_same_code_is_its_own(tmp_path: Path, paris: Establishment) -> None:
    a_contract(a_client(paris))
    load(written(tmp_path, OTHER_RATE))
    assert str(tariff_from_json(paris.tariffs.get().rules).brackets[1].rate) == "0.820"
    assert "Modifié" in load(written(tmp_path))


def test_closing_the_bank_keeps_its_shop_for_its_last_words(tmp_path: Path) -> None:
    load(written(tmp_path))
    lines = GOOD[GOOD.index('mode = "TEST"') : GOOD.index("\n[[agencies]]")]
    load(written(tmp_path, ('"systempay"', '"none"'), (lines, "")))
    shop = MerchantAccount.objects.get()
    assert (shop.gateway, shop.site_id, shop.secret_env) == ("none", "12345678", "NANTES_BANK_SECRET")
    assert not Establishment.objects.get().pays_online


def test_an_establishment_that_never_paid_online(tmp_path: Path) -> None:
    load(written(tmp_path, ('"systempay"', '"none"'), ("bearer_payable = false", "bearer_payable = true")))
    establishment = Establishment.objects.get()
    assert (establishment.pays_online, establishment.bearer_payable) == (False, True)
    assert establishment.merchant_account.site_id == ""


def test_a_missing_key_is_said_without_stopping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Attention" not in load(written(tmp_path))
    monkeypatch.delenv("NANTES_BANK_SECRET")
    assert "la variable NANTES_BANK_SECRET est vide" in load(written(tmp_path))
    assert "Attention" not in load(written(tmp_path, ('"systempay"', '"none"')))


def test_changing_to_payfip_keeps_the_key_of_the_bank_before(tmp_path: Path) -> None:
    load(written(tmp_path))
    service = ("http://127.0.0.1:8001/vads-payment/", "http://127.0.0.1:8001/tpa/services/securite")
    changes = (('"systempay"', '"payfip"'), ('"12345678"', '"440001"'), service)
    said = load(written(tmp_path, *changes, ('secret_env = "NANTES_BANK_SECRET"\n', "")))
    assert "Modifié\u00a0: contrat monétique (banque, numéro de boutique, page de la banque)" in said
    account = Establishment.objects.get().merchant_account
    assert (account.gateway, account.site_id, account.secret_env) == ("payfip", "440001", "NANTES_BANK_SECRET")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("#7a1f3d", "rouge", "accent_color\u00a0: une couleur #rrggbb"),
        ('"nantes"', '"demo"', "slug\u00a0: cette adresse est réservée au site (trouvé\u00a0: demo)"),
        ('"systempay"', '"payfip"', "payment.site_id\u00a0: 6 chiffres entre guillemets"),
        ("months = 6", "mois = 6", "prolongation.months\u00a0: clé manquante"),
    ],
)
def test_a_damaged_file_writes_nothing(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = written(tmp_path, (old, new))
    assert f"{path}\u00a0: {words}" in refusal(path)
    assert not Establishment.objects.exists()


def test_an_absent_file(tmp_path: Path) -> None:
    assert "fichier illisible" in refusal(tmp_path / "absent.toml")
    assert "fichier illisible" in refusal(tmp_path)


def test_production_refuses_the_bank_of_test(tmp_path: Path, settings: Any) -> None:
    settings.PRODUCTION = True
    assert "payment.mode\u00a0: en production" in refusal(written(tmp_path))


def test_how_many_sms_a_day(tmp_path: Path) -> None:
    load(written(tmp_path))
    assert Establishment.objects.get().sms_daily_cap == 3000
    more = ('city = "Nantes"', 'city = "Nantes"\nsms_daily_cap = 500')
    load(written(tmp_path, more))
    assert Establishment.objects.get().sms_daily_cap == 500
    load(written(tmp_path))
    assert Establishment.objects.get().sms_daily_cap == 3000, "the file says all"


def test_a_cap_of_no_sms_at_all_is_refused_by_the_database_too(nantes: Establishment) -> None:
    nantes.sms_daily_cap = 0
    with pytest.raises(IntegrityError, match="establishment_sms_daily_cap_positive"), transaction.atomic():
        nantes.save()
