"""PayFiP (DGFiP): a session opened by SOAP, the bank's page, and answers that are asked for, since nothing is signed.

eopayment holds the WSDL and speaks SOAP. It enforces half of the service's limits and compares nothing with what was
sent: both are done here. A notification names a session and proves nothing; what counts is the answer to our own call.
"""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qs

import zeep
from eopayment.payfip_ws import PayFiP, PayFiPError
from zeep.helpers import serialize_object

from messaging.deadline import within
from payments.bank_addresses import PAYFIP_PAGE, PAYFIP_SERVICE
from payments.gateways.soap_wire import Wire
from payments.gateways.words import (
    Authorised,
    BankForm,
    CancelledByClient,
    Mismatch,
    NoNews,
    RefusedByBank,
    Verdict,
    in_cents,
)
from payments.models import MerchantAccount, PaymentAttempt

LEAST: Final = Decimal(1)
MOST: Final = Decimal(100_000)
SAISIE: Final = {
    MerchantAccount.Mode.TEST: "T",
    MerchantAccount.Mode.ACTIVATION: "X",
    MerchantAccount.Mode.PRODUCTION: "W",
}
SUBJECT: Final = "Reglement"  # letters without accents, digits and spaces; on a page and in a mail, it says nothing
WHOLE_SECONDS: Final = 10.0  # somebody waits in front of a page
IDOP: Final = "[0-9A-Za-z-]{8,64}"
EMAIL: Final = "(?=.{6,80}$)[!-?A-~]+@[!-?A-~]+"
NOT_YET: Final = frozenset({"P1", "P5"})  # an unknown session, one without a result
PAID: Final = frozenset({"P", "V"})  # by card, by SEPA debit
REFUSED: Final = frozenset({"R", "Z"})

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EmailNeeded:
    """The bank writes to the payer: it takes no payment without an address of 6 to 80 plain characters."""


@dataclass(frozen=True, slots=True)
class AmountOutOfBounds:
    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Told:
    """The bank's answer, field by field; empty ones are left out."""

    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """The bank's « no », with its code: a letter and one or two digits."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nobody there, too late, out of order, or words that are no answer."""

    reason: str


Answer = Told | Fault | NoAnswer


def why_not(amount: Decimal, email: str) -> EmailNeeded | AmountOutOfBounds | None:
    """What the bank would refuse, said before it is asked."""
    if not LEAST <= amount <= MOST:
        return AmountOutOfBounds(LEAST, MOST)
    return None if re.fullmatch(EMAIL, email) else EmailNeeded()


def open_session(
    merchant: MerchantAccount, attempt: PaymentAttempt, *, email: str, notification_url: str, return_url: str
) -> Answer:
    """On the network: never inside a transaction. A `Told` holds an « idOp » that may be kept."""
    answer = _call(
        merchant,
        lambda bank: bank.get_idop(
            numcli=attempt.site_id,
            saisie=SAISIE[MerchantAccount.Mode(attempt.mode)],
            exer=f"{attempt.quote_on:%Y}",
            refdet=attempt.order_id,
            montant=in_cents(attempt.amount),
            mel=email,
            objet=SUBJECT,
            url_notification=notification_url,
            url_redirect=return_url,
        ),
    )
    if isinstance(answer, Told) and not re.fullmatch(IDOP, answer.fields.get("idOp", "")):
        return NoAnswer("idOp illisible")
    return answer


def page_form(merchant: MerchantAccount, idop: str) -> BankForm:
    """The bank's page beside its service."""
    url = merchant.service_url.removesuffix(PAYFIP_SERVICE) + PAYFIP_PAGE
    return BankForm(url, (("idop", idop),), method="get")


def ask(merchant: MerchantAccount, idop: str) -> Answer:
    """What became of a session. On the network: never inside a transaction."""
    return _call(merchant, lambda bank: bank.get_info_paiement(idop))


def ask_client(merchant: MerchantAccount) -> Answer:
    """Who the bank takes this account for. On the network."""
    return _call(merchant, lambda bank: bank.get_info_client(merchant.site_id))


def idop_in(raw: str) -> str | None:
    """The session that a notification is about."""
    fields = parse_qs(raw, keep_blank_values=True)
    named = (fields.get("idop") or fields.get("idOp") or [""])[0]
    return named if re.fullmatch(IDOP, named) else None


def judge_answer(attempt: PaymentAttempt, answer: Told | Fault) -> Verdict:
    """A fault is no outcome, whatever its code: while the bank tells no result, nothing ends and nothing is paid."""
    if isinstance(answer, Fault):
        if answer.code not in NOT_YET:
            logger.error("payment %s: PayFiP answers %s (%s)", attempt, answer.code, answer.reason)
        return NoNews(answer.code)
    for name, sent in _sent(attempt).items():
        if answer.fields.get(name) != sent:
            return Mismatch(name)
    match answer.fields.get("resultrans"):
        case result if result in PAID:
            return Authorised(_reference(answer.fields))
        case result if result in REFUSED:
            return RefusedByBank()
        case "A":
            return CancelledByClient()
        case _:
            return Mismatch("resultrans")


def _sent(attempt: PaymentAttempt) -> dict[str, str]:
    return {
        "idOp": attempt.bank_session,
        "refdet": attempt.order_id,
        "montant": in_cents(attempt.amount),
        "numcli": attempt.site_id,
        "saisie": SAISIE[MerchantAccount.Mode(attempt.mode)],
    }


def _reference(fields: Mapping[str, str]) -> str:
    """The session, and the authorisation's number: two of them would be two debits."""
    return re.sub("[^0-9A-Za-z-]", "", f"{fields['idOp']}-{fields.get('numauto', '')}").strip("-")[:64]


def _call(merchant: MerchantAccount, ask_it: Callable[[Any], object]) -> Answer:
    if not merchant.service_url.endswith(PAYFIP_SERVICE):
        return NoAnswer("l’adresse n’est pas celle de PayFiP")
    try:
        return Told(_fields(within(WHOLE_SECONDS, lambda: ask_it(_library(merchant)))))
    except PayFiPError as error:
        if re.fullmatch("[A-Z][0-9]{1,2}", str(error.code)):
            return Fault(str(error.code), str(error.message)[:200])
        words = type(error.message).__name__ if isinstance(error.message, Exception) else error.message
        return NoAnswer(f"{error.code}: {words}"[:200])
    except Exception as error:  # noqa: BLE001 - hostile words make the library raise anything
        return NoAnswer(type(error).__name__)


def _library(merchant: MerchantAccount) -> Any:
    """A document type is refused: no true answer has one."""
    safe = zeep.Settings(forbid_dtd=True)
    return PayFiP(zeep_client_kwargs={"transport": Wire(merchant.service_url), "settings": safe})


def _fields(told: object) -> dict[str, str]:
    """Errors: ValueError for an answer that holds nothing. The opening's only field comes as its bare value."""
    held = {"idOp": told} if isinstance(told, str) else serialize_object(told, dict)
    if not isinstance(held, dict):
        raise ValueError("empty")  # noqa: TRY004 - it came from outside
    return {str(name): str(value) for name, value in held.items() if value}
