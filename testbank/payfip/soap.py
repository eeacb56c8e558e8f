"""SOAP 1.1 envelopes, read and written: three operations of flat texts, and the two kinds of fault."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICE = (
    "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/"
    "PaiementSecuriseService"
)
EXCEPTIONS = "fr.gouv.finances.cp.tpa.webservice.exceptions"


class Unreadable(Exception):
    """Not a call of this service."""


class Fault(Exception):
    """The service's own « no »: `code` and the reason, in French."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}\N{NO-BREAK SPACE}: {reason}")
        self.code, self.reason = code, reason


class Outage(Exception):
    """The service itself is down: it says nothing of the payment."""


@dataclass(frozen=True)
class Call:
    operation: str
    fields: Mapping[str, str]


def read_call(body: bytes) -> Call:
    """A document type is refused before anything is parsed: entities are how XML attacks its reader."""
    if b"<!DOCTYPE" in body or b"\0" in body:
        raise Unreadable
    try:
        root = ET.fromstring(body)  # noqa: S314 - no document type, so no entity
    except (ET.ParseError, LookupError, ValueError) as error:
        raise Unreadable from error
    request = root.find(f"{{{ENVELOPE}}}Body/*")
    namespace, _, operation = ("" if request is None else request.tag).removeprefix("{").partition("}")
    if root.tag != f"{{{ENVELOPE}}}Envelope" or request is None or namespace != SERVICE:
        raise Unreadable
    return Call(operation, {field.tag: field.text or "" for field in request.findall("arg0/*")})


def answer(operation: str, fields: Mapping[str, str]) -> str:
    held = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return _envelope(f'<s:{operation}Response xmlns:s="{SERVICE}"><return>{held}</return></s:{operation}Response>')


def fault(refusal: Fault) -> str:
    reason = escape(refusal.reason)
    held = f"<code>{escape(refusal.code)}</code><descriptif>{reason}</descriptif><libelle>{reason}</libelle>"
    return _fault("FonctionnelleErreur", f"{held}<severite>2</severite>")


def outage() -> str:
    return _fault("TechDysfonctionnementErreur", "<code>T1</code><severite>3</severite>")


def _fault(kind: str, held: str) -> str:
    detail = f'<s:{kind} xmlns:s="{SERVICE}">{held}</s:{kind}>'
    text = f"<faultcode>e:Server</faultcode><faultstring>{EXCEPTIONS}.{kind}</faultstring><detail>{detail}</detail>"
    return _envelope(f"<e:Fault>{text}</e:Fault>")


def _envelope(body: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="{ENVELOPE}"><e:Body>{body}</e:Body></e:Envelope>'
    )
