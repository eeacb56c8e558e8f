"""PayFiP at the test bank: what it refuses, what it tells, and its page."""

import json
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any

import pytest
from fake_shop import Answer, Page, Shop, send

from testbank.payfip import payment as rules
from testbank.payfip.soap import ENVELOPE, SERVICE, Call, Unreadable, read_call
from testbank.server import BankServer


def envelope(operation: str, **fields: str) -> bytes:
    held = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return (
        f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body><s:{operation} xmlns:s="{SERVICE}"><arg0>{held}</arg0>'
        f"</s:{operation}></e:Body></e:Envelope>"
    ).encode()


def call(bank: BankServer, operation: str, **fields: str) -> Answer:
    return send("POST", bank.payfip_url, envelope(operation, **fields))


def text_of(answer: Answer, name: str) -> str:
    return answer.text.partition(f"<{name}>")[2].partition(f"</{name}>")[0]


def create(shop: Shop, **changes: str) -> Answer:
    fields = {
        "exer": "2026",
        "mel": "helene@example.org",
        "montant": "5920",
        "numcli": "440001",
        "objet": "Pret sur gage",
        "refdet": "PGABCDEFGH",
        "saisie": "T",
        "urlnotif": f"{shop.url}/notification/",
        "urlredirect": f"{shop.url}/retour/",
    }
    return call(shop.bank, "creerPaiementSecurise", **(fields | changes))


def opened(shop: Shop) -> str:
    answer = create(shop)
    assert answer.status == 200, answer.text
    return text_of(answer, "idOp")


def detail(shop: Shop, idop: str) -> Answer:
    return call(shop.bank, "recupererDetailPaiementSecurise", idOp=idop)


def pay(shop: Shop, idop: str, outcome: str, notification: str = "") -> Answer:
    fields = {"session": idop, "outcome": outcome, "notification": notification}
    return send("POST", f"{shop.bank.url}/tpa/outcome/", fields)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("numcli", "44000", "N2"),
        ("numcli", "000000", "N2"),
        ("numcli", "٤٤٠٠٠١", "N2"),
        ("saisie", "W", "S2"),
        ("saisie", "", "S2"),
        ("exer", "26", "E2"),
        ("montant", "59.20", "M2"),
        ("montant", "0", "M2"),
        ("montant", "99", "M5"),
        ("montant", "10000001", "M5"),
        ("refdet", "PG123", "R3"),
        ("refdet", "P" * 31, "R3"),
        ("refdet", "PG-12345", "R3"),
        ("mel", "", "A2"),
        ("mel", "a@b.f", "A2"),
        ("mel", "helene.example.org", "A2"),
        ("mel", f"{'h' * 80}@example.org", "A2"),
        ("objet", "Prêt", "O2"),
        ("objet", "a" * 101, "O2"),
        ("urlnotif", "portail.example.fr", "U2"),
        ("urlredirect", f"https://example.fr/{'a' * 250}", "U2"),
        ("urlredirect", "https://[", "U2"),
        ("urlredirect", "", "U2"),
    ],
)
def test_it_refuses_what_the_real_one_would(shop: Shop, field: str, value: str, code: str) -> None:
    answer = create(shop, **{field: value})
    assert (answer.status, text_of(answer, "code")) == (500, code)
    assert "FonctionnelleErreur" in answer.text
    assert json.loads(send("GET", f"{shop.bank.url}/payments.json").text) == []


@pytest.mark.parametrize("cents", ["100", "10000000"])
def test_the_limits_themselves_are_taken(shop: Shop, cents: str) -> None:
    assert create(shop, montant=cents).status == 200


@pytest.mark.parametrize(("outcome", "letter"), [("accepted", "P"), ("refused", "R"), ("cancelled", "A")])
def test_it_tells_the_outcome_when_asked(shop: Shop, outcome: str, letter: str) -> None:
    idop = opened(shop)
    assert pay(shop, idop, outcome).location == f"{shop.url}/retour/"
    answer = detail(shop, idop)
    told = {name: text_of(answer, name) for name in ("resultrans", "montant", "refdet", "numcli", "saisie", "idOp")}
    assert told == {
        "resultrans": letter,
        "montant": "5920",
        "refdet": "PGABCDEFGH",
        "numcli": "440001",
        "saisie": "T",
        "idOp": idop,
    }
    assert shop.notifications == [{"idop": idop}]


@pytest.mark.parametrize("outcome", ["", "silent", "abandoned"])
def test_without_a_result_it_says_p5(shop: Shop, outcome: str) -> None:
    idop = opened(shop)
    if outcome:
        pay(shop, idop, outcome)
    assert text_of(detail(shop, idop), "code") == "P5"
    assert len(shop.notifications) == (outcome == "silent")


def test_an_unknown_session_is_p1(shop: Shop) -> None:
    assert text_of(detail(shop, "11111111-2222-3333-4444-555555555555"), "code") == "P1"


def test_the_night_forgets_what_was_not_paid(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    unpaid, paid = opened(shop), opened(shop)
    pay(shop, paid, "accepted")
    monkeypatch.setattr(rules, "FORGOTTEN_AFTER", timedelta(seconds=-1))
    assert text_of(detail(shop, unpaid), "code") == "P1"
    assert text_of(detail(shop, paid), "resultrans") == "P"


def test_a_technical_outcome_breaks_the_service_for_this_payment(shop: Shop) -> None:
    idop = opened(shop)
    pay(shop, idop, "technical")
    answer = detail(shop, idop)
    assert answer.status == 500
    assert "TechDysfonctionnementErreur" in answer.text


@pytest.mark.parametrize(("timing", "count"), [("", 1), ("now", 1), ("twice", 2), ("never", 0), ("late", 1)])
def test_when_the_shop_hears_of_it(shop: Shop, timing: str, count: int) -> None:
    idop = opened(shop)
    pay(shop, idop, "accepted", timing)
    assert shop.hear(count) == [{"idop": idop}] * count


def test_a_forged_notification_names_an_unknown_session(shop: Shop) -> None:
    idop = opened(shop)
    pay(shop, idop, "accepted", "forged")
    assert shop.notifications[0]["idop"] != idop
    assert text_of(detail(shop, shop.notifications[0]["idop"]), "code") == "P1"


def test_a_wrong_amount_is_told_when_asked(shop: Shop) -> None:
    idop = opened(shop)
    pay(shop, idop, "accepted", "wrong_amount")
    assert text_of(detail(shop, idop), "montant") == "2960"


def test_a_second_click_changes_nothing(shop: Shop) -> None:
    idop = opened(shop)
    pay(shop, idop, "refused")
    assert pay(shop, idop, "accepted").status == 303
    assert text_of(detail(shop, idop), "resultrans") == "R"
    assert len(shop.notifications) == 1


def test_it_tells_again_and_answers_late(shop: Shop) -> None:
    idop = opened(shop)
    pay(shop, idop, "silent", "never")
    again = f"{shop.bank.url}/payments/{idop}/notify"
    assert send("POST", again).status == 200
    assert text_of(detail(shop, idop), "code") == "P5"
    assert json.loads(send("POST", again, {"outcome": "accepted"}).text)["state"] == "accepted"
    assert text_of(detail(shop, idop), "resultrans") == "P"
    assert send("POST", again, {"outcome": "refused"}).status == 409
    assert len(shop.notifications) == 2


@pytest.mark.parametrize("answer", ["cancelled", "silent"])
def test_a_late_answer_is_accepted_or_refused(shop: Shop, answer: str) -> None:
    idop = opened(shop)
    pay(shop, idop, "silent")
    assert send("POST", f"{shop.bank.url}/payments/{idop}/notify", {"outcome": answer}).status == 409


def test_it_gives_no_money_back(shop: Shop) -> None:
    idop = opened(shop)
    pay(shop, idop, "accepted")
    assert send("POST", f"{shop.bank.url}/payments/{idop}/refund").status == 409


def test_what_it_took_is_listed_with_the_other_protocol_s(shop: Shop) -> None:
    idop = opened(shop)
    pay(shop, idop, "accepted")
    shop.pay("accepted")
    taken: list[dict[str, Any]] = json.loads(send("GET", f"{shop.bank.url}/payments.json").text)
    assert [(one["amount"], one["state"]) for one in taken] == [(5920, "accepted")] * 2
    assert (taken[1]["trans_uuid"], taken[1]["order_id"]) == (idop, "PGABCDEFGH")


def test_its_page_holds_one_form(shop: Shop) -> None:
    idop = opened(shop)
    answer = get(shop, f"/tpa/paiementws.web?idop={idop}")
    page = Page(answer.text)
    assert (answer.status, len(page.forms), page.hidden) == (200, 1, {"session": idop})
    assert page.forms[0]["action"] == "/tpa/outcome/"
    assert set(page.buttons) == {"accepted", "refused", "cancelled", "abandoned", "silent", "technical"}
    assert "59,20" in answer.text
    assert "15&nbsp;minutes" in answer.text


def test_its_page_may_be_posted_to(shop: Shop) -> None:
    idop = opened(shop)
    answer = send("POST", f"{shop.bank.url}/tpa/paiementws.web", {"idop": idop})
    assert (answer.status, Page(answer.text).hidden) == (200, {"session": idop})


def get(shop: Shop, path: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", shop.bank.port, timeout=20)
    connection.request("GET", path)
    response = connection.getresponse()
    answer = Answer(response.status, response.read().decode(), dict(response.getheaders()))
    connection.close()
    return answer


def test_a_page_that_was_decided_leads_back(shop: Shop) -> None:
    idop = opened(shop)
    pay(shop, idop, "accepted")
    answer = get(shop, f"/tpa/paiementws.web?idop={idop}")
    assert (answer.status, answer.location) == (303, f"{shop.url}/retour/")


def test_a_page_that_expired(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    idop = opened(shop)
    monkeypatch.setattr(rules, "SESSION_LIFETIME", timedelta(seconds=-1))
    assert get(shop, f"/tpa/paiementws.web?idop={idop}").status == 410
    assert pay(shop, idop, "accepted").status == 410
    assert json.loads(send("GET", f"{shop.bank.url}/payments.json").text)[0]["state"] == "expired"


@pytest.mark.parametrize("path", ["/tpa/paiementws.web", "/tpa/paiementws.web?idop=inconnu", "/tpa/ailleurs"])
def test_pages_that_are_not_there(shop: Shop, path: str) -> None:
    assert get(shop, path).status == 404


def test_an_unknown_session_or_wish_is_refused(shop: Shop) -> None:
    idop = opened(shop)
    assert pay(shop, "inconnu", "accepted").status == 404
    assert pay(shop, idop, "autre").status == 400
    assert pay(shop, idop, "accepted", "autre").status == 400


def test_it_says_who_a_client_is(shop: Shop) -> None:
    answer = call(shop.bank, "recupererDetailClient", numCli="440001")
    assert (answer.status, text_of(answer, "numcli")) == (200, "440001")
    assert text_of(answer, "libelleN1") == "CAISSE DE DEMONSTRATION"
    assert text_of(call(shop.bank, "recupererDetailClient", numCli="000000"), "code") == "N2"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html/>",
        b"\xff\xfe",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b"<?xml version='1.0' encoding='utf-999'?><a/>",
        f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body/></e:Envelope>'.encode(),
        envelope("creerPaiementSecurise").replace(SERVICE.encode(), b"urn:autre"),
        envelope("creerPaiementSecurise").replace(ENVELOPE.encode(), b"urn:autre"),
        envelope("autreChose"),
    ],
)
def test_what_is_no_call_is_refused(shop: Shop, body: bytes) -> None:
    answer = send("POST", shop.bank.payfip_url, body)
    assert answer.status == 400
    assert "Appel illisible" in answer.text


def test_a_call_is_read() -> None:
    assert read_call(envelope("x", a="é &amp; b", c="")) == Call("x", {"a": "é & b", "c": ""})
    with pytest.raises(Unreadable):
        read_call(b"<a/>\0")
