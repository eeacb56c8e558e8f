"""A payment begins at PayFiP by a call: outside of any transaction, and whatever the bank answers, nothing is lost."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from payfip_bank import SERVICE, Answer, LyingBank, at_payfip, field_of, payfip_merchant
from paying import MORNING, seal_of, start, verdicts
from payment_pages import START, html
from people import a_contract

from accounts.models import Client
from contracts.models import Contract
from establishments.models import Establishment
from journal.models import Event
from payments.actions.expire import expire_payment
from payments.actions.opening import store_session
from payments.actions.start import BankSilent, OfferChanged, Started
from payments.gateways import payfip as gateway
from payments.gateways.payfip import AmountOutOfBounds, EmailNeeded
from payments.models import GatewayMessage, LiveContract, MerchantAccount, PaymentAttempt
from testbank.payfip import soap
from testbank.server import BankServer
from web.french import euros

pytestmark = pytest.mark.usefixtures("morning")

IDOP = "cc0cb210-1cd4-11ea-8cca-0213ad91a103"
OPENED = soap.answer("creerPaiementSecurise", {"idOp": IDOP}).encode()
LAUGHS = b"".join(
    [
        b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">',
        *(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">'.encode() for n in range(1, 10)),
        OPENED.partition(b"?>")[2].join([b"]>", b""]).replace(IDOP.encode(), b"&l9;"),
    ]
)
LEAK = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>' + OPENED.partition(b"?>")[2]


def confirm(browser: Browser, client: Client, contract: Contract) -> Any:
    return browser.post(START, {"contract": contract.number, "seal": seal_of(client, [contract])})


def is_free(contract: Contract) -> bool:
    contract.refresh_from_db()
    return contract.payment_started_at is None and not LiveContract.objects.filter(contract=contract).exists()


def test_the_client_is_taken_to_the_banks_page(
    payfip: BankServer, helene: Client, helene_browser: Browser, ring: Contract
) -> None:
    page = html(confirm(helene_browser, helene, ring))
    attempt = PaymentAttempt.objects.get()
    assert re.search(rf'<form[^>]*method="get" action="{payfip.url}/tpa/paiementws.web"', page)
    assert f'<input type="hidden" name="idop" value="{attempt.bank_session}">' in page
    assert (attempt.state, attempt.gateway, attempt.site_id) == ("redirected", "payfip", "440001")
    assert attempt.redirected_at == MORNING
    assert verdicts() == ["ouvert à la banque"]
    assert Event.objects.filter(kind="payment_redirected").count() == 1


def test_the_bank_is_told_what_it_asks_for_and_nothing_of_the_client(
    liar: LyingBank, helene: Client, ring: Contract
) -> None:
    liar.answer = lambda _: (200, OPENED)
    attempt = at_payfip(helene, ring)
    sent = liar.asked[0]
    expected = {
        "numcli": "440001",
        "saisie": "T",
        "exer": "2026",
        "montant": "5920",
        "refdet": attempt.order_id,
        "mel": helene.email,
        "objet": "Reglement",
    }
    assert {name: field_of(sent, name) for name in expected} == expected
    assert field_of(sent, "urlnotif") == "http://localhost:8000/paiements/notification/nantes/"
    assert field_of(sent, "urlredirect") == f"http://localhost:8000/paiements/retour/{attempt.pk}/"
    assert helene.last_name.encode() not in sent


@pytest.mark.parametrize(("mode", "saisie"), [("TEST", "T"), ("ACTIVATION", "X"), ("PRODUCTION", "W")])
def test_the_mode_of_the_account_is_said_in_the_banks_letter(
    liar: LyingBank, helene: Client, ring: Contract, mode: str, saisie: str
) -> None:
    MerchantAccount.objects.update(mode=mode)
    liar.answer = lambda _: (200, OPENED)
    at_payfip(helene, ring)
    assert field_of(liar.asked[0], "saisie") == saisie


def test_the_contract_is_held_while_the_client_is_at_the_bank(
    payfip: BankServer, helene: Client, ring: Contract
) -> None:
    at_payfip(helene, ring)
    ring.refresh_from_db()
    assert (ring.payment_started_at, ring.payment_is_pending) == (MORNING, False)
    assert isinstance(start(helene, ring), OfferChanged)


@pytest.mark.usefixtures("committed")
def test_the_network_is_never_inside_a_transaction(
    payfip: BankServer, helene: Client, ring: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another connection would see the reserved payment: it is committed before the call."""
    seen: list[tuple[bool, str]] = []
    call = gateway.open_session

    def watched(*args: Any, **facts: Any) -> Any:
        seen.append((connection.in_atomic_block, PaymentAttempt.objects.get().state))
        return call(*args, **facts)

    monkeypatch.setattr(gateway, "open_session", watched)
    at_payfip(helene, ring)
    assert seen == [(False, "created")]


JUNK: dict[str, Callable[[bytes], Answer]] = {
    "an error page": lambda _: (500, b"<html>Service Unavailable</html>"),
    "nothing": lambda _: (200, b""),
    "an error without a word": lambda _: (503, b""),
    "a welcome page": lambda _: (200, b"<html><body>Bienvenue</body></html>"),
    "half an envelope": lambda _: (200, OPENED[: len(OPENED) // 2]),
    "no xml": lambda _: (200, bytes(range(256))),
    "a billion laughs": lambda _: (200, LAUGHS),
    "an entity that reads a file": lambda _: (200, LEAK),
    "another charset than it says": lambda _: (200, OPENED.replace(IDOP.encode(), "reçu-0123456".encode("latin-1"))),
    "an unknown charset": lambda _: (200, OPENED.replace(b"UTF-8", b"UTF-999")),
    "another operation's answer": lambda _: (200, soap.answer("recupererDetailClient", {"numcli": "1"}).encode()),
    "an empty answer": lambda _: (200, soap.answer("creerPaiementSecurise", {}).encode()),
    "a session that is none": lambda _: (200, OPENED.replace(IDOP.encode(), b"../../etc/passwd")),
    "a fault": lambda _: (500, soap.fault(soap.Fault("N2", "Numéro client inconnu")).encode()),
    "an outage": lambda _: (500, soap.outage().encode()),
    "a fault without a detail": lambda _: (500, b"<e:Envelope xmlns:e='%s'/>" % soap.ENVELOPE.encode()),
    "a redirection": lambda _: (302, b""),
    "a flood": lambda _: (200, OPENED + b" " * 1_000_000),
}


@pytest.mark.parametrize("lie", JUNK)
def test_whatever_the_bank_answers_nothing_is_lost(
    liar: LyingBank, helene: Client, helene_browser: Browser, ring: Contract, lie: str
) -> None:
    liar.answer = JUNK[lie]
    answer = confirm(helene_browser, helene, ring)
    assert answer.status_code == 422
    assert "La banque n’a pas pu ouvrir ce paiement, et rien n’est payé. Réessayez dans quelques minutes." in html(
        answer
    )
    attempt = PaymentAttempt.objects.get()
    assert (attempt.state, attempt.bank_session) == ("error", "")
    assert is_free(ring)
    assert len(liar.asked) == 1
    assert verdicts() == ["la banque n’a rien ouvert"]


def test_the_contracts_may_be_paid_right_after(liar: LyingBank, helene: Client, ring: Contract) -> None:
    assert isinstance(start(helene, ring), BankSilent)
    liar.answer = lambda _: (200, OPENED)
    assert isinstance(start(helene, ring), Started)


def test_a_bank_that_never_answers_costs_ten_seconds_at_most(
    liar: LyingBank, helene: Client, ring: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert gateway.WHOLE_SECONDS == 10
    monkeypatch.setattr(gateway, "WHOLE_SECONDS", 0.3)
    liar.answer = lambda _: None
    assert isinstance(start(helene, ring), BankSilent)
    assert GatewayMessage.objects.get().raw == "TimeoutError"


def test_a_bank_that_is_not_there(nantes: Establishment, helene: Client, ring: Contract) -> None:
    payfip_merchant(nantes, f"http://127.0.0.1:9{SERVICE}")  # the discard port: nobody listens
    assert isinstance(start(helene, ring), BankSilent)
    assert is_free(ring)


def test_the_session_of_another_payment_is_refused(
    liar: LyingBank, helene: Client, ousmane: Client, ring: Contract
) -> None:
    liar.answer = lambda _: (200, OPENED)
    at_payfip(ousmane, a_contract(ousmane))
    assert isinstance(start(helene, ring), BankSilent)
    assert PaymentAttempt.objects.get(client=helene).state == "error"
    assert GatewayMessage.objects.filter(raw="idOp déjà donné").count() == 1


def test_an_answer_that_comes_after_the_payment_expired_opens_nothing(
    liar: LyingBank, helene: Client, ring: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(merchant: MerchantAccount, attempt: PaymentAttempt, **_: object) -> gateway.Told:
        PaymentAttempt.objects.update(created_at=MORNING.replace(hour=9))
        assert expire_payment(attempt_pk=attempt.pk, by="system")
        return gateway.Told({"idOp": IDOP})

    monkeypatch.setattr(gateway, "open_session", slow)
    assert isinstance(start(helene, ring), BankSilent)
    assert PaymentAttempt.objects.get().state == "expired"
    assert not store_session(attempt_pk=PaymentAttempt.objects.get().pk, idop=IDOP, by="user:1")


@pytest.mark.parametrize("email", ["", "a@b.f", "é@example.fr", f"{'a' * 70}@example.fr", "a b@example.fr"])
def test_a_client_whom_the_bank_cannot_write_to_is_told_what_to_do(
    payfip: BankServer, helene: Client, helene_browser: Browser, ring: Contract, email: str
) -> None:
    Client.objects.filter(pk=helene.pk).update(email=email)
    helene.refresh_from_db()
    assert isinstance(start(helene, ring), EmailNeeded)
    answer = confirm(helene_browser, helene, ring)
    assert answer.status_code == 422
    assert "la banque demande votre adresse e-mail" in html(answer)
    assert not PaymentAttempt.objects.exists()
    assert is_free(ring)


def test_the_banks_limits_are_ours() -> None:
    refused = AmountOutOfBounds(Decimal(1), Decimal(100_000))
    for amount, refusal in (("0.99", refused), ("1.00", None), ("100000", None), ("100000.01", refused)):
        assert gateway.why_not(Decimal(amount), "helene@example.org") == refusal


def test_a_sum_that_the_bank_would_refuse_is_not_sent(
    payfip: BankServer, helene: Client, helene_browser: Browser
) -> None:
    small = a_contract(helene, principal=Decimal(90), fees=Decimal("0.00"))
    answer = confirm(helene_browser, helene, small)
    assert answer.status_code == 422
    assert f"La banque accepte de {euros(Decimal(1))} à {euros(Decimal(100_000))} par paiement." in html(answer)
    assert not PaymentAttempt.objects.exists()
