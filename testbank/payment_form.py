"""The form that a shop's page sends to the bank, checked as the bank checks it.

Field names, formats and error numbers: https://paiement.systempay.fr/doc/fr-FR/form-payment/reference/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from testbank.signing import is_signed

CLOCK_TOLERANCE = timedelta(hours=1)
MAX_FIELDS = 200
MAX_VALUE_LENGTH = 255
MAX_URL_LENGTH = 1024


class FormRefused(Exception):
    """The bank takes no payment from this form. `code` is its error number, empty where it publishes none."""

    def __init__(self, field: str, reason: str, *, code: str = "") -> None:
        super().__init__(f"{field}\N{NO-BREAK SPACE}: {reason}")
        self.field, self.reason, self.code = field, reason, code


@dataclass(frozen=True)
class Rule:
    code: str
    pattern: str
    expected: str
    required: bool = False

    def check(self, name: str, value: str) -> None:
        if not re.fullmatch(self.pattern, value):
            raise FormRefused(name, self.expected, code=self.code)


RULES = {
    "vads_version": Rule("01", "V2", "la valeur attendue est V2.", required=True),
    "vads_site_id": Rule("02", "[0-9]{8}", "un numéro de commerçant a 8 chiffres.", required=True),
    "vads_trans_id": Rule("03", "[0-9A-Za-z]{6}", "il faut 6 lettres sans accent ou chiffres.", required=True),
    "vads_trans_date": Rule("04", "[0-9]{14}", "il faut 14 chiffres, AAAAMMJJHHMMSS, en UTC.", required=True),
    "vads_validation_mode": Rule("05", "[01]?", "les valeurs possibles sont 0, 1 ou vide."),
    "vads_capture_delay": Rule("06", "[0-9]{0,3}", "il faut un nombre de jours, 3 chiffres au plus."),
    "vads_payment_config": Rule("07", "SINGLE", "la valeur attendue est SINGLE.", required=True),
    "vads_payment_cards": Rule(
        "08", "[0-9A-Z_;-]{0,127}", "il faut des noms de cartes séparés par des points-virgules."
    ),
    "vads_amount": Rule(
        "09", "[1-9][0-9]{0,11}", "il faut un nombre entier de centimes, plus grand que 0.", required=True
    ),
    "vads_currency": Rule("10", "978", "la seule monnaie acceptée est l’euro, 978.", required=True),
    "vads_ctx_mode": Rule("11", "TEST", "cette banque de test n’accepte que le mode TEST.", required=True),
    "vads_language": Rule("12", "([a-z]{2})?", "il faut un code de langue de 2 lettres."),
    "vads_order_id": Rule("13", "[0-9A-Za-z.-]{0,32}", "il faut au plus 32 lettres, chiffres, points ou tirets."),
    "vads_page_action": Rule("46", "PAYMENT", "la valeur attendue est PAYMENT.", required=True),
    "vads_action_mode": Rule("47", "INTERACTIVE", "la valeur attendue est INTERACTIVE.", required=True),
    "vads_return_mode": Rule("48", "(NONE|GET)?", "cette banque de test accepte NONE, GET ou vide."),
}
URL_CODES = {
    "vads_url_success": "24",
    "vads_url_refused": "25",
    "vads_url_cancel": "27",
    "vads_url_return": "28",
    "vads_url_error": "29",
    "vads_url_check": "",
}


@dataclass(frozen=True)
class Order:
    """A payment asked for by a shop whose form passed every check that needs no memory."""

    fields: Mapping[str, str]
    trans_date: datetime

    @property
    def amount(self) -> int:
        """In cents."""
        return int(self.fields["vads_amount"])

    @property
    def site_id(self) -> str:
        return self.fields["vads_site_id"]

    @property
    def trans_id(self) -> str:
        return self.fields["vads_trans_id"]

    @property
    def order_id(self) -> str:
        return self.fields.get("vads_order_id", "")

    @property
    def notification_url(self) -> str:
        return self.fields.get("vads_url_check", "")

    @property
    def shop_url(self) -> str:
        return self.fields.get("vads_url_return", "")

    @property
    def day_key(self) -> tuple[str, str, str]:
        """A shop uses a transaction's number once in a UTC day; the bank takes no account of case."""
        return self.site_id, self.trans_date.date().isoformat(), self.trans_id.lower()


def decode_form(body: bytes) -> dict[str, str]:
    """Read an urlencoded body. A field given twice is refused: which of the two would be signed?"""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError as error:
        raise FormRefused("formulaire", "il est illisible, ou il contient trop de champs.") from error
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields:
            raise FormRefused(name, "ce champ est présent deux fois.")
        fields[name] = value
    return fields


def check_form(fields: Mapping[str, str], *, key: str, now: datetime) -> Order:
    for name, rule in RULES.items():
        if rule.required and not fields.get(name):
            raise FormRefused(name, "ce champ est obligatoire.", code=rule.code)
    for name in ("vads_ctx_mode", "vads_site_id"):
        RULES[name].check(name, fields[name])
    if not is_signed(fields, key):
        raise FormRefused("signature", "elle ne correspond pas aux champs reçus.", code="00")
    signed = {name: value for name, value in fields.items() if name.startswith("vads_")}
    for name, value in signed.items():
        _check_value(name, value)
    return Order(fields=signed, trans_date=_read_trans_date(signed["vads_trans_date"], now=now))


def _check_value(name: str, value: str) -> None:
    if name in RULES:
        RULES[name].check(name, value)
    elif name in URL_CODES:
        if value and not _is_web_address(value):
            raise FormRefused(name, "ce n’est pas une adresse web complète.", code=URL_CODES[name])
    elif len(value) > MAX_VALUE_LENGTH:
        raise FormRefused(name, f"ce champ a plus de {MAX_VALUE_LENGTH} caractères.")


def _is_web_address(value: str) -> bool:
    """Printable ASCII only: the address goes into a header."""
    if len(value) > MAX_URL_LENGTH or not re.fullmatch("https?://[!-~]+", value):
        return False
    try:
        parts = urlsplit(value)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _read_trans_date(value: str, *, now: datetime) -> datetime:
    rule = RULES["vads_trans_date"]
    try:
        trans_date = datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise FormRefused("vads_trans_date", rule.expected, code=rule.code) from error
    if abs(now - trans_date) > CLOCK_TOLERANCE:
        raise FormRefused("vads_trans_date", "elle est à plus d’une heure de l’heure de la banque.", code=rule.code)
    return trans_date
