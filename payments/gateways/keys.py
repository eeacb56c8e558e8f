"""Where a shop's key is: in the environment, under the name that its row gives."""

import os
from pathlib import Path

from payments.models import MerchantAccount


def key_of(merchant: MerchantAccount) -> str:
    """From the variable `secret_env`, or the file that `NAME_FILE` names; empty when there is none."""
    path = os.environ.get(f"{merchant.secret_env}_FILE")
    if not path:
        return os.environ.get(merchant.secret_env, "").strip()
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""
