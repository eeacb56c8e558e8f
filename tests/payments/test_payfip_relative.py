"""A relative pays by PayFiP: the bank's page, which shows the payer's address, tells nothing of the client."""

from typing import Any

import pytest
import time_machine
from browsers import CommittingBrowser
from payfip_bank import LyingBank, field_of
from payment_pages import html
from people import a_contract
from test_relative import link_to, sealed

from accounts.models import Client
from contracts.models import Contract
from payments.models import PaymentAttempt
from testbank.payfip import soap

OPENED = soap.answer("creerPaiementSecurise", {"idOp": "cc0cb210-1cd4-11ea-8cca-0213ad91a103"}).encode()


@pytest.fixture(autouse=True)
def _here(morning: time_machine.Traveller, liar: LyingBank) -> None:
    liar.answer = lambda _: (200, OPENED)


def test_the_bank_is_given_the_establishments_address(
    liar: LyingBank, helene: Client, helene_browser: Any, ring: Contract
) -> None:
    relative, path = CommittingBrowser(), link_to(helene_browser, ring)
    page = relative.post(path, sealed(relative.get(path)))
    assert page.status_code == 200
    assert 'method="get"' in html(page)
    assert field_of(liar.asked[0], "mel") == helene.establishment.email
    for secret in (helene.email, helene.last_name, ring.number):
        assert secret.encode() not in liar.asked[0]


def test_a_client_without_an_address_can_be_helped(helene: Client, helene_browser: Any, ring: Contract) -> None:
    Client.objects.filter(pk=helene.pk).update(email="")
    relative, path = CommittingBrowser(), link_to(helene_browser, ring)
    assert relative.post(path, sealed(relative.get(path))).status_code == 200
    assert PaymentAttempt.objects.get().state == "redirected"


def test_a_payment_that_may_be_made_already_is_said_so(
    liar: LyingBank, morning: time_machine.Traveller, helene_browser: Any, ring: Contract
) -> None:
    relative, path = CommittingBrowser(), link_to(helene_browser, ring)
    relative.post(path, sealed(relative.get(path)))
    liar.answer = lambda _: (503, b"")
    morning.shift(25 * 60)
    answer = relative.post(path, sealed(relative.get(path)))
    assert answer.status_code == 422
    assert "Pour ne pas payer deux fois, revenez dans quelques minutes." in html(answer)
    assert "Rien n’est payé" not in html(answer)


def test_a_bank_that_is_down_is_said_so(liar: LyingBank, helene_browser: Any, ring: Contract) -> None:
    liar.answer = lambda _: (503, b"")
    relative, path = CommittingBrowser(), link_to(helene_browser, ring)
    answer = relative.post(path, sealed(relative.get(path)))
    assert answer.status_code == 422
    assert "Rien n’est payé. La somme a changé, ou la banque ne répond pas." in html(answer)


def test_a_sum_that_payfip_does_not_take(helene: Client, helene_browser: Any) -> None:
    small = a_contract(helene, principal=90)
    relative, path = CommittingBrowser(), link_to(helene_browser, small)
    answer = relative.post(path, sealed(relative.get(path)))
    assert answer.status_code == 422
    assert "La banque ne prend pas cette somme en ligne." in html(answer)
