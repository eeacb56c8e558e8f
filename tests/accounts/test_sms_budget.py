"""What SMS may cost: budgets of an address, an account, a number and an establishment, and who is told."""

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from at_once import at_once, needs_postgresql
from django.db import transaction
from django.test import Client as Browser
from doors import door, journal_kinds, newest_mail, sms_code, type_code, type_password
from people import a_client, an_establishment

from accounts import limits
from accounts.actions.sms_budget import sms_wait
from accounts.models import Client, Limit
from establishments.models import Establishment
from journal.models import Event
from messaging.models import Message
from messaging.tasks import deliver_message

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
NUMBER = "+33639980006"


def ask(client: Client, *, phone: str = "", address: str = "192.0.2.1", is_new_number: bool = False) -> int:
    with transaction.atomic():
        return sms_wait(
            user=client.user,
            phone=phone or client.phone,
            address=address,
            establishment=client.establishment,
            is_new_number=is_new_number,
        )


@pytest.fixture
def small(db: None) -> Establishment:
    return an_establishment(sms_daily_cap=10)


def crowd(establishment: Establishment, count: int) -> list[int]:
    """One SMS to each of so many clients, from an address each."""
    return [ask(a_client(establishment), address=f"192.0.2.{n}") for n in range(count)]


def test_an_account_has_five_an_hour(helene: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        waits = [ask(helene, address=f"192.0.2.{n}", phone=f"+3363998{n:04d}") for n in range(6)]
    assert waits == [0, 0, 0, 0, 0, 12 * 60]


def test_a_number_has_five_an_hour_whoever_it_is_for(nantes: Establishment) -> None:
    with time_machine.travel(NOON, tick=False):
        waits = [ask(a_client(nantes), address=f"192.0.2.{n}", phone=NUMBER) for n in range(6)]
    assert waits == [0, 0, 0, 0, 0, 12 * 60]


def test_a_new_number_has_three_a_day_whoever_asks_and_costs_the_proved_one_nothing(nantes: Establishment) -> None:
    with time_machine.travel(NOON, tick=False):
        waits = [ask(a_client(nantes), phone=NUMBER, is_new_number=True) for _ in range(4)]
        assert waits == [0, 0, 0, 8 * 3600]
        assert ask(a_client(nantes), phone=NUMBER) == 0


def test_an_address_has_twenty_an_hour(nantes: Establishment) -> None:
    with time_machine.travel(NOON, tick=False):
        waits = [ask(a_client(nantes)) for _ in range(21)]
    assert waits == [0] * 20 + [3 * 60]


def test_what_one_budget_refuses_costs_the_others_nothing(helene: Client, ousmane: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        for n in range(5):
            ask(helene, address=f"192.0.2.{n}")
        assert all(ask(helene, address="192.0.2.9") for _ in range(40))
        assert ask(ousmane, address="192.0.2.9") == 0, "the address that was refused forty times has paid nothing"


def test_the_cap_refuses_and_costs_the_client_nothing(small: Establishment) -> None:
    client = a_client(small)
    with time_machine.travel(NOON, tick=False) as clock:
        assert crowd(small, 10) == [0] * 10
        assert {ask(client) for _ in range(30)} == {12 * 3600}, "until midnight in Paris"
        clock.shift(timedelta(hours=12))
        assert [ask(client) for _ in range(5)] == [0] * 5


def test_another_establishment_has_its_own_cap(small: Establishment, paris: Establishment) -> None:
    with time_machine.travel(NOON, tick=False):
        crowd(small, 11)
        assert crowd(paris, 3) == [0, 0, 0]


def test_staff_is_told_once_of_each_threshold_each_day(small: Establishment) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        crowd(small, 8)
        assert not Message.objects.exists()
        crowd(small, 1)
        assert told() == [80]
        crowd(small, 1)
        assert told() == [80]
        crowd(small, 5)
        assert told() == [80, 100]
        clock.shift(timedelta(days=1, seconds=1))
        crowd(small, 12)
        assert told() == [80, 100, 80, 100]
    assert set(Message.objects.values_list("kind", "recipient")) == {("sms_cap_alert", small.email)}
    assert Message.objects.count() == 4


def told() -> list[Any]:
    events = Event.objects.filter(kind="sms_cap_reached").order_by("id")
    assert {(event.actor, event.subject.partition(":")[0]) for event in events} == {("system", "establishment")}
    return [event.data["percent"] for event in events]


def test_a_raised_cap_lets_out_what_it_is_raised_by_and_is_told_anew(small: Establishment) -> None:
    with time_machine.travel(NOON, tick=False):
        assert [wait == 0 for wait in crowd(small, 12)] == [True] * 10 + [False] * 2
        small.sms_daily_cap = 15
        assert [wait == 0 for wait in crowd(small, 7)] == [True] * 5 + [False] * 2
        assert told() == [80, 100, 80, 100]


def test_a_cap_of_one_is_no_special_case(db: None) -> None:
    with time_machine.travel(NOON, tick=False):
        assert crowd(an_establishment(sms_daily_cap=1), 2) == [0, 12 * 3600]
        assert told() == [100]


def test_the_words_of_the_alerts(small: Establishment) -> None:
    with time_machine.travel(NOON, tick=False):
        crowd(small, 9)
        deliver_message(Message.objects.get().pk)
        near = newest_mail(small.email)
        crowd(small, 2)
        deliver_message(Message.objects.latest("id").pk)
        reached = newest_mail(small.email)
    assert near.subject == "80\u00a0% du plafond de SMS du jour"
    assert reached.subject == "Plafond de SMS atteint\u00a0: les codes ne partent plus"
    for mail in (near, reached):
        for text in (mail.text, mail.html):
            assert "python manage.py sms off" in text
            assert "sms_daily_cap" in text
            assert "avant minuit" in text
            assert "heures" not in text, "a day, not any 24 hours"
            assert "Pour vérifier" not in text, "staff has no page to ask on"


def test_a_refused_login_keeps_its_alert(browser: Browser, small: Establishment) -> None:
    """The refusal is an outcome, not an error: what the transaction has written stays."""
    small.sms_daily_cap = 1
    small.save()
    assert type_password(browser, a_client(small)).status_code == 302
    assert type_password(browser, a_client(small)).status_code == 429
    assert Message.objects.filter(kind="sms_cap_alert", state="sent").count() == 1
    assert journal_kinds().count("sms_cap_reached") == 1


def test_a_loop_of_logins_costs_five_sms(browser: Browser, helene: Client) -> None:
    """A right code gives no SMS back: what was sent was paid for."""
    for _ in range(8):
        if type_password(browser, helene).status_code == 302:
            assert type_code(browser, helene, sms_code(helene)).status_code == 302
            browser.post(door("logout", helene))
    assert Message.objects.filter(channel="sms").count() == 5
    assert journal_kinds().count("logout") == 5


def test_an_sms_that_was_rolled_back_is_not_counted(helene: Client) -> None:
    with transaction.atomic():
        assert ask(helene) == 0
        transaction.set_rollback(True)
    with time_machine.travel(NOON, tick=False):
        assert [ask(helene) for _ in range(5)] == [0] * 5


@needs_postgresql
def test_in_parallel_exactly_the_cap_leaves_and_each_alert_once(committed: None) -> None:
    assert left_at_once(an_establishment(sms_daily_cap=5)) == 5
    assert sorted(told()) == [80, 100]


@needs_postgresql
def test_a_cap_that_reads_before_it_writes_would_let_more_leave(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the same count in two statements."""
    count = Limit.objects.create(key="naive", tat=0)

    def naive(establishment_pk: int, cap: int) -> int:
        taken = Limit.objects.get(pk=count.pk).tat
        time.sleep(0.05)
        if taken >= cap:
            return 60
        Limit.objects.filter(pk=count.pk).update(tat=taken + 1)
        return 0

    monkeypatch.setattr(limits, "sms_of_establishment", naive)
    assert left_at_once(an_establishment(sms_daily_cap=5)) > 5


def left_at_once(establishment: Establishment) -> int:
    """How many of sixteen clients who ask together, each from an address, get an SMS."""
    clients = [a_client(establishment) for _ in range(16)]
    calls = [partial(ask, client, address=f"192.0.2.{n}") for n, client in enumerate(clients)]
    return at_once(calls).count(0)
