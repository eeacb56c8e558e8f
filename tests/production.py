"""A production in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SAFE_PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "k" * 40,
    "ALLOWED_HOSTS": "espace.example.fr",
    "SITE_URL": "https://espace.example.fr/",
    "DATABASE_URL": "postgresql://portal@db/portal",
    "REDIS_URL": "redis://cache/0",
    "EMAIL_URL": "submission://mailer:secret@mail.example.fr:587",
    "SMS_BACKEND": "twilio",
    "TWILIO_ACCOUNT_SID": "AC0",
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_FROM": "+33639980000",
    "CAPTCHA": "off",
}
TESTS = Path(__file__).parent
VISITS = "import django; django.setup(); import production_visits; production_visits.tell()"


def visited(static_root: Path) -> tuple[dict[str, dict[str, Any]], str]:
    """The answers of `production_visits`, by the name of the visit; and the log."""
    environment = {name: value for name, value in os.environ.items() if name not in {"DEMO", "SENTRY_DSN"}}
    environment |= SAFE_PRODUCTION | {"STATIC_ROOT_OF_TEST": str(static_root)}
    environment["DJANGO_SETTINGS_MODULE"] = "production_settings"
    environment["PYTHONPATH"] = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    command = [sys.executable, "-c", VISITS]
    done = subprocess.run(
        command, cwd=TESTS.parent, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr
