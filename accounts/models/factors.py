"""What a client proves after the password. django-otp names them devices; a session knows the one that opened it."""

import logging
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import models
from django_otp.models import Device, SideChannelDevice, TimestampMixin
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import sealed_keys

logger = logging.getLogger(__name__)


class SMSDevice(TimestampMixin, SideChannelDevice):
    """The client's mobile as second factor: one code at a time, bound to the login that asked for it.

    `token` keeps a keyed digest, never the code. `accounts.actions.login.confirm_code` verifies: it locks the row.
    """

    token = models.CharField("empreinte du code", max_length=32, blank=True, null=True)  # noqa: DJ001 - as the parent's
    phone = models.CharField("téléphone (E.164)", max_length=16)
    challenge = models.CharField(max_length=32, blank=True)
    tries_left = models.PositiveSmallIntegerField(default=0)
    resends_left = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField("codes faux de suite", default=0)

    class Meta(SideChannelDevice.Meta):
        verbose_name = "mobile"
        constraints = [
            models.UniqueConstraint(fields=["user"], name="sms_device_one_per_user"),
        ]

    def __str__(self) -> str:
        return f"mobile …{self.phone[-3:]}"

    def verify_token(self, token: str) -> bool:
        """Refused: a code is verified with its challenge, by `confirm_code`."""
        return False


class Authenticator(TOTPDevice):
    """An application of codes: django-otp's, whose key is sealed at rest.

    A new one takes `key` in hexadecimal, as django-otp makes it; its column then holds the sealed one, and `bin_key`
    the 20 bytes.
    """

    class Meta:
        proxy = True
        verbose_name = "application de codes"
        verbose_name_plural = "applications de codes"

    @property
    def bin_key(self) -> bytes:
        """Errors: cryptography.fernet.InvalidToken when no key of ours has sealed it."""
        return sealed_keys.unseal(self.key)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.key = sealed_keys.seal(bytes.fromhex(self.key))
        super().save(*args, **kwargs)

    def verify_token(self, token: str) -> bool:
        try:
            return bool(super().verify_token(token))  # type: ignore[no-untyped-call] # django-otp has no types
        except InvalidToken:
            logger.error("authenticator %s is sealed with another SECRET_KEY", self.pk)  # noqa: TRY400 - that is all
            return False


class Passkey(TimestampMixin, Device):
    """A WebAuthn credential, used as second factor. Texts are base64url without padding."""

    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.TextField()
    sign_count = models.PositiveBigIntegerField(default=0)
    transports = models.JSONField(default=list, blank=True)

    class Meta(Device.Meta):
        verbose_name = "clé d’accès"
        verbose_name_plural = "clés d’accès"

    def __str__(self) -> str:
        return self.name

    def verify_token(self, token: str) -> bool:
        """Refused: what the browser signed is verified with its challenge, by `accounts.actions`."""
        return False


class BackupCodes(TimestampMixin, Device):
    """The client's sheet of codes, one a client; a new sheet replaces it."""

    class Meta(Device.Meta):
        verbose_name = "codes de secours"
        verbose_name_plural = "codes de secours"
        constraints = [models.UniqueConstraint(fields=["user"], name="backup_codes_one_sheet_per_user")]

    def __str__(self) -> str:
        return "codes de secours"

    def verify_token(self, token: str) -> bool:
        """Refused: a code is spent under the lock of its login, by `accounts.actions`."""
        return False


class BackupCode(models.Model):
    """One code of a sheet: hashed like a password, spent once. `start` (two letters) finds the row to compare."""

    sheet = models.ForeignKey(BackupCodes, on_delete=models.CASCADE, related_name="codes")
    start = models.CharField(max_length=2)
    hashed = models.CharField(max_length=128)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "code de secours"
        verbose_name_plural = "codes de secours"

    def __str__(self) -> str:
        return f"{self.start}…"
