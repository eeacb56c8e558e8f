"""The client's dates as a calendar: who looks over the shoulder reads a title that says nothing."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5

from icalendar import Alarm, Calendar, Event, vText

from accounts.models import Client
from contracts.models import Contract, Sale
from contracts.standing import OWING

TITLE: Final = "Date à retenir"
PRODUCT: Final = "-//Dates//Calendrier//FR"  # no name of ours: calendars show it
NAMESPACE: Final = UUID("6f1d2c1e-6a64-4f0b-9d5a-2f3b1c9e7a10")
# Seven days before, at nine: an all-day date would ring at midnight.
ALARM: Final = timedelta(days=-7, hours=9)
READ_AGAIN: Final = timedelta(hours=12)


def calendar_of(client: Client, title: str) -> bytes:
    """RFC 5545. The same contracts give the same bytes. `title`: the client's own words, or empty for ours."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(title or TITLE))  # icalendar escapes only what it knows
    calendar.add("refresh-interval", READ_AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    mine = Contract.objects.filter(client=client, status__in=OWING).select_related("sale").order_by("due_on", "pk")
    for contract in mine:
        for kind, day in _dates(contract):
            calendar.add_component(_event(contract, kind, day, title or TITLE))
    written: bytes = calendar.to_ical()
    return written


def _dates(contract: Contract) -> list[tuple[str, date]]:
    """The due date; once listed, the day of the auction under the same title."""
    if contract.status != Contract.Status.ON_SALE_LIST:
        return [("due", contract.due_on)]
    sale: Sale | None = getattr(contract, "sale", None)
    return [("sale", sale.sale_on)] if sale and sale.sale_on else []


def _event(contract: Contract, kind: str, day: date, title: str) -> Event:
    """The number's end tells apart; `sequence` grows when the date moves on, for calendars that were taken once."""
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE, f"{contract.pk}:{kind}")))
    event.add("dtstamp", datetime.combine(contract.period_started_on, time(), UTC))
    event.add("sequence", max(0, (day - contract.pledged_on).days))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{title} {contract.number[-4:]}")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{title} {contract.number[-4:]}")
    alarm.add("trigger", ALARM)
    event.add_component(alarm)
    return event
