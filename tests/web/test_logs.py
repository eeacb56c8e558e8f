import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from sentry_sdk.types import Event

from web.logs import JsonFormatter, WithoutLinks, without_secrets

ROOT = Path(settings.BASE_DIR)


def written(message: str, *args: object, exc_info: object = None) -> dict[str, str]:
    record = logging.LogRecord("messaging", logging.WARNING, __file__, 1, message, args, exc_info)  # type: ignore[arg-type] # the tuple of sys.exc_info()
    lines = JsonFormatter().format(record).splitlines()
    assert len(lines) == 1
    entry: dict[str, str] = json.loads(lines[0])
    return entry


def test_an_entry_is_one_line_of_json() -> None:
    entry = written("message %s\nattend « é »", 7)
    assert entry["message"] == "message 7\nattend « é »"
    assert (entry["level"], entry["logger"]) == ("WARNING", "messaging")
    assert entry["at"].endswith("+00:00")
    assert "exception" not in entry


def test_an_exception_is_in_the_entry() -> None:
    try:
        int("moins que rien")
    except ValueError:
        entry = written("échec", exc_info=sys.exc_info())
    assert "ValueError" in entry["exception"]
    assert "moins que rien" in entry["exception"]


def test_an_error_report_holds_no_link() -> None:
    url = "https://pretgage.fr/nantes/mot-de-passe/MQ/dih-0123456789abcdef/"
    event: Event = {"request": {"url": url}, "message": f"boom {url}?a=b"}
    cut = without_secrets(event, {})
    assert "dih-" not in json.dumps(cut)
    assert cut["message"] == "boom https://pretgage.fr/nantes/mot-de-passe/…?a=b"


@pytest.mark.parametrize(
    "path",
    [
        "/nantes/mot-de-passe/MQ/c0ffee-1234/",
        "/nantes/profil/e-mail/0a1b-secret/",
        "/nantes/calendrier/c0ffee-secret/",
        "/nantes/proche/c0ffee-secret/",
    ],
)
def test_a_refused_link_is_not_in_the_log(path: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Forbidden: %s", (path,), None)
    assert WithoutLinks().filter(record)
    assert record.getMessage().startswith("Forbidden: /nantes/")
    assert "c0ffee" not in record.getMessage()
    assert "secret" not in record.getMessage()


def test_gunicorns_own_lines_are_json_too() -> None:
    code = (
        "import logging.config, pretgage.gunicorn as told; logging.config.dictConfig(told.logconfig_dict);"
        "logging.getLogger('gunicorn.error').info('Listening')"
    )
    written = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stderr
    assert json.loads(written)["message"] == "Listening"
    assert "python:pretgage.gunicorn" in (ROOT / "Dockerfile").read_text("utf-8")
