"""What PayFiP answers: only what equals what was sent pays, and no text breaks the reader."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import eopayment
import pytest
from eopayment.payfip_ws import PayFiP
from hypothesis import given, settings
from hypothesis import strategies as st
from payfip_bank import SERVICE, a_lying_bank

from payments.gateways import payfip
from payments.gateways.payfip import Fault, NoAnswer, Told
from payments.gateways.soap_wire import Wire
from payments.gateways.words import Authorised, CancelledByClient, Mismatch, NoNews, RefusedByBank
from payments.models import MerchantAccount, PaymentAttempt
from testbank.payfip import soap

IDOP = "cc0cb210-1cd4-11ea-8cca-0213ad91a103"
DETAIL = "recupererDetailPaiementSecurise"
MERCHANT = MerchantAccount(gateway="payfip", site_id="440001", mode="TEST", service_url=f"http://127.0.0.1:9{SERVICE}")
ATTEMPT = PaymentAttempt(
    amount=Decimal("59.20"),
    gateway="payfip",
    mode="TEST",
    site_id="440001",
    order_id="PGABCDEFGHIJKLMNOPQRST",
    bank_session=IDOP,
    quote_on=date(2026, 11, 23),
)
PAID = {
    "idOp": IDOP,
    "montant": "5920",
    "numauto": "123456",
    "numcli": "440001",
    "refdet": ATTEMPT.order_id,
    "resultrans": "P",
    "saisie": "T",
}


class _Answered:
    encoding = "utf-8"

    def __init__(self, content: bytes, status_code: int) -> None:
        self.content, self.status_code = content, status_code
        self.headers = {"Content-Type": "text/xml; charset=utf-8"}


def asked(content: bytes, status: int = 200) -> payfip.Answer:
    """The whole reader, without the network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Wire, "post", lambda *_: _Answered(content, status))
        return payfip.ask(MERCHANT, IDOP)


unhurried = settings(deadline=None)  # a client is made for each answer, beside other tests
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40)


@unhurried
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    assert isinstance(asked(content), NoAnswer)


@unhurried
@given(st.dictionaries(st.sampled_from(sorted({*PAID, "mel", "objet", "exer"})), texts))
def test_any_texts_in_the_right_shape_are_read_and_judged(fields: dict[str, str]) -> None:
    known = dict(sorted(fields.items()))
    answer = asked(soap.answer(DETAIL, known).encode())
    assert not isinstance(answer, Fault)
    if isinstance(answer, Told):
        assert isinstance(payfip.judge_answer(ATTEMPT, answer), Mismatch)


@unhurried
@given(st.sampled_from(["idOp", "montant", "numcli", "refdet", "saisie"]), texts)
def test_one_field_that_differs_is_enough(name: str, value: str) -> None:
    answer = Told(PAID | {name: value})
    if value != PAID[name]:
        assert payfip.judge_answer(ATTEMPT, answer) == Mismatch(name)


@pytest.mark.parametrize("name", ["idOp", "montant", "numcli", "refdet", "saisie", "resultrans"])
def test_a_field_that_is_missing_is_enough(name: str) -> None:
    fields = {key: value for key, value in PAID.items() if key != name}
    assert payfip.judge_answer(ATTEMPT, Told(fields)) == Mismatch(name)


@pytest.mark.parametrize(
    ("letter", "verdict"),
    [
        ("P", Authorised(f"{IDOP}-123456")),
        ("V", Authorised(f"{IDOP}-123456")),
        ("R", RefusedByBank()),
        ("Z", RefusedByBank()),
        ("A", CancelledByClient()),
        ("p", Mismatch("resultrans")),
        ("PP", Mismatch("resultrans")),
    ],
)
def test_the_letters(letter: str, verdict: object) -> None:
    assert payfip.judge_answer(ATTEMPT, Told(PAID | {"resultrans": letter})) == verdict


def test_without_an_authorisation_the_session_alone_is_the_reference() -> None:
    fields = {key: value for key, value in PAID.items() if key != "numauto"}
    assert payfip.judge_answer(ATTEMPT, Told(fields)) == Authorised(IDOP)


@pytest.mark.parametrize("code", ["P1", "P5", "Q9"])
def test_a_fault_ends_nothing(code: str) -> None:
    answer = asked(soap.fault(soap.Fault(code, "raison <b>&</b>")).encode(), 500)
    assert answer == Fault(code, "raison <b>&</b>")
    assert payfip.judge_answer(ATTEMPT, answer) == NoNews(code)


def test_an_outage_is_no_answer() -> None:
    assert isinstance(asked(soap.outage().encode(), 500), NoAnswer)


def test_a_true_answer_is_read_field_by_field() -> None:
    assert asked(soap.answer(DETAIL, PAID).encode()) == Told(PAID)


@unhurried
@given(st.text(max_size=80))
def test_a_session_s_name_is_plain(raw: str) -> None:
    named = payfip.idop_in(raw)
    assert named is None or (named.isascii() and 8 <= len(named) <= 64)


@pytest.mark.parametrize("raw", [f"idop={IDOP}", f"idOp={IDOP}", f"a=b&idop={IDOP}&idop=autre"])
def test_the_session_of_a_notification(raw: str) -> None:
    assert payfip.idop_in(raw) == IDOP


# What the library alone does: the reason of the comparisons here.

LIES: dict[str, dict[str, str]] = {
    "another sum": {"montant": "100"},
    "another payment": {"refdet": "AUTREREFERENCE"},
    "another shop": {"numcli": "999999"},
    "a test": {"saisie": "T"},
}


@pytest.mark.parametrize("lie", LIES)
def test_the_library_alone_calls_it_paid(lie: str) -> None:
    options = {
        "numcli": "440001",
        "saisie": "W",
        "normal_return_url": "https://portail.example.fr/retour/",
        "automatic_return_url": "https://portail.example.fr/notification/",
    }
    library = eopayment.Payment("payfip_ws", options)
    answer = soap.answer(DETAIL, dict(sorted((PAID | {"saisie": "W"} | LIES[lie]).items()))).encode()
    with a_lying_bank() as bank:
        bank.answer = lambda _: (200, answer)
        library.backend.payfip = PayFiP(zeep_client_kwargs={"transport": Wire(bank.url)})
        response = library.payment_status(IDOP)
    assert response.result == eopayment.PAID
    ours = PaymentAttempt(
        amount=ATTEMPT.amount,
        mode="PRODUCTION",
        site_id=ATTEMPT.site_id,
        order_id=ATTEMPT.order_id,
        bank_session=IDOP,
    )
    assert isinstance(payfip.judge_answer(ours, asked_as_told(answer)), Mismatch)


def asked_as_told(answer: bytes) -> Told:
    told = asked(answer)
    assert isinstance(told, Told)
    return told


@pytest.mark.parametrize("amount", ["0.50", "100000.00"])
def test_the_library_alone_sends_what_the_bank_refuses(amount: str) -> None:
    sent: list[str] = []
    library = eopayment.Payment(
        "payfip_ws",
        {"numcli": "440001", "saisie": "T", "normal_return_url": "https://a/", "automatic_return_url": "https://a/"},
    )

    def keep(**facts: Any) -> str:
        sent.append(facts["montant"])
        return IDOP

    library.backend.payfip.get_idop = keep
    library.request(Decimal(amount), email="helene@example.org")
    assert len(sent) == 1


def test_the_address_of_the_file_is_the_one_that_is_called() -> None:
    """The library goes to the address in the WSDL, whatever it is told."""
    calls: list[Callable[..., object]] = [
        lambda merchant: payfip.ask(merchant, IDOP),
        payfip.ask_client,
        lambda merchant: payfip.open_session(
            merchant, ATTEMPT, email="helene@example.org", notification_url="https://a/", return_url="https://a/"
        ),
    ]
    with a_lying_bank() as bank:
        merchant = MerchantAccount(gateway="payfip", site_id="440001", mode="TEST", service_url=bank.url)
        for call in calls:
            assert isinstance(call(merchant), NoAnswer)
        assert len(bank.asked) == 3


def test_another_banks_address_is_never_called() -> None:
    merchant = MerchantAccount(gateway="systempay", service_url="http://127.0.0.1:9/vads-payment/")
    assert payfip.ask(merchant, IDOP) == NoAnswer("l’adresse n’est pas celle de PayFiP")
