"""Where a shop's key is: in the environment, under the name that its row gives."""

import os
from pathlib import Path

from payments.models import MerchantAccount


def key_of(merchant: MerchantAccount) -> str:
    """From the variable `secret_env`, or the file that `NAME_FILE` names; empty when there is none."""
    return _read(merchant.secret_env)


def former_key_of(merchant: MerchantAccount) -> str:
    """From `NAME_PREVIOUS`, while the bank may still repeat what it signed with it. It signs nothing here."""
    return _read(f"{merchant.secret_env}_PREVIOUS")


def _read(variable: str) -> str:
    path = os.environ.get(f"{variable}_FILE")
    if not path:
        return os.environ.get(variable, "").strip()
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""
