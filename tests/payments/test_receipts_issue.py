"""A receipt: the next number of its establishment, and content that never changes again."""

from decimal import Decimal

import pytest
from paying import ACCEPTED, NEXT_DUE, TODAY, a_merchant, hear, paid, started
from people import a_contract

from accounts.models import Client
from contracts.models import Contract
from establishments.models import Establishment
from payments.models import Receipt, ReceiptCounter
from payments.receipts.content import ReceiptContent
from payments.receipts.pdf import render_receipt

pytestmark = pytest.mark.usefixtures("morning", "merchant")


def content_of(receipt: Receipt) -> ReceiptContent:
    return ReceiptContent.from_json(receipt.content)


def test_numbers_follow_one_another_in_each_establishment(helene: Client, anh: Client, paris: Establishment) -> None:
    a_merchant(paris)
    for client in (helene, anh, helene):
        paid(client, a_contract(client))
    numbers = Receipt.objects.order_by("pk").values_list("number", "sequence")
    assert list(numbers) == [("NANTES-000001", 1), ("PARIS-000001", 1), ("NANTES-000002", 2)]
    assert dict(ReceiptCounter.objects.values_list("establishment__slug", "last")) == {"nantes": 2, "paris": 1}


def test_a_refused_payment_takes_no_number(helene: Client, ring: Contract) -> None:
    hear(started(helene, ring), {"vads_result": "05", "vads_auth_result": "51", "vads_trans_status": "REFUSED"})
    assert not ReceiptCounter.objects.exists()


def test_it_says_who_paid_what_to_whom(helene: Client, ring: Contract, nantes: Establishment) -> None:
    attempt = paid(helene, ring)
    content = content_of(attempt.receipt)
    assert (content.number, content.reference) == ("NANTES-000001", attempt.order_id)
    assert (content.bank_reference, content.paid_at) == (attempt.bank_reference, attempt.settled_at)
    assert (content.establishment, content.city) == (nantes.name, "Nantes")
    assert content.address == "2 rue Exemple, 44000 Nantes"
    assert (content.client_name, content.client_number) == ("Hélène Lefèvre", helene.client_number)
    assert content.amount == Decimal("59.20")
    (line,) = content.lines
    assert (line.contract_number, line.interest, line.fixed_duty) == (ring.number, Decimal("49.20"), Decimal("10.00"))
    assert (line.total, line.interest_paid_until, line.new_due_on) == (Decimal("59.20"), TODAY, NEXT_DUE)


def test_a_contract_that_did_not_follow_gets_no_new_date(helene: Client, ring: Contract) -> None:
    attempt = started(helene, ring)
    Contract.objects.update(status=Contract.Status.BLOCKED)
    hear(attempt, ACCEPTED)
    line = content_of(Receipt.objects.get()).lines[0]
    assert (line.interest_paid_until, line.new_due_on) == (None, None)


def test_a_client_without_agency_gets_a_receipt_too(helene: Client, ring: Contract) -> None:
    helene.agency = None
    helene.save()
    assert content_of(paid(helene, ring).receipt).address == ""


def test_it_reads_the_same_after_the_establishment_moved(helene: Client, ring: Contract, nantes: Establishment) -> None:
    receipt = paid(helene, ring).receipt
    before = render_receipt(content_of(receipt))
    Establishment.objects.update(name="Un autre nom", city="Rezé")
    Client.objects.update(last_name="Autre")
    assert render_receipt(content_of(Receipt.objects.get())) == before
