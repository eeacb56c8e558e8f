"""How a command shows an agent's initial password and the set-up of the authenticator, once."""

from typing import Any, Final

from django.core.management.base import OutputWrapper
from qrcode.main import QRCode

from accounts.actions.staff import INITIAL_PASSWORD
from accounts.models import Authenticator

TO_CHANGE: Final = (
    f"Provisoire : l’agent en choisit un autre à sa première connexion, dans les {INITIAL_PASSWORD.days * 24} heures."
)


def show_authenticator(device: Authenticator, out: OutputWrapper) -> None:
    out.write(f"Application de codes : {device.config_url}")
    code: QRCode[Any] = QRCode(border=1)
    code.add_data(device.config_url)
    code.print_ascii(out=out, invert=True)
