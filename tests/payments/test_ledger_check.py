"""`check_ledger`: silent when everything agrees, loud about each thing that does not."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from paying import REFUSED, hear, paid, started
from people import a_contract
from test_refunds import give_back

from accounts.models import Client
from contracts.models import Contract
from payments.ledger_check import Credited, credited, differences
from payments.models import CreditNote, PaymentAttempt, Receipt, ReceiptCounter

pytestmark = pytest.mark.usefixtures("morning", "merchant")


@pytest.fixture
def some_life(helene: Client, ring: Contract) -> PaymentAttempt:
    """Two paid, one of them given back, one refused."""
    first = paid(helene, ring, a_contract(helene))
    give_back(paid(helene, a_contract(helene)))
    hear(started(helene, a_contract(helene)), REFUSED)
    return first


def found(client: Client) -> list[str]:
    return [difference.why for difference in differences(client.establishment)]


def test_everything_agrees(helene: Client, some_life: PaymentAttempt) -> None:
    assert found(helene) == []
    assert credited(helene.establishment) == Credited(2, 3, Decimal("177.60"))
    out = StringIO()
    call_command("check_ledger", "nantes", stdout=out)
    assert out.getvalue() == "2\u00a0paiements, 3\u00a0lignes, 177,60\u00a0€.\n"


def test_nothing_yet(helene: Client) -> None:
    assert found(helene) == []
    assert credited(helene.establishment) == Credited(0, 0, Decimal(0))


def test_a_lost_receipt(helene: Client, some_life: PaymentAttempt) -> None:
    Receipt.objects.filter(attempt=some_life).delete()
    assert found(helene) == ["payé sans reçu", "1 documents, dernier n° 2, le compteur dit 2"]
    with pytest.raises(CommandError, match="2\u00a0écarts"):
        call_command("check_ledger", "nantes", stdout=StringIO())


def test_a_counter_that_ran_ahead(helene: Client, some_life: PaymentAttempt) -> None:
    ReceiptCounter.objects.update(last=3, last_credit_note=2)
    assert [why[:13] for why in found(helene)] == ["2 documents, ", "1 documents, "]


def test_a_state_set_by_hand(helene: Client, some_life: PaymentAttempt) -> None:
    PaymentAttempt.objects.filter(pk=some_life.pk).update(state="refused", settled_at=None)
    assert found(helene)[0] == "reçu sans paiement"
    assert sum("crédité sans paiement" in why for why in found(helene)) == 2


def test_a_payment_without_its_entry(helene: Client, some_life: PaymentAttempt) -> None:
    PaymentAttempt.objects.filter(state="refused").update(state="paid", settled_at="2026-11-23T09:00Z")
    assert found(helene)[0] == "payé sans reçu"
    assert any("sans écriture" in why for why in found(helene))


def test_a_sum_that_was_changed(helene: Client, some_life: PaymentAttempt) -> None:
    PaymentAttempt.objects.filter(pk=some_life.pk).update(amount=Decimal("1.00"))
    assert found(helene) == ["montant 1.00, lignes 118.40"]


def test_a_contract_that_was_moved_by_hand(helene: Client, ring: Contract, some_life: PaymentAttempt) -> None:
    Contract.objects.filter(pk=ring.pk).update(due_on="2028-01-01")
    assert found(helene) == ["due_on : 2028-01-01, l’écriture dit 2027-06-02"]


def test_what_the_back_office_took_up_is_its_own(helene: Client, ring: Contract, some_life: PaymentAttempt) -> None:
    Contract.objects.filter(pk=ring.pk).update(due_on="2028-01-01", credited_until=None)
    assert found(helene) == []


def test_a_refund_without_its_document(helene: Client, some_life: PaymentAttempt) -> None:
    CreditNote.objects.all().delete()
    assert "remboursement sans avoir" in found(helene)


def test_an_unknown_establishment(db: None) -> None:
    with pytest.raises(CommandError, match="inconnu") as refusal:
        call_command("check_ledger", "lyon")
    assert refusal.value.returncode == 2
