"""The keys of applications of codes are sealed: who reads the database makes no code of them."""

import importlib
from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management import call_command
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from hypothesis import given
from hypothesis import strategies as st

from accounts import sealed_keys
from accounts.models import Authenticator, Client

KEY = "3132333435363738393031323334353637383930"
migration = importlib.import_module("accounts.migrations.0006_sealed_authenticators")


# From eight bytes on, since two letters may well stand in a seal by chance.
@given(st.binary(min_size=8, max_size=40))
def test_what_is_sealed_comes_back_and_stands_nowhere(key: bytes) -> None:
    sealed = sealed_keys.seal(key)
    assert sealed_keys.unseal(sealed) == key
    assert sealed != sealed_keys.seal(key), "no two seals are alike"
    assert key.hex() not in sealed


@given(st.text(max_size=80))
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(InvalidToken):
        sealed_keys.unseal(text)


@pytest.mark.django_db
def test_a_new_key_is_sealed_in_its_column_and_makes_its_codes(helene: Client) -> None:
    device = Authenticator.objects.create(user=helene.user, name="application", key=KEY)
    stored = TOTPDevice.objects.get().key
    assert KEY not in stored
    assert len(stored) == 64
    device.name = "saved again"
    device.save()
    kept = Authenticator.objects.get()
    assert kept.bin_key.hex() == KEY
    assert kept.verify_token(f"{totp(bytes.fromhex(KEY)):06d}")


@pytest.mark.django_db
def test_a_former_key_of_ours_still_opens_it_until_it_is_sealed_again(helene: Client, settings: Any) -> None:
    Authenticator.objects.create(user=helene.user, name="application", key=KEY)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the-key-of-the-day-after"
    assert Authenticator.objects.get().bin_key.hex() == KEY
    call_command("reseal", "--write", verbosity=0)
    settings.SECRET_KEY_FALLBACKS = []
    assert Authenticator.objects.get().bin_key.hex() == KEY


@pytest.mark.django_db
def test_sealed_with_a_lost_key_no_code_is_right_and_the_log_says_why(
    helene: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    Authenticator.objects.create(user=helene.user, name="application", key=KEY)
    settings.SECRET_KEY = "the-key-of-the-day-after"
    assert not Authenticator.objects.get().verify_token(f"{totp(bytes.fromhex(KEY)):06d}")
    assert "another SECRET_KEY" in caplog.text


@pytest.mark.django_db
def test_what_stood_in_clear_is_sealed_by_the_migration(helene: Client) -> None:
    TOTPDevice.objects.create(user=helene.user, name="application", key=KEY)
    for _ in range(2):
        migration.seal_all(apps, None)
        assert KEY not in TOTPDevice.objects.get().key
        assert Authenticator.objects.get().bin_key.hex() == KEY
    migration.unseal_all(apps, None)
    assert TOTPDevice.objects.get().key == KEY
