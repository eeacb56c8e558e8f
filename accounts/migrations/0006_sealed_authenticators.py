"""Keys of applications of codes, until now in clear, are sealed."""

from typing import Any

from django.db import migrations

from accounts import sealed_keys

HEXADECIMAL = 40  # characters of a key in clear; a sealed one has 64


def seal_all(apps: Any, schema_editor: Any) -> None:
    for device in apps.get_model("otp_totp", "TOTPDevice").objects.all():
        if len(device.key) == HEXADECIMAL:
            device.key = sealed_keys.seal(bytes.fromhex(device.key))
            device.save(update_fields=["key"])


def unseal_all(apps: Any, schema_editor: Any) -> None:
    for device in apps.get_model("otp_totp", "TOTPDevice").objects.all():
        device.key = sealed_keys.unseal(device.key).hex()
        device.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_initial_passwords"),
        ("otp_totp", "0003_add_timestamps"),
    ]
    operations = [
        migrations.CreateModel(
            name="Authenticator",
            fields=[],
            options={
                "verbose_name": "application de codes",
                "verbose_name_plural": "applications de codes",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("otp_totp.totpdevice",),
        ),
        migrations.RunPython(seal_all, unseal_all),
    ]
