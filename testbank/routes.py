"""What the bank answers to each address."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from testbank import messages, pages
from testbank.bank import Bank, NotPossible, SessionExpired, UnknownPayment
from testbank.payment import Outcome, Timing
from testbank.payment_form import FormRefused, decode_form

HTML = "text/html; charset=utf-8"
JSON = "application/json"


@dataclass(frozen=True)
class Reply:
    status: HTTPStatus
    body: str = ""
    content_type: str = HTML
    location: str = ""


def respond(bank: Bank, method: str, path: str, body: bytes) -> Reply:
    match method, path.strip("/").split("/"):
        case "GET", [""]:
            return Reply(HTTPStatus.OK, pages.home_page())
        case "GET", ["payments.json"]:
            return _json(HTTPStatus.OK, bank.describe_all())
        case "POST", ["vads-payment"]:
            return _open_session(bank, body)
        case "POST", ["vads-payment", "outcome"]:
            return _decide(bank, body)
        case "POST", ["payments", trans_uuid, "notify" | "refund" as operation]:
            return _operate(bank, trans_uuid, operation, body)
        case _:
            return Reply(HTTPStatus.NOT_FOUND, pages.not_found_page())


def _open_session(bank: Bank, body: bytes) -> Reply:
    try:
        payment = bank.open_session(decode_form(body))
    except FormRefused as refusal:
        return Reply(HTTPStatus.BAD_REQUEST, pages.refused_form_page(refusal))
    return Reply(HTTPStatus.OK, pages.card_page(payment))


def _decide(bank: Bank, body: bytes) -> Reply:
    try:
        fields = decode_form(body)
        outcome, timing = _read_outcome(fields), _read_timing(fields)
        payment, decision = bank.decide(fields.get("session", ""), outcome, timing)
    except FormRefused as refusal:
        return Reply(HTTPStatus.BAD_REQUEST, pages.refused_form_page(refusal))
    except UnknownPayment:
        return Reply(HTTPStatus.NOT_FOUND, pages.unknown_payment_page())
    except SessionExpired as expired:
        return Reply(HTTPStatus.GONE, pages.expired_page(expired.payment.order.shop_url))
    if decision.outcome is Outcome.ABANDONED:
        return Reply(HTTPStatus.OK, pages.abandoned_page(payment.order.shop_url))
    location = messages.return_url(payment, decision, key=bank.key)
    if not location:
        return Reply(HTTPStatus.OK, pages.finished_page())
    return Reply(HTTPStatus.SEE_OTHER, location=location)


def _operate(bank: Bank, trans_uuid: str, operation: str, body: bytes) -> Reply:
    try:
        if operation == "refund":
            return _json(HTTPStatus.OK, bank.refund(trans_uuid))
        fields = decode_form(body)
        answer = _read_outcome(fields) if "outcome" in fields else None
        return _json(HTTPStatus.OK, bank.notify_again(trans_uuid, answer))
    except UnknownPayment:
        return _json(HTTPStatus.NOT_FOUND, {"error": "La banque ne connaît pas ce paiement."})
    except FormRefused as refusal:
        return _json(HTTPStatus.BAD_REQUEST, {"error": str(refusal)})
    except NotPossible as refusal:
        return _json(HTTPStatus.CONFLICT, {"error": str(refusal)})


def _read_outcome(fields: dict[str, str]) -> Outcome:
    try:
        return Outcome(fields.get("outcome", ""))
    except ValueError as error:
        raise FormRefused("outcome", "les valeurs possibles sont " + ", ".join(Outcome) + ".") from error


def _read_timing(fields: dict[str, str]) -> Timing:
    try:
        return Timing(fields.get("notification", ""))
    except ValueError as error:
        raise FormRefused(
            "notification", "les valeurs possibles sont " + ", ".join(filter(None, Timing)) + "."
        ) from error


def _json(status: HTTPStatus, content: Any) -> Reply:
    return Reply(status, json.dumps(content, ensure_ascii=False, indent=2), JSON)
