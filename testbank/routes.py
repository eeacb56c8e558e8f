"""What the bank answers to each address."""

from http import HTTPStatus

from testbank import messages, pages
from testbank.bank import Bank
from testbank.payfip import routes as payfip
from testbank.payment import Outcome
from testbank.payment_form import FormRefused, decode_form
from testbank.refusals import NotPossible, SessionExpired, UnknownPayment
from testbank.reply import Reply, json_reply
from testbank.wishes import read_outcome, read_timing


def respond(bank: Bank, method: str, path: str, body: bytes, query: str = "") -> Reply:
    match method, path.strip("/").split("/"):
        case "GET", [""]:
            return Reply(HTTPStatus.OK, pages.home_page())
        case "GET", ["payments.json"]:
            return json_reply(HTTPStatus.OK, bank.describe_all())
        case "POST", ["vads-payment"]:
            return _open_session(bank, body)
        case "POST", ["vads-payment", "outcome"]:
            return _decide(bank, body)
        case _, ["tpa", *rest]:
            return payfip.respond(bank.payfip, method, rest, query, body)
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
        outcome, timing = read_outcome(fields), read_timing(fields)
        payment, decision = bank.decide(fields.get("session", ""), outcome, timing)
    except FormRefused as refusal:
        return Reply(HTTPStatus.BAD_REQUEST, pages.refused_form_page(refusal))
    except UnknownPayment:
        return Reply(HTTPStatus.NOT_FOUND, pages.unknown_payment_page())
    except SessionExpired as expired:
        return Reply(HTTPStatus.GONE, pages.expired_page(expired.shop_url))
    if decision.outcome is Outcome.ABANDONED:
        return Reply(HTTPStatus.OK, pages.abandoned_page(payment.order.shop_url))
    location = messages.return_url(payment, decision, key=bank.key)
    if not location:
        return Reply(HTTPStatus.OK, pages.finished_page())
    return Reply(HTTPStatus.SEE_OTHER, location=location)


def _operate(bank: Bank, trans_uuid: str, operation: str, body: bytes) -> Reply:
    try:
        if operation == "refund":
            return json_reply(HTTPStatus.OK, bank.refund(trans_uuid))
        fields = decode_form(body)
        answer = read_outcome(fields) if "outcome" in fields else None
        if bank.payfip.knows(trans_uuid):
            return json_reply(HTTPStatus.OK, bank.payfip.notify_again(trans_uuid, answer))
        return json_reply(HTTPStatus.OK, bank.notify_again(trans_uuid, answer))
    except UnknownPayment:
        return json_reply(HTTPStatus.NOT_FOUND, {"error": "La banque ne connaît pas ce paiement."})
    except FormRefused as refusal:
        return json_reply(HTTPStatus.BAD_REQUEST, {"error": str(refusal)})
    except NotPossible as refusal:
        return json_reply(HTTPStatus.CONFLICT, {"error": str(refusal)})
