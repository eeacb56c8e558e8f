"""Nobody loses an object for want of a warning: who is told, when, how often, in which words."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import TestCase
from people import a_client, a_contract, a_tariff

from accounts.models import Client
from contracts import tasks
from contracts.actions import remind
from contracts.actions.remind import Reminded, send_reminders
from contracts.models import Contract, Reminder, Sale
from establishments.models import Establishment
from journal.models import Event
from messaging.models import InboxMessage, Message
from messaging.segments import ONE_SEGMENT, septets

DUE_ON = date(2026, 12, 2)  # of `a_contract`
FORBIDDEN = re.compile(r"gage|bijou|prêt|vente|enchère", re.IGNORECASE)


def run(on: date) -> Reminded:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return send_reminders(on=on, by="system")


def mails(client: Client) -> list[InboxMessage]:
    return list(InboxMessage.objects.filter(channel="email", to=client.email).order_by("id"))


def texts(client: Client) -> list[str]:
    return list(
        InboxMessage.objects.filter(channel="sms", to=client.phone).order_by("id").values_list("text", flat=True)
    )


def listed(client: Client, **facts: Any) -> Contract:
    contract = a_contract(client, status="on_sale_list")
    Sale.objects.create(contract=contract, listed_on=date(2027, 1, 4), **facts)
    return contract


class TestWhen:
    def test_each_day_of_a_contracts_life(self, helene: Client) -> None:
        """A run each day for half a year: every step once, and no other."""
        contract = a_contract(helene)
        days = [DUE_ON + timedelta(days=n) for n in range(-60, 90)]
        told = {(day - DUE_ON).days: run(day).warnings for day in days}
        assert {n: count for n, count in told.items() if count} == dict.fromkeys(
            (-30, -15, -7, -3, -1, 0, 1, 8, 15, 30), 1
        )
        assert contract.reminders.count() == 10

    def test_a_second_run_says_nothing(self, helene: Client) -> None:
        a_contract(helene)
        assert run(DUE_ON) == Reminded(clients=1, warnings=1, emails=1, sms=1)
        assert run(DUE_ON) == Reminded()
        assert len(mails(helene)) == len(texts(helene)) == 1

    def test_a_night_without_a_run_costs_no_warning(self, helene: Client) -> None:
        a_contract(helene)
        assert run(DUE_ON - timedelta(days=12)).warnings == 1
        assert "dans 12\u00a0jours" in mails(helene)[0].text

    def test_a_new_due_date_is_warned_of_anew(self, helene: Client) -> None:
        contract = a_contract(helene)
        run(DUE_ON)
        contract.due_on = DUE_ON + timedelta(days=182)
        contract.save()
        assert run(DUE_ON).warnings == 0
        assert run(contract.due_on).warnings == 1

    @pytest.mark.parametrize("status", ["blocked", "sold", "repaid", "redeemed", "renewed", "closed"])
    def test_what_owes_nothing_is_left_alone(self, helene: Client, status: str) -> None:
        a_contract(helene, status=status)
        assert run(DUE_ON) == Reminded()

    def test_a_payment_under_way_is_waited_for(self, helene: Client) -> None:
        contract = a_contract(helene, payment_is_pending=True, payment_started_at="2026-12-02T08:00Z")
        assert run(DUE_ON) == Reminded()
        Contract.objects.filter(pk=contract.pk).update(payment_is_pending=False, payment_started_at=None)
        assert run(DUE_ON).warnings == 1

    def test_listed_at_once_and_again_before_the_day(self, helene: Client) -> None:
        sale_on = date(2027, 3, 1)
        listed(helene, sale_on=sale_on)
        told = {n: run(sale_on - timedelta(days=n)).warnings for n in range(40, -3, -1)}
        assert {n: count for n, count in told.items() if count} == {40: 1, 15: 1, 7: 1, 2: 1}

    def test_a_sale_without_a_date_is_told_once(self, helene: Client) -> None:
        listed(helene)
        assert [run(date(2027, 1, day)).warnings for day in (5, 6, 7)] == [1, 0, 0]

    def test_a_sale_put_off_is_warned_of_anew(self, helene: Client) -> None:
        contract = listed(helene, sale_on=date(2027, 1, 12))
        assert run(date(2027, 1, 6)).warnings == 2, "listed, and a week before"
        assert len(mails(helene)) == 1
        Sale.objects.filter(contract=contract).update(sale_on=date(2027, 2, 12))
        assert run(date(2027, 2, 6)).warnings == 1


class TestToWhom:
    def test_one_message_a_client(self, helene: Client, ousmane: Client) -> None:
        mine = [a_contract(helene), a_contract(helene, due_on=DUE_ON + timedelta(days=1))]
        a_contract(ousmane)
        assert run(DUE_ON) == Reminded(clients=2, warnings=3, emails=2, sms=2)
        (mail,) = mails(helene)
        assert all(f"Contrat n° {contract.number}" in mail.text for contract in mine)
        assert [event.subject for event in Event.objects.filter(kind="reminded").order_by("id")] == [
            f"user:{client.user_id}" for client in (helene, ousmane)
        ]

    def test_far_from_the_day_an_email_is_enough(self, helene: Client) -> None:
        a_contract(helene)
        assert run(DUE_ON - timedelta(days=15)) == Reminded(clients=1, warnings=1, emails=1)

    def test_without_an_email_by_sms(self, nantes: Establishment) -> None:
        client = a_client(nantes, email="")
        a_contract(client)
        assert run(DUE_ON - timedelta(days=15)) == Reminded(clients=1, warnings=1, sms=1)
        assert Reminder.objects.get().channels == "sms"

    def test_whom_nothing_reaches_is_said(self, nantes: Establishment) -> None:
        a_contract(a_client(nantes, email="", mobile=False))
        assert run(DUE_ON) == Reminded(clients=1, warnings=1, unreachable=1)
        assert Reminder.objects.get().channels == ""

    def test_batch_by_batch_to_the_last(self, nantes: Establishment, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(remind, "A_BATCH", 2)
        for _ in range(5):
            a_contract(a_client(nantes))
        assert run(DUE_ON).clients == 5
        assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


class TestWords:
    def test_before(self, helene: Client) -> None:
        a_contract(helene)
        run(DUE_ON - timedelta(days=7))
        text = mails(helene)[0].text
        assert "L’échéance est le 2\u00a0décembre\u00a02026, dans 7\u00a0jours." in text
        assert "À payer à cette date\u00a0: 59,20\u00a0€." in text
        assert "Si vous payez aujourd’hui, il est prolongé jusqu’au 2\u00a0juin\u00a02027." in text

    @pytest.mark.parametrize(
        ("days_left", "words"),
        [(1, "L’échéance est demain, le 2"), (0, "L’échéance est aujourd’hui, le 2"), (-1, "est passée.")],
    )
    def test_around_the_day(self, helene: Client, days_left: int, words: str) -> None:
        a_contract(helene)
        run(DUE_ON - timedelta(days=days_left))
        assert words in mails(helene)[0].text
        assert mails(helene)[0].subject.startswith("Important")

    def test_a_free_loan(self, helene: Client) -> None:
        free = a_tariff(helene.establishment, "libre", brackets=[{"rate": "0"}], fixed_duty="0")
        a_contract(helene, tariff=free)
        run(DUE_ON - timedelta(days=7))
        assert "Il n’y a rien à payer\u00a0: prolongez-le" in mails(helene)[0].text

    def test_what_cannot_be_paid_online_says_why(self, helene: Client) -> None:
        a_contract(helene, ticket_kind="bearer")
        run(DUE_ON)
        text = mails(helene)[0].text
        assert "au porteur" in text
        assert "prolongé" not in text

    def test_listed(self, helene: Client) -> None:
        listed(helene)
        run(date(2027, 1, 5))
        assert "il est encore possible de l’en retirer" in mails(helene)[0].text

    def test_before_the_sale(self, helene: Client) -> None:
        listed(helene, sale_on=date(2027, 1, 12), place="Hôtel des ventes, Nantes")
        run(date(2027, 1, 11))
        assert "prévue le 12\u00a0janvier\u00a02027, Hôtel des ventes, Nantes." in mails(helene)[0].text

    @pytest.mark.parametrize("days_left", [3, 0, -8])
    def test_an_sms_is_discreet_and_paid_once(self, helene: Client, days_left: int) -> None:
        a_contract(helene)
        run(DUE_ON - timedelta(days=days_left))
        (body,) = texts(helene)
        assert not FORBIDDEN.search(body)
        assert (septets(body) or 999) <= ONE_SEGMENT
        assert not FORBIDDEN.search(mails(helene)[0].subject)

    def test_an_sms_before_a_sale(self, helene: Client) -> None:
        listed(helene, sale_on=date(2027, 1, 12))
        run(date(2027, 1, 11))
        (body,) = texts(helene)
        assert "urgent" in body
        assert not FORBIDDEN.search(body)
        assert (septets(body) or 999) <= ONE_SEGMENT


class TestCommand:
    def test_it_says_what_it_did(self, helene: Client, nantes: Establishment) -> None:
        a_contract(helene)
        a_contract(a_client(nantes, email="", mobile=False))
        out = io.StringIO()
        call_command("send_reminders", "--on", DUE_ON.isoformat(), stdout=out)
        assert out.getvalue().strip() == (
            "2\u00a0rappels à 2\u00a0clients : 1\u00a0e-mail, 1 SMS. Sans e-mail ni mobile, à appeler : 1."
        )

    def test_a_day_that_is_none(self) -> None:
        with pytest.raises(CommandError, match="n’est pas un jour"):
            call_command("send_reminders", "--on", "31/05/2026")

    def test_the_scheduler_runs_it_each_morning(self, helene: Client) -> None:
        entry = settings.CELERY_BEAT_SCHEDULE["send_reminders"]
        assert entry == {"task": tasks.remind.name, "schedule": crontab(hour=9, minute=0)}
        tasks.remind.delay()
