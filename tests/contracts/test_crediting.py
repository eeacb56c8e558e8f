"""A settled quote moves its contract exactly as it was shown."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from people import a_contract, a_tariff

from accounts.models import Client
from contracts.actions.prolong import NotFree, Prolonged, prolong
from contracts.crediting import credit, snapshot, why_not_creditable
from contracts.interest import Quote, QuoteLine
from contracts.models import ClientRequest
from contracts.prolongation import DateStands, Prolongs, Renewal
from journal.models import Event
from messaging.models import Message
from messaging.sealing import unseal

PAID_ON = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
QUOTE = Quote(PAID_ON, (QuoteLine("interest", Decimal("49.20")), QuoteLine("fixed_duty", Decimal("10.00"))))


def test_paying_in_the_window_prolongs(helene: Client) -> None:
    contract = a_contract(helene)
    credit(contract, quote=QUOTE, effect=Prolongs(date(2027, 6, 2)), now=NOW)
    contract.refresh_from_db()
    assert contract.interest_paid_until == contract.credited_until == PAID_ON
    assert contract.due_on == date(2027, 6, 2)
    assert contract.period_started_on == contract.duty_paid_for == date(2026, 12, 2)
    assert not ClientRequest.objects.exists()


def test_an_establishment_may_count_from_the_payment_day(helene: Client) -> None:
    helene.establishment.prolongation_counted_from = "payment_day"
    helene.establishment.save()
    contract = a_contract(helene)
    credit(contract, quote=QUOTE, effect=Prolongs(date(2027, 5, 23)), now=NOW)
    assert contract.period_started_on == PAID_ON


def test_paying_before_the_window_moves_no_due_date(helene: Client) -> None:
    contract = a_contract(helene)
    credit(contract, quote=QUOTE, effect=DateStands(date(2026, 11, 2)), now=NOW)
    contract.refresh_from_db()
    assert (contract.due_on, contract.interest_paid_until) == (date(2026, 12, 2), PAID_ON)


def test_paying_at_the_cap_asks_for_a_renewal_once(helene: Client) -> None:
    contract = a_contract(helene)
    for _ in range(2):
        credit(contract, quote=QUOTE, effect=Renewal(), now=NOW)
    request = ClientRequest.objects.get()
    assert (request.contract, request.kind, request.state) == (contract, "renewal", "open")


def test_fees_paid_are_no_longer_due(helene: Client) -> None:
    contract = a_contract(helene, fees=Decimal("3.00"))
    quote = Quote(PAID_ON, (*QUOTE.lines, QuoteLine("fee", Decimal("3.00"))))
    credit(contract, quote=quote, effect=DateStands(date(2026, 11, 2)), now=NOW)
    assert contract.fees == 0


@pytest.mark.parametrize("status", ["blocked", "on_sale_list", "sold", "repaid", "redeemed", "renewed", "closed"])
def test_a_contract_that_is_no_longer_active_does_not_move(helene: Client, status: str) -> None:
    contract = a_contract(helene, status=status)
    assert why_not_creditable(contract, due_on=contract.due_on, paid_from=contract.pledged_on)


def test_a_contract_that_has_moved_since_the_quote_does_not_move_again(helene: Client) -> None:
    contract = a_contract(helene)
    due_on, paid_from = contract.due_on, contract.pledged_on
    assert why_not_creditable(contract, due_on=due_on, paid_from=paid_from) == ""
    credit(contract, quote=QUOTE, effect=DateStands(date(2026, 11, 2)), now=NOW)
    assert why_not_creditable(contract, due_on=due_on, paid_from=paid_from)


def test_the_snapshot_is_text(helene: Client) -> None:
    assert snapshot(a_contract(helene)) == {
        "due_on": "2026-12-02",
        "interest_paid_until": None,
        "period_started_on": "2026-06-02",
        "duty_paid_for": None,
        "late_taken": "0",
        "fees": "0",
        "principal": "1000",
    }


@pytest.mark.time_machine(NOW, tick=False)
class TestProlongingForFree:
    def test_in_the_window(self, helene: Client) -> None:
        free = a_tariff(helene.establishment, "libre", fixed_duty="0")
        contract = a_contract(helene, principal=Decimal(80), tariff=free)
        assert prolong(contract_pk=contract.pk, by="user:1") == Prolonged(date(2027, 6, 2))
        contract.refresh_from_db()
        assert contract.due_on == date(2027, 6, 2)
        assert Event.objects.get(kind="contract_prolonged").subject == f"contract:{contract.pk}"
        told = Message.objects.get()
        assert (told.kind, told.recipient) == ("contract_prolonged", helene.establishment.email)
        assert "2\u00a0juin\u00a02027" in unseal(told.sealed).body

    def test_not_with_something_due(self, helene: Client) -> None:
        contract = a_contract(helene)
        assert prolong(contract_pk=contract.pk, by="user:1") == NotFree()
        contract.refresh_from_db()
        assert contract.due_on == date(2026, 12, 2)
