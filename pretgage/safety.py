"""What settings must hold. An unsafe production does not boot: one sentence names the variable."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django_recaptcha.constants import TEST_PRIVATE_KEY

from accounts.leaked import LeakedListError, require_ordered

SHORTEST_KEY: Final = 40  # characters
# « require » would encrypt for whoever answers.
CHECKED: Final = frozenset({"verify-ca", "verify-full"})


def require_safe(settings: Mapping[str, Any]) -> None:
    """Errors: ImproperlyConfigured, « VARIABLE : why. »"""
    _require_messages(settings)
    _require_captcha(settings)
    _require_antivirus(settings)
    _require_leaked_passwords(settings["LEAKED_PASSWORDS"])
    _require(settings["LOG_FORMAT"] in {"json", "console"}, "LOG_FORMAT", "choisissez json ou console.")
    if settings["PRODUCTION"]:
        _require_identity(settings)
        _require_services(settings)


def _require_messages(settings: Mapping[str, Any]) -> None:
    _require(60 <= settings["SMS_CODE_VALIDITY"] <= 600, "SMS_CODE_VALIDITY", "un code vit de 60 à 600 secondes.")
    _require(settings["SMS_BACKEND"] in {"inbox", "twilio", "off"}, "SMS_BACKEND", "choisissez twilio, inbox ou off.")
    if settings["SMS_BACKEND"] == "twilio":
        for variable in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
            _require(settings[variable], variable, "obligatoire quand SMS_BACKEND vaut twilio.")
        _require(
            settings["TWILIO_FROM"] or settings["TWILIO_MESSAGING_SERVICE_SID"],
            "TWILIO_FROM",
            "donnez TWILIO_FROM ou TWILIO_MESSAGING_SERVICE_SID quand SMS_BACKEND vaut twilio.",
        )


def _require_captcha(settings: Mapping[str, Any]) -> None:
    _require(settings["CAPTCHA"] in {"recaptcha", "altcha", "off"}, "CAPTCHA", "choisissez recaptcha, altcha ou off.")
    if settings["CAPTCHA"] == "recaptcha":
        for variable in ("RECAPTCHA_PUBLIC_KEY", "RECAPTCHA_PRIVATE_KEY"):
            _require(settings[variable], variable, "obligatoire quand CAPTCHA vaut recaptcha.")
        _require(settings["RECAPTCHA_VERSION"] in {"v2", "v3"}, "RECAPTCHA_VERSION", "choisissez v2 ou v3.")


def _require_leaked_passwords(path: str) -> None:
    try:
        if path:
            require_ordered(path)
    except LeakedListError:
        sentence = "ce fichier ne se lit pas, ou n’est pas la liste « SHA1:nombre » de Have I Been Pwned, en ordre."
        _require(False, "LEAKED_PASSWORDS", sentence)


def _require_antivirus(settings: Mapping[str, Any]) -> None:
    """clamd speaks in clear: identity papers reach it on the same machine or private network only."""
    address = settings["CLAMD_URL"]
    _require(not address or is_clamd(address), "CLAMD_URL", "écrivez tcp://hôte:3310 ou unix:///run/clamav/clamd.ctl.")
    _require(
        not settings["PRODUCTION"] or _is_neighbour(address),
        "CLAMD_URL",
        "les fichiers y voyagent en clair : l’antivirus est sur la même machine ou le même réseau privé.",
    )


def is_clamd(address: str) -> bool:
    """`tcp://host:port`, or `unix:///path` of a socket."""
    try:
        where = urlsplit(address)
        is_tcp = where.scheme == "tcp" and bool(where.hostname and where.port)
    except ValueError:  # a port or a host that is none
        return False
    return (is_tcp and not where.path) or (where.scheme == "unix" and not where.netloc and len(where.path) > 1)


def _require_identity(settings: Mapping[str, Any]) -> None:
    """Who this production is, to browsers and to itself."""
    hosts, site_url, key = settings["ALLOWED_HOSTS"], settings["SITE_URL"], settings["SECRET_KEY"]
    for variable, keys in (("SECRET_KEY", [key]), ("SECRET_KEY_FALLBACKS", settings["SECRET_KEY_FALLBACKS"])):
        _require(
            all(len(one) >= SHORTEST_KEY and one != settings["DEVELOPMENT_KEY"] for one in keys),
            variable,
            f"la production exige une clé secrète d’au moins {SHORTEST_KEY} caractères, même ancienne.",
        )
    _require(not settings["DEMO"], "DEMO", "la démonstration n’existe pas en production.")
    _require(hosts and "*" not in hosts, "ALLOWED_HOSTS", "nommez les hôtes servis, sans « * ».")
    _require(site_url.startswith("https://"), "SITE_URL", "la production est servie en https.")
    _require(urlsplit(site_url).hostname in hosts, "SITE_URL", "son hôte doit figurer dans ALLOWED_HOSTS.")
    _require(
        settings["RECAPTCHA_PRIVATE_KEY"] != TEST_PRIVATE_KEY,
        "RECAPTCHA_PRIVATE_KEY",
        "cette clé d’essai de Google accepte tout le monde.",
    )


def _require_services(settings: Mapping[str, Any]) -> None:
    """What it talks to: encrypted, but for a neighbour on the same machine or private network."""
    database, mail = settings["DATABASE_URL"], settings["EMAIL_URL"]
    _require(database.startswith("postgres"), "DATABASE_URL", "la production exige PostgreSQL.")
    _require(
        _is_neighbour(database) or CHECKED.intersection(parse_qs(urlsplit(database).query).get("sslmode", [])),
        "DATABASE_URL",
        "une base sur une autre machine est jointe en TLS : ajoutez ?sslmode=verify-full.",
    )
    _require(settings["REDIS_URL"], "REDIS_URL", "la production exige Redis.")
    _require(
        _is_neighbour(settings["REDIS_URL"]) or settings["REDIS_URL"].startswith("rediss://"),
        "REDIS_URL",
        "un Redis sur une autre machine est joint en TLS : écrivez rediss://.",
    )
    _require(
        not {"ssl_cert_reqs", "ssl_check_hostname"}.intersection(parse_qs(urlsplit(settings["REDIS_URL"]).query)),
        "REDIS_URL",
        "le certificat de Redis est toujours vérifié : retirez ssl_cert_reqs et ssl_check_hostname.",
    )
    _require(mail, "EMAIL_URL", "la production exige un serveur d’e-mail.")
    _require(
        _is_neighbour(mail) or settings.get("EMAIL_USE_TLS") or settings.get("EMAIL_USE_SSL"),
        "EMAIL_URL",
        "un serveur d’e-mail sur une autre machine est joint en TLS : écrivez submission://… ou smtp://…?ssl=True.",
    )
    _require(settings["SMS_BACKEND"] == "twilio", "SMS_BACKEND", "la production exige twilio.")


def _is_neighbour(url: str) -> bool:
    """A loopback address, a socket, or a name without a dot: that of a service beside this one, in a compose file."""
    host = urlsplit(url).hostname or ""
    return host == "::1" or host.startswith("127.") or not ("." in host or ":" in host)


def _require(safe: object, variable: str, why: str) -> None:
    if not safe:
        raise ImproperlyConfigured(f"{variable} : {why}")
