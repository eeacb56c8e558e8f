"""The one settings file, read under many environments: boots bare, refuses an unsafe production by name."""

import json
import os
import runpy
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from celery import Celery
from django.conf import settings as running
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler
from django_recaptcha.constants import TEST_PRIVATE_KEY
from production import SAFE_PRODUCTION
from redis import ConnectionPool, SSLConnection

ROOT = Path(running.BASE_DIR)
Settings = dict[str, Any]
Read = Callable[..., Settings]

OTHER_VARIABLES = (
    "SECRET_KEY_FALLBACKS",
    "DEMO",
    "SMS_CODE_VALIDITY",
    "CLAMD_URL",
    "LEAKED_PASSWORDS",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "TRUSTED_PROXIES",
    "SENTRY_DSN",
    "TWILIO_MESSAGING_SERVICE_SID",
    "RECAPTCHA_PUBLIC_KEY",
    "RECAPTCHA_PRIVATE_KEY",
    "RECAPTCHA_VERSION",
    "RECAPTCHA_VERIFY_URL",
)
RECAPTCHA = {"CAPTCHA": "recaptcha", "RECAPTCHA_PUBLIC_KEY": "public", "RECAPTCHA_PRIVATE_KEY": "private"}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """The settings under these variables and no other of ours; None leaves one out."""

    def read_settings(**variables: str | None) -> Settings:
        for name in (*SAFE_PRODUCTION, *OTHER_VARIABLES):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "pretgage" / "settings.py"))

    return read_settings


def test_boots_bare(read: Read) -> None:
    bare = read()
    assert (bare["DEBUG"], bare["PRODUCTION"], bare["DEMO"]) == (True, False, False)
    assert bare["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert bare["CELERY_TASK_ALWAYS_EAGER"] is True
    assert bare["SITE_URL"] == "http://localhost:8000"
    assert (bare["SMS_BACKEND"], bare["SMS_CODE_VALIDITY"]) == ("inbox", 300)


def test_the_demonstration_shows_the_error_pages_of_clients(read: Read) -> None:
    demonstration = read(DEMO="1")
    assert (demonstration["DEBUG"], demonstration["PRODUCTION"]) == (False, False)


def test_a_safe_production_boots_and_is_strict(read: Read) -> None:
    production = read(**SAFE_PRODUCTION, TRUSTED_PROXIES="1")
    assert (production["DEBUG"], production["PRODUCTION"]) == (False, True)
    assert production["SITE_URL"] == "https://espace.example.fr"
    assert production["SECURE_SSL_REDIRECT"]
    assert production["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert production["LOG_FORMAT"] == "json"
    assert production["CELERY_TASK_ALWAYS_EAGER"] is False
    assert production["CACHES"]["default"]["OPTIONS"]["socket_timeout"] < 1


def test_nobody_is_believed_about_https_without_a_trusted_proxy(read: Read) -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in read(**SAFE_PRODUCTION)


def test_a_key_of_ones_own_is_a_production(read: Read) -> None:
    assert read(**{**SAFE_PRODUCTION, "DEBUG": None})["PRODUCTION"] is True


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "trop-courte"),
        ("SECRET_KEY_FALLBACKS", "trop-courte"),
        ("SECRET_KEY_FALLBACKS", f"{'f' * 40},{running.DEVELOPMENT_KEY}"),
        ("DEMO", "1"),
        ("ALLOWED_HOSTS", None),
        ("ALLOWED_HOSTS", "espace.example.fr,*"),
        ("SITE_URL", None),
        ("SITE_URL", "http://espace.example.fr"),
        ("SITE_URL", "https://ailleurs.example.fr"),
        ("DATABASE_URL", None),
        ("DATABASE_URL", "sqlite:///production.sqlite3"),
        ("REDIS_URL", None),
        ("EMAIL_URL", None),
        ("EMAIL_URL", "smtp://mailer:secret@mail.example.fr:25"),
        ("DATABASE_URL", "postgresql://portal@db.example.fr/portal"),
        ("DATABASE_URL", "postgresql://portal@10.0.0.5/portal?sslmode=prefer"),
        ("DATABASE_URL", "postgresql://portal@db.example.fr/portal?sslmode=require"),
        ("REDIS_URL", "redis://10.0.0.6:6379/0"),
        ("REDIS_URL", "rediss://cache.example.fr:6380/0?ssl_cert_reqs=none"),
        ("SMS_BACKEND", None),
        ("SMS_BACKEND", "inbox"),
        ("SMS_BACKEND", "off"),
        ("SMS_BACKEND", "pigeon"),
        ("TWILIO_ACCOUNT_SID", None),
        ("TWILIO_AUTH_TOKEN", None),
        ("TWILIO_FROM", None),
        ("SMS_CODE_VALIDITY", "601"),
        ("SMS_CODE_VALIDITY", "0"),
        ("LOG_FORMAT", "xml"),
        ("CAPTCHA", None),
        ("CAPTCHA", ""),
        ("CAPTCHA", "oui"),
        ("LEAKED_PASSWORDS", "/nowhere/pwned.txt"),
        ("LEAKED_PASSWORDS", "/"),
        ("LEAKED_PASSWORDS", __file__),
        ("CLAMD_URL", "clamd:3310"),
        ("CLAMD_URL", "tcp://clamd"),
        ("CLAMD_URL", "tcp://clamd:beaucoup"),
        ("CLAMD_URL", "tcp://[clamd:3310"),
        ("CLAMD_URL", "tcp://:3310"),
        ("CLAMD_URL", "unix://run/clamd.ctl"),
        ("CLAMD_URL", "unix:///"),
        ("CLAMD_URL", "https://clamd:3310"),
        ("CLAMD_URL", "tcp://10.0.0.7:3310"),
    ],
)
def test_an_unsafe_production_is_refused_by_name(read: Read, variable: str, value: str | None) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^{variable} : ") as refusal:
        read(**{**SAFE_PRODUCTION, variable: value})
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "postgresql://portal@db.example.fr/portal?sslmode=verify-full"),
        ("DATABASE_URL", "postgresql://portal@127.0.0.1:5432/portal"),
        ("DATABASE_URL", "postgresql://portal@[::1]/portal"),
        ("DATABASE_URL", "postgresql://portal:word@%2Frun%2Fpostgresql/portal"),
        ("REDIS_URL", "rediss://cache.example.fr:6380/0"),
        ("REDIS_URL", "unix://:word@/run/redis/redis.sock?db=0"),
        ("EMAIL_URL", "smtp://localhost:25"),
        ("CLAMD_URL", "tcp://clamd:3310"),
        ("CLAMD_URL", "tcp://127.0.0.1:3310"),
        ("CLAMD_URL", "unix:///run/clamav/clamd.ctl"),
        ("EMAIL_URL", "smtp://mailer:secret@mail.example.fr:465/?ssl=True"),
    ],
)
def test_a_neighbour_or_an_encrypted_service_is_taken(read: Read, variable: str, value: str) -> None:
    assert read(**{**SAFE_PRODUCTION, variable: value})["PRODUCTION"] is True


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RECAPTCHA_PUBLIC_KEY", None),
        ("RECAPTCHA_PRIVATE_KEY", None),
        ("RECAPTCHA_PRIVATE_KEY", TEST_PRIVATE_KEY),
        ("RECAPTCHA_VERSION", "v4"),
    ],
)
def test_recaptcha_needs_its_keys(read: Read, variable: str, value: str | None) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^{variable} : "):
        read(**{**SAFE_PRODUCTION, **RECAPTCHA, variable: value})


def test_a_captcha_is_chosen_in_production_only(read: Read) -> None:
    assert read()["CAPTCHA"] == read(DEMO="1")["CAPTCHA"] == "off"
    for name in ("recaptcha", "altcha", "off"):
        assert read(**{**SAFE_PRODUCTION, **RECAPTCHA, "CAPTCHA": name})["CAPTCHA"] == name
    google = read(**SAFE_PRODUCTION)["RECAPTCHA_VERIFY_URL"]
    assert google == "https://www.google.com/recaptcha/api/siteverify"


def test_a_messaging_service_stands_for_a_sender(read: Read) -> None:
    production = read(**{**SAFE_PRODUCTION, "TWILIO_FROM": None}, TWILIO_MESSAGING_SERVICE_SID="MG0")
    assert production["TWILIO_MESSAGING_SERVICE_SID"] == "MG0"


@pytest.mark.parametrize(
    ("url", "tls", "ssl"),
    [
        ("submission://mailer:secret@mail.example.fr:587", True, False),
        ("smtp://mailer:secret@mail.example.fr:465/?ssl=True", False, True),
        ("smtp://mail.example.fr:25", False, False),
    ],
)
def test_how_mail_travels(read: Read, url: str, tls: bool, ssl: bool) -> None:
    mail = read(EMAIL_URL=url)
    assert mail["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (mail["EMAIL_HOST"], mail["EMAIL_TIMEOUT"]) == ("mail.example.fr", 10)
    assert (bool(mail["EMAIL_USE_TLS"]), bool(mail["EMAIL_USE_SSL"])) == (tls, ssl)


def test_a_secret_may_come_from_a_file(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret_key"
    secret.write_text("f" * 50 + "\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(secret))
    assert read(**{**SAFE_PRODUCTION, "SECRET_KEY": None})["SECRET_KEY"] == "f" * 50


def test_former_keys_may_come_from_a_file(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    former = tmp_path / "former_keys"
    former.write_text(f"{'f' * 50},{'g' * 50}\n")
    monkeypatch.setenv("SECRET_KEY_FALLBACKS_FILE", str(former))
    assert read(**SAFE_PRODUCTION)["SECRET_KEY_FALLBACKS"] == ["f" * 50, "g" * 50]


def test_certificates_of_ours_reach_the_database(read: Read) -> None:
    files = {"sslrootcert": "/run/ca.pem", "sslcert": "/run/portal.pem", "sslkey": "/run/portal.key"}
    url = f"postgresql://portal@db.example.fr/portal?{urlencode({'sslmode': 'verify-full', **files})}"
    databases = read(**{**SAFE_PRODUCTION, "DATABASE_URL": url})["DATABASES"]
    parameters = ConnectionHandler(databases)["default"].get_connection_params()  # what psycopg is given
    assert {name: parameters[name] for name in files} == files
    assert (parameters["sslmode"], parameters["user"]) == ("verify-full", "portal")


def test_certificates_of_ours_reach_redis(read: Read) -> None:
    files = {"ssl_ca_certs": "/run/ca.pem", "ssl_certfile": "/run/portal.pem", "ssl_keyfile": "/run/portal.key"}
    url = f"rediss://portal:secret@cache.example.fr:6380/0?{urlencode(files)}"
    production = read(**{**SAFE_PRODUCTION, "REDIS_URL": url})
    cache = ConnectionPool.from_url(production["CACHES"]["default"]["LOCATION"])
    queue = Celery(broker=production["CELERY_BROKER_URL"], set_as_current=False)
    queue.conf.broker_use_ssl = production["CELERY_BROKER_USE_SSL"]
    given = queue.connection_for_write().ssl
    assert isinstance(given, dict)
    for connection in (cache.make_connection(), SSLConnection(**given)):
        assert isinstance(connection, SSLConnection)
        assert (connection.ca_certs, connection.certfile, connection.keyfile) == tuple(files.values())
        assert (connection.cert_reqs, connection.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_the_wsgi_entry_refuses_too() -> None:
    """What gunicorn imports."""
    environment = {**os.environ, **SAFE_PRODUCTION, "SECRET_KEY": "trop-courte"}
    command = [sys.executable, "-c", "import pretgage.wsgi"]
    boot = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert boot.returncode == 1
    assert "SECRET_KEY : la production exige" in boot.stderr.splitlines()[-1]


def test_a_list_of_leaked_passwords_in_order_is_taken(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "pwned.txt"
    path.write_text(f"{'0' * 40}:1\r\n{'F' * 40}:2\r\n")
    assert read(**SAFE_PRODUCTION, LEAKED_PASSWORDS=str(path))["LEAKED_PASSWORDS"] == str(path)


def test_a_production_refuses_a_machine_in_clear_and_leads_people_to_https() -> None:
    """The whole stack of production; its database is not there, and nobody asks for it."""
    asks = """
import django
django.setup()
from django.test import Client
for path in ("/paiements/notification/nantes/", "/messages/sms/statut/", "/nantes/connexion/", "/sante/"):
    answer = Client(headers={"Host": "espace.example.fr"}).get(path)
    print(answer.status_code, answer.headers.get("Location", ""))
"""
    said = _in_production(asks)
    assert said.stdout.splitlines() == ["403 ", "403 ", "301 https://espace.example.fr/nantes/connexion/", "200 "]
    refusals = [json.loads(line) for line in said.stderr.splitlines()]
    assert [line["path"] for line in refusals] == ["/paiements/notification/nantes/", "/messages/sms/statut/"]


def test_a_worker_logs_as_the_web_does() -> None:
    """Celery puts its own format in the place of ours, unless it is told not to."""
    says = """
import django, logging
from pretgage import celery_app
celery_app.log.setup(loglevel="WARNING")
django.setup()
logging.getLogger("journal.actions").info("written")
logging.getLogger("celery.app.trace").info("Task succeeded")
logging.getLogger("celery.app.trace").error("/nantes/mot-de-passe/MQ/abc-123/")
"""
    lines = [json.loads(line) for line in _in_production(says).stderr.splitlines()]
    assert [line["message"] for line in lines] == ["written", "/nantes/mot-de-passe/…"]


def _in_production(program: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "pretgage.settings", **SAFE_PRODUCTION}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
