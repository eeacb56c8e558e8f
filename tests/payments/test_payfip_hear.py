"""PayFiP's notification proves nothing: the bank is asked, and its answer is compared with what was sent."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from payfip_bank import NOTIFICATION, LyingBank, at_payfip, decide, notify
from paying import ACCEPTED, NEXT_DUE, a_merchant, bank_says, started, verdicts
from people import a_contract
from test_notification import FORM

from accounts.models import Client
from contracts.models import Contract
from establishments.models import Establishment
from payments.gateways import payfip as gateway
from payments.models import Anomaly, Credit, GatewayMessage, MerchantAccount, PaymentAttempt
from testbank.payfip import soap
from testbank.server import BankServer

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def bank_server(payfip: BankServer) -> Browser:
    """No session, and no token against forged requests."""
    return Browser(enforce_csrf_checks=True)


def told(attempt: PaymentAttempt, **changes: str) -> bytes:
    """What the bank tells of a paid payment."""
    fields = {
        "idOp": attempt.bank_session,
        "mel": "payeur@example.org",
        "montant": f"{attempt.amount * 100:.0f}",
        "numauto": "123456",
        "numcli": attempt.site_id,
        "refdet": attempt.order_id,
        "resultrans": "P",
        "saisie": "T",
    }
    return soap.answer("recupererDetailPaiementSecurise", fields | changes).encode()


@pytest.fixture
def lied_to(liar: LyingBank, helene: Client, ring: Contract) -> PaymentAttempt:
    """A payment at the bank that answers anything."""
    session = {"idOp": "cc0cb210-1cd4-11ea-8cca-0213ad91a103"}
    liar.answer = lambda _: (200, soap.answer("creerPaiementSecurise", session).encode())
    return at_payfip(helene, ring)


@pytest.mark.parametrize("name", ["idop", "idOp"])
def test_a_paid_payment_is_settled(
    bank_server: Browser, payfip: BankServer, helene: Client, ring: Contract, name: str
) -> None:
    attempt = at_payfip(helene, ring)
    decide(payfip, attempt, "accepted")
    assert notify(bank_server, attempt.bank_session, name) == 200
    attempt.refresh_from_db()
    ring.refresh_from_db()
    assert (attempt.state, ring.due_on) == ("paid", NEXT_DUE)
    assert attempt.bank_reference == f"{attempt.bank_session}-{attempt.bank_session[:6]}"
    assert GatewayMessage.objects.first().channel == "poll"  # type: ignore[union-attr] # it is there
    assert attempt.receipt.number


def test_said_twice_it_is_credited_once(
    bank_server: Browser, payfip: BankServer, helene: Client, ring: Contract
) -> None:
    attempt = at_payfip(helene, ring)
    decide(payfip, attempt, "accepted")
    assert [notify(bank_server, attempt.bank_session) for _ in range(4)] == [200] * 4
    assert Credit.objects.count() == 1
    assert verdicts() == ["ouvert à la banque", "payé", "payé (sans effet)"]
    assert not Anomaly.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("refused", "refused"), ("cancelled", "cancelled"), ("silent", "redirected"), ("abandoned", "redirected")],
)
def test_other_outcomes(payfip: BankServer, helene: Client, ring: Contract, outcome: str, state: str) -> None:
    attempt = at_payfip(helene, ring)
    decide(payfip, attempt, outcome)
    assert notify(Browser(), attempt.bank_session) == 200
    attempt.refresh_from_db()
    assert attempt.state == state
    assert not Credit.objects.exists()


@pytest.mark.parametrize(
    ("letter", "state"), [("P", "paid"), ("V", "paid"), ("R", "refused"), ("Z", "refused"), ("A", "cancelled")]
)
def test_each_letter_of_the_bank(liar: LyingBank, lied_to: PaymentAttempt, letter: str, state: str) -> None:
    liar.answer = lambda _: (200, told(lied_to, resultrans=letter))
    assert notify(Browser(), lied_to.bank_session) == 200
    lied_to.refresh_from_db()
    assert lied_to.state == state


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("refdet", "PGAUTRE00000000000000"),
        ("montant", "1"),
        ("montant", "005920"),
        ("numcli", "999999"),
        ("saisie", "W"),
        ("idOp", "00000000-0000"),
        ("resultrans", "X"),
        ("resultrans", ""),
        ("refdet", ""),
    ],
)
def test_what_differs_from_what_was_sent_credits_nothing(
    liar: LyingBank, lied_to: PaymentAttempt, field: str, value: str
) -> None:
    liar.answer = lambda _: (200, told(lied_to, **{field: value}))
    assert notify(Browser(), lied_to.bank_session) == 200
    lied_to.refresh_from_db()
    assert lied_to.state == "redirected"
    assert not Credit.objects.exists()
    assert verdicts()[-1] == f"ne correspond pas\xa0: {field}"
    assert Anomaly.objects.get().kind == "mismatch"


def test_the_test_banks_wrong_amount_is_seen(
    bank_server: Browser, payfip: BankServer, helene: Client, ring: Contract
) -> None:
    attempt = at_payfip(helene, ring)
    decide(payfip, attempt, "accepted", "wrong_amount")
    assert notify(bank_server, attempt.bank_session) == 200
    assert verdicts()[-1] == "ne correspond pas\xa0: montant"


def test_the_payers_address_is_not_kept_with_the_answer(liar: LyingBank, lied_to: PaymentAttempt) -> None:
    liar.answer = lambda _: (200, told(lied_to))
    notify(Browser(), lied_to.bank_session)
    kept = GatewayMessage.objects.order_by("pk").last()
    assert kept is not None
    assert f"refdet={lied_to.order_id}" in kept.raw
    assert "payeur" not in kept.raw


def test_an_unknown_session_is_answered_404_and_the_bank_is_not_asked(liar: LyingBank, lied_to: PaymentAttempt) -> None:
    before = len(liar.asked)
    for idop in ("11111111-2222-3333-4444-555555555555", "", "../../", "x" * 65, "%00"):
        assert notify(Browser(), idop) == 404
    assert len(liar.asked) == before


def test_a_session_of_another_establishment_is_answered_404(
    bank_server: Browser, paris: Establishment, helene: Client, ring: Contract
) -> None:
    attempt = at_payfip(helene, ring)
    body = f"idop={attempt.bank_session}"
    assert bank_server.post("/paiements/notification/paris/", body, content_type=FORM).status_code == 404


@pytest.mark.parametrize("status", [200, 500])
def test_a_bank_that_cannot_be_asked_is_told_to_come_again(
    liar: LyingBank, lied_to: PaymentAttempt, status: int
) -> None:
    liar.answer = lambda _: (status, b"<html>en maintenance</html>")
    assert notify(Browser(), lied_to.bank_session) == 503
    lied_to.refresh_from_db()
    assert (lied_to.state, lied_to.asked_at) == ("redirected", None)
    liar.answer = lambda _: (200, told(lied_to))
    assert notify(Browser(), lied_to.bank_session) == 200
    lied_to.refresh_from_db()
    assert lied_to.state == "paid"


def test_an_outage_of_the_test_bank_is_told_to_come_again(
    bank_server: Browser, payfip: BankServer, helene: Client, ring: Contract
) -> None:
    attempt = at_payfip(helene, ring)
    decide(payfip, attempt, "technical")
    assert notify(bank_server, attempt.bank_session) == 503


def test_an_unknown_code_of_the_bank_ends_nothing(liar: LyingBank, lied_to: PaymentAttempt) -> None:
    liar.answer = lambda _: (500, soap.fault(soap.Fault("Q9", "Nouveau refus")).encode())
    assert notify(Browser(), lied_to.bank_session) == 200
    assert verdicts()[-1] == "pas encore de résultat\xa0: Q9"
    lied_to.refresh_from_db()
    assert lied_to.state == "redirected"


def test_a_session_posted_again_and_again_stops_asking_the_bank(liar: LyingBank, lied_to: PaymentAttempt) -> None:
    liar.answer = lambda _: (200, told(lied_to))
    before = len(liar.asked)
    answers = [notify(Browser(), lied_to.bank_session) for _ in range(40)]
    assert answers == [200] * 30 + [503] * 10
    assert len(liar.asked) - before == 30


def test_a_signed_word_does_not_settle_what_payfip_is_asked_about(
    payfip: BankServer, helene: Client, ring: Contract, bank_key: None
) -> None:
    """The establishment was with Systempay before, and its key is still there."""
    attempt = at_payfip(helene, ring)
    MerchantAccount.objects.update(secret_env="TEST_BANK_SECRET")
    answer = Browser().post(NOTIFICATION, bank_says(attempt, ACCEPTED), content_type=FORM)
    assert answer.status_code == 404
    assert not Credit.objects.exists()


def test_the_bank_before_still_settles_what_it_took(
    payfip_bank: BankServer, nantes: Establishment, helene: Client, ring: Contract, bank_key: None
) -> None:
    a_merchant(nantes)
    attempt = started(helene, ring)
    MerchantAccount.objects.update(gateway="payfip", site_id="440001", service_url=payfip_bank.payfip_url)
    answer = Browser().post(NOTIFICATION, bank_says(attempt, ACCEPTED), content_type=FORM)
    assert answer.status_code == 200
    attempt.refresh_from_db()
    assert attempt.state == "paid"


def test_an_account_that_left_payfip_is_not_asked_at_its_new_banks_address(
    bank_server: Browser, payfip: BankServer, helene: Client, ring: Contract
) -> None:
    attempt = at_payfip(helene, ring)
    MerchantAccount.objects.update(gateway="systempay", service_url="https://banque.example/vads-payment/")
    assert notify(bank_server, attempt.bank_session) == 503


@pytest.mark.usefixtures("committed")
def test_the_bank_is_asked_outside_of_any_transaction(
    payfip: BankServer, helene: Client, ring: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = at_payfip(helene, ring)
    seen: list[bool] = []
    call = gateway.ask

    def watched(*args: Any) -> Any:
        seen.append(connection.in_atomic_block)
        return call(*args)

    monkeypatch.setattr(gateway, "ask", watched)
    notify(Browser(), attempt.bank_session)
    assert seen == [False]


def test_a_refused_card_may_be_paid_on_the_same_page(liar: LyingBank, lied_to: PaymentAttempt) -> None:
    liar.answer = lambda _: (200, told(lied_to, resultrans="R"))
    notify(Browser(), lied_to.bank_session)
    liar.answer = lambda _: (200, told(lied_to))
    notify(Browser(), lied_to.bank_session)
    lied_to.refresh_from_db()
    assert lied_to.state == "paid"


def test_two_debits_in_one_session_are_noticed(liar: LyingBank, lied_to: PaymentAttempt) -> None:
    for number in ("111111", "222222"):
        liar.answer = lambda _, number=number: (200, told(lied_to, numauto=number))  # type: ignore[misc] # bound now
        notify(Browser(), lied_to.bank_session)
    assert Anomaly.objects.get().kind == "paid_twice"


def test_another_clients_contract_is_untouched(
    bank_server: Browser, payfip: BankServer, helene: Client, ousmane: Client, ring: Contract
) -> None:
    other = a_contract(ousmane)
    attempt = at_payfip(helene, ring)
    decide(payfip, attempt, "accepted")
    notify(bank_server, attempt.bank_session)
    before = other.due_on
    other.refresh_from_db()
    assert other.due_on == before
