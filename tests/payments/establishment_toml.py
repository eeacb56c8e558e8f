"""A file like those of the demonstration, and ways to damage it."""

from pathlib import Path

import pytest

from establishments.models import RESERVED_SLUGS
from payments.establishment_file import EstablishmentFile, FileError, read_establishment_file

GOOD = """\
slug = "nantes"
name = "Crédit Municipal de Nantes"
city = "Nantes"
phone = "02 61 91 00 00"
email = "contact@example.fr"
website = "https://example.fr"
accent_color = "#7a1f3d"
logo = "nantes.svg"

[prolongation]
months = 6
cap_months = 24
window_days = 30
counted_from = "due_date"
payable_until = "sale_list"

[payment]
gateway = "systempay"
bearer_payable = false
mode = "TEST"
site_id = "12345678"
secret_env = "NANTES_BANK_SECRET"
service_url = "http://127.0.0.1:8001/vads-payment/"

[[agencies]]
code = "NTE"
name = "Agence de Nantes"
address = "2 rue Exemple, 44000 Nantes"
phone = "+33261910001"
hours = "lun.–ven. 9\u00a0h–16\u00a0h"

[[agencies]]
code = "SNZ"
name = "Agence de Saint-Nazaire"
address = "14 quai Exemple, 44600 Saint-Nazaire"
phone = "0033 2.61.91.00.02"

[[tariffs]]
code = "2025-07"
valid_from = 2025-07-01
count = "month"
started = true
rate_period = "month"
day_base = 365
bracket_mode = "whole"
brackets = [{ up_to = "100", rate = "0" }, { up_to = "6000", rate = "0.820" }, { rate = "0.541" }]
fixed_duty = "1"
late_on = "interest"
late = [{ from_day = 1, percent = "2" }, { from_day = 151, percent = "3" }]
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#7a1f3d" d="M0 0h8v8z"/></svg>'


def written(folder: Path, *changes: tuple[str, str], logo: str | bytes = LOGO) -> Path:
    """The good file with each text replaced, once, by another; its logo beside it."""
    text = GOOD
    for old, new in changes:
        assert old in text, f"{old} is not in the file"
        text = text.replace(old, new, 1)
    (folder / "nantes.svg").write_bytes(logo.encode() if isinstance(logo, str) else logo)
    path = folder / "nantes.toml"
    path.write_text(text, "utf-8")
    return path


def read(path: Path, *, is_production: bool = False) -> EstablishmentFile:
    return read_establishment_file(path, reserved_slugs=RESERVED_SLUGS, is_production=is_production)


def fault(path: Path, *, is_production: bool = False) -> FileError:
    with pytest.raises(FileError) as caught:
        read(path, is_production=is_production)
    return caught.value
