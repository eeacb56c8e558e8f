"""Warn clients in time: around a due date, once a contract is listed, before its auction, of the surplus after it.

One message a client and run, however many contracts; each warning once, however many runs, also at the same time.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Client
from contracts.models import ClientRequest, Contract, Reminder
from contracts.reminder_ladder import Step, is_urgent, steps
from contracts.reminder_words import ReminderLine, line_of, sms_words
from contracts.standing import Obstacle, standing_of
from journal.actions import record
from messaging.models import Message
from messaging.outbox import queue_email, queue_sms
from messaging.waking import wake_batch

A_BATCH: Final = 100  # clients of one transaction: their contracts stay locked while it writes

WITH: Final = ("client__user", "client__establishment", "establishment", "tariff", "agency", "sale")

Kind = Reminder.Kind


@dataclass(frozen=True, slots=True)
class Reminded:
    """What was written. `unreachable`: clients with neither e-mail nor mobile, whom the agency must call."""

    clients: int = 0
    warnings: int = 0
    emails: int = 0
    sms: int = 0
    unreachable: int = 0

    def __add__(self, other: "Reminded") -> "Reminded":
        return Reminded(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def send_reminders(*, on: date, by: str) -> Reminded:
    """Everything that is due on that day, batch by batch, each committed with its messages."""
    by_client: dict[int, list[int]] = defaultdict(list)
    for _, _, waiting in _waiting(on):
        for contract_pk, client_pk in waiting.values_list("pk", "client_id"):
            by_client[client_pk].append(contract_pk)
    clients, total = sorted(by_client), Reminded()
    for start in range(0, len(clients), A_BATCH):
        batch = {pk for client_pk in clients[start : start + A_BATCH] for pk in by_client[client_pk]}
        written, messages = _remind(contract_pks=batch, on=on, by=by)
        wake_batch(messages)
        total += written
    return total


def _waiting(on: date) -> Iterator[tuple[Kind, int, QuerySet[Contract]]]:
    """(sort, step, contracts that stand at it and were not warned of it)."""
    active = Contract.objects.filter(status=Contract.Status.ACTIVE).order_by()
    listed = Contract.objects.filter(status=Contract.Status.ON_SALE_LIST).order_by()
    for step in steps("due", on):
        yield Kind.DUE, step.days_left, _at_step(active, Kind.DUE, "due_on", step)
    warned = Reminder.objects.filter(contract=OuterRef("pk"), kind=Kind.LISTED, about_on=OuterRef("due_on"))
    yield Kind.LISTED, 0, listed.filter(~Exists(warned.filter(days_left=0)))
    for step in steps("sale", on):
        yield Kind.SALE, step.days_left, _at_step(listed, Kind.SALE, "sale__sale_on", step)
    for step in steps("surplus", on):
        yield Kind.SURPLUS, step.days_left, _at_step(_with_unasked_surplus(on), Kind.SURPLUS, "sale__sale_on", step)


def _with_unasked_surplus(on: date) -> QuerySet[Contract]:
    """Whose client has something to ask for, still may, and has not done so."""
    asked = ClientRequest.objects.filter(
        contract=OuterRef("pk"),
        kind=ClientRequest.Kind.SURPLUS,
        state__in=(ClientRequest.State.OPEN, ClientRequest.State.DONE),
    )
    sold = Contract.objects.filter(status=Contract.Status.SOLD, sale__surplus__gt=0, sale__surplus_paid_on=None)
    in_time = Q(sale__surplus_deadline=None) | Q(sale__surplus_deadline__gte=on)
    return sold.filter(in_time, ~Exists(asked)).order_by()


def _at_step(contracts: QuerySet[Contract], kind: Kind, about_on: str, step: Step) -> QuerySet[Contract]:
    """The step's days are said of reminders too: PostgreSQL would not guess them, and read every reminder."""
    days = (step.first, step.last)
    warned = Reminder.objects.filter(kind=kind, days_left=step.days_left, about_on__range=days)
    known = warned.filter(contract=OuterRef("pk"), about_on=OuterRef(about_on))
    return contracts.filter(~Exists(known), **{f"{about_on}__range": days})


@transaction.atomic(durable=True)
def _remind(*, contract_pks: set[int], on: date, by: str) -> tuple[Reminded, list[int]]:
    """Under the contracts' locks everything is asked again: a run at the same time, or a payment, came first.

    With the ids of the messages, whose delivery starts after the commit.
    """
    now = timezone.now()
    list(Contract.objects.select_for_update(of=("self",)).filter(pk__in=contract_pks).order_by("pk").values("pk"))
    lines: dict[Client, list[tuple[Reminder, ReminderLine]]] = defaultdict(list)
    for kind, days_left, waiting in _waiting(on):
        rows = waiting.filter(pk__in=contract_pks).select_related(*WITH)
        for contract in rows:
            standing = standing_of(contract, on=on, now=now)
            if standing.obstacle is Obstacle.UNDER_WAY:
                continue  # tomorrow, if nothing came of the payment
            about_on = _about_on(contract, kind)
            reminder = Reminder(contract=contract, kind=kind, about_on=about_on, days_left=days_left, sent_at=now)
            lines[contract.client].append((reminder, line_of(reminder, standing)))
    messages = [message for client, warnings in lines.items() for message in _write(client, warnings, by=by)]
    Reminder.objects.bulk_create(reminder for warnings in lines.values() for reminder, _ in warnings)
    return _count(lines, messages), [message.pk for message in messages]


def _about_on(contract: Contract, kind: Kind) -> date:
    if kind not in (Kind.SALE, Kind.SURPLUS):
        return contract.due_on
    assert contract.sale.sale_on is not None  # or it would stand at no step
    return contract.sale.sale_on


def _write(client: Client, warnings: list[tuple[Reminder, ReminderLine]], *, by: str) -> list[Message]:
    """By e-mail; by SMS too when it is urgent, or alone for who has no e-mail."""
    latest = {line.number: line for _, line in warnings}  # a contract listed today may be sold soon: one entry
    lines = sorted(latest.values(), key=lambda line: line.about_on)
    establishment, user = client.establishment, client.user
    is_urgent_one = any(is_urgent(reminder.kind, reminder.days_left) for reminder, _ in warnings)
    messages = []
    if client.email:
        kinds = {line.kind for line in lines}
        context = {"client": client, "lines": lines, "kinds": kinds, "is_urgent": is_urgent_one}
        messages.append(
            queue_email(
                "reminder", to=client.email, about=user, establishment=establishment, context=context, wakes=False
            )
        )
    if client.phone and (is_urgent_one or not client.email):
        body = sms_words(lines, establishment)
        messages.append(
            queue_sms("reminder", to=client.phone, about=user, establishment=establishment, body=body, wakes=False)
        )
    for reminder, _ in warnings:
        reminder.channels = " ".join(message.channel for message in messages)
    record("reminded", by=by, subject=user, contracts=", ".join(line.number for line in lines))
    return messages


def _count(lines: dict[Client, list[tuple[Reminder, ReminderLine]]], messages: list[Message]) -> Reminded:
    channels = [message.channel for message in messages]
    return Reminded(
        clients=len(lines),
        warnings=sum(len(warnings) for warnings in lines.values()),
        emails=channels.count(Message.Channel.EMAIL),
        sms=channels.count(Message.Channel.SMS),
        unreachable=sum(not warnings[0][0].channels for warnings in lines.values()),
    )
