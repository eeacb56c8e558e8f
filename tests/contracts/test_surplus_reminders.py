"""What an auction left is told: at once, after three months (D514-21), and a month before it is lost."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import TestCase
from django.utils import timezone
from people import a_client, a_contract

from accounts.models import Client
from contracts.actions.remind import Reminded, send_reminders
from contracts.models import ClientRequest, Contract, Sale
from establishments.models import Establishment
from messaging.models import InboxMessage
from messaging.segments import ONE_SEGMENT, septets
from web.french import NBSP

SALE_ON = date(2026, 9, 9)
FORBIDDEN = re.compile(r"gage|bijou|prêt|vente|enchère", re.IGNORECASE)


def run(on: date) -> Reminded:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return send_reminders(on=on, by="system")


def sold(client: Client, *, ticket_kind: str = "named", **facts: Any) -> Contract:
    contract = a_contract(client, status="sold", ticket_kind=ticket_kind)
    values = {"sale_on": SALE_ON, "hammer_price": Decimal(1400), "surplus": Decimal("274.45"), **facts}
    Sale.objects.create(contract=contract, **values)
    return contract


def last_mail() -> InboxMessage:
    return InboxMessage.objects.filter(channel="email").latest("id")


def test_three_times_in_two_years(helene: Client) -> None:
    sold(helene)
    days = [SALE_ON + timedelta(days=n) for n in range(-1, 760)]
    told = [(day - SALE_ON).days for day in days if run(day).warnings]
    assert told == [0, 92, 700]


def test_what_it_says(helene: Client) -> None:
    sold(helene)
    assert run(SALE_ON) == Reminded(clients=1, warnings=1, emails=1), "nothing is urgent: no SMS beside the e-mail"
    mail = last_mail()
    assert f"Il reste 274,45{NBSP}€ du prix de la vente" in mail.text
    assert f"au plus tard le 9{NBSP}septembre{NBSP}2028." in mail.text
    assert "Une question ?" in mail.text
    assert "payer" not in mail.text
    assert mail.subject == "Une somme vous revient : voyez votre espace client"
    assert not FORBIDDEN.search(mail.subject)


def test_with_the_files_own_last_day(helene: Client) -> None:
    sold(helene, surplus_deadline=date(2027, 3, 1))
    run(SALE_ON)
    assert f"au plus tard le 1er{NBSP}mars{NBSP}2027." in last_mail().text
    assert run(date(2027, 3, 2)) == Reminded()


def test_a_bearer_must_bring_the_paper(helene: Client) -> None:
    sold(helene, ticket_kind="bearer")
    run(SALE_ON)
    assert "à qui apporte à l’agence le papier" in last_mail().text


def test_by_a_discreet_sms_without_an_email(nantes: Establishment) -> None:
    sold(a_client(nantes, email=""))
    assert run(SALE_ON).sms == 1
    body = InboxMessage.objects.get(channel="sms").text
    assert "une somme vous revient" in body
    assert not FORBIDDEN.search(body)
    assert (septets(body) or 999) <= ONE_SEGMENT


def test_with_a_due_date_the_due_date_leads(helene: Client) -> None:
    sold(helene)
    a_contract(helene, due_on=SALE_ON, pledged_on=date(2026, 3, 9))
    assert run(SALE_ON) == Reminded(clients=1, warnings=2, emails=1, sms=1)
    mail = last_mail()
    assert mail.subject.startswith("Important")
    assert "payer en ligne" in mail.text
    assert "09/09/2026" in InboxMessage.objects.get(channel="sms").text


@pytest.mark.parametrize(
    "facts", [{"surplus": None}, {"surplus": Decimal(0)}, {"surplus_paid_on": SALE_ON}, {"sale_on": None}]
)
def test_nothing_to_tell(helene: Client, facts: dict[str, Any]) -> None:
    sold(helene, **facts)
    assert run(SALE_ON) == Reminded()


@pytest.mark.parametrize(("state", "warnings"), [("open", 0), ("done", 0), ("refused", 1), ("withdrawn", 1)])
def test_who_asked_for_it_is_left_in_peace(helene: Client, state: str, warnings: int) -> None:
    contract = sold(helene)
    now = timezone.now()
    ClientRequest.objects.create(
        establishment=contract.establishment,
        contract=contract,
        kind="surplus",
        state=state,
        opened_at=now,
        answer="Non." if state == "refused" else "",
        **({} if state == "open" else {"closed_at": now}),
    )
    assert run(SALE_ON).warnings == warnings
