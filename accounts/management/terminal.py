"""How a command shows the set-up of an agent's authenticator, once."""

from typing import Any

from django.core.management.base import OutputWrapper
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.main import QRCode


def show_authenticator(device: TOTPDevice, out: OutputWrapper) -> None:
    out.write(f"Application de codes : {device.config_url}")
    code: QRCode[Any] = QRCode(border=1)
    code.add_data(device.config_url)
    code.print_ascii(out=out, invert=True)
