"""A payment that a shop asks for, checked as the service checks it: lengths, alphabets, limits, addresses.

Codes P1, P5, R3 and A2 are the service's own; the others are our reading of its manual.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from testbank.payfip.soap import Fault

LEAST, MOST = 100, 10_000_000  # cents
MAX_URL_LENGTH = 250
NAMES = ("exer", "mel", "montant", "numcli", "objet", "refdet", "saisie", "urlnotif", "urlredirect")


@dataclass(frozen=True)
class Rule:
    code: str
    pattern: str
    expected: str


RULES = {
    "numcli": Rule("N2", "(?!000000)[0-9]{6}", "un numéro client a 6 chiffres, et il est connu."),
    "saisie": Rule("S2", "[TX]", "cette banque de test accepte les saisies T et X."),
    "exer": Rule("E2", "20[0-9]{2}", "un exercice est une année de 4 chiffres."),
    "montant": Rule("M2", "[1-9][0-9]{0,9}", "un montant est un nombre entier de centimes."),
    "refdet": Rule("R3", "[0-9A-Za-z]{6,30}", "une référence a de 6 à 30 lettres sans accent ou chiffres."),
    "mel": Rule("A2", "(?=.{6,80}$)[!-?A-~]+@[!-?A-~]+", "une adresse électronique a de 6 à 80 caractères."),
    "objet": Rule("O2", "[0-9A-Za-z ]{0,100}", "un objet a au plus 100 lettres sans accent, chiffres ou espaces."),
}


@dataclass(frozen=True)
class PaymentRequest:
    exer: str
    mel: str
    montant: str
    numcli: str
    objet: str
    refdet: str
    saisie: str
    urlnotif: str
    urlredirect: str


def check_request(fields: Mapping[str, str]) -> PaymentRequest:
    """Raises Fault."""
    for name, rule in RULES.items():
        if not re.fullmatch(rule.pattern, fields.get(name, "")):
            raise Fault(rule.code, rule.expected)
    if not LEAST <= int(fields["montant"]) <= MOST:
        raise Fault("M5", "un montant va de 1 à 100 000 euros.")
    for name in ("urlnotif", "urlredirect"):
        if not _is_web_address(fields.get(name, "")):
            raise Fault("U2", f"{name} n’est pas une adresse web complète.")
    return PaymentRequest(**{name: fields.get(name, "") for name in NAMES})


def check_client(fields: Mapping[str, str]) -> str:
    rule = RULES["numcli"]
    numcli = fields.get("numCli", "")
    if not re.fullmatch(rule.pattern, numcli):
        raise Fault(rule.code, rule.expected)
    return numcli


def _is_web_address(value: str) -> bool:
    """Printable ASCII only: the address goes into a header."""
    if len(value) > MAX_URL_LENGTH or not re.fullmatch("https?://[!-~]+", value):
        return False
    try:
        parts = urlsplit(value)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
