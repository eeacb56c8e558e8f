"""What the service answers below /tpa/."""

from http import HTTPStatus
from urllib.parse import parse_qs

from testbank import pages
from testbank.payfip import soap
from testbank.payfip.desk import PayFiPDesk
from testbank.payment import Outcome
from testbank.payment_form import FormRefused, decode_form
from testbank.refusals import SessionExpired, UnknownPayment
from testbank.reply import XML, Reply
from testbank.wishes import read_outcome, read_timing


def respond(desk: PayFiPDesk, method: str, path: list[str], query: str, body: bytes) -> Reply:
    match method, path:
        case "POST", ["services", "securite"]:
            return _serve(desk, body)
        case "GET", ["paiementws.web"]:
            return _show_page(desk, query)
        case "POST", ["paiementws.web"]:
            return _show_page(desk, body.decode("latin-1"))
        case "POST", ["outcome"]:
            return _decide(desk, body)
        case _:
            return Reply(HTTPStatus.NOT_FOUND, pages.not_found_page())


def _serve(desk: PayFiPDesk, body: bytes) -> Reply:
    """A fault has the status 500, as SOAP wants it."""
    try:
        call = soap.read_call(body)
        return Reply(HTTPStatus.OK, soap.answer(call.operation, desk.answer(call)), XML)
    except soap.Fault as refusal:
        return Reply(HTTPStatus.INTERNAL_SERVER_ERROR, soap.fault(refusal), XML)
    except soap.Outage:
        return Reply(HTTPStatus.INTERNAL_SERVER_ERROR, soap.outage(), XML)
    except soap.Unreadable:
        return Reply(HTTPStatus.BAD_REQUEST, pages.refused_call_page())


def _show_page(desk: PayFiPDesk, asked: str) -> Reply:
    try:
        payment = desk.find_open(parse_qs(asked).get("idop", [""])[0])
    except UnknownPayment:
        return Reply(HTTPStatus.NOT_FOUND, pages.unknown_payment_page())
    except SessionExpired as expired:
        return Reply(HTTPStatus.GONE, pages.expired_page(expired.shop_url, minutes=15))
    if payment.decision:
        return Reply(HTTPStatus.SEE_OTHER, location=payment.request.urlredirect)
    return Reply(HTTPStatus.OK, pages.payfip_page(payment))


def _decide(desk: PayFiPDesk, body: bytes) -> Reply:
    try:
        fields = decode_form(body)
        payment, decision = desk.decide(fields.get("session", ""), read_outcome(fields), read_timing(fields))
    except FormRefused as refusal:
        return Reply(HTTPStatus.BAD_REQUEST, pages.refused_form_page(refusal))
    except UnknownPayment:
        return Reply(HTTPStatus.NOT_FOUND, pages.unknown_payment_page())
    except SessionExpired as expired:
        return Reply(HTTPStatus.GONE, pages.expired_page(expired.shop_url, minutes=15))
    if decision.outcome is Outcome.ABANDONED:
        return Reply(HTTPStatus.OK, pages.abandoned_page(payment.request.urlredirect))
    return Reply(HTTPStatus.SEE_OTHER, location=payment.request.urlredirect)
