"""Days, half-months and months between two dates, and months added to a date.

Months are always reckoned from the anchor itself, never from the previous result: 31 August + 6 months is
28 February, + 7 months is 31 March. `until` is never before `anchor`.
"""

from calendar import isleap, monthrange
from datetime import date, timedelta
from math import ceil
from typing import Final

HALF_MONTH_DAYS: Final = 15


def add_months(anchor: date, months: int) -> date:
    """The same day of the month `months` later (earlier if negative), or the last day of a shorter month."""
    years, month_index = divmod(anchor.month - 1 + months, 12)
    year, month = anchor.year + years, month_index + 1
    return date(year, month, min(anchor.day, monthrange(year, month)[1]))


def first_day_reaching_past(day: date, months: int) -> date:
    """The earliest day from which `months` more lead to a date after `day`."""
    wanted = day + timedelta(days=1)
    earliest = add_months(wanted, -months)
    is_clamped = earliest.day < wanted.day
    return earliest + timedelta(days=1) if is_clamped else earliest


def months_between(anchor: date, until: date, *, started: bool) -> int:
    """Whole months, plus the month begun if `started`."""
    whole, days_left = _whole_months_and_days(anchor, until)
    return whole + 1 if started and days_left else whole


def half_months_between(anchor: date, until: date, *, started: bool) -> int:
    """Two for each whole month, then for the days left (30 at most).

    If `started`, one for 1 to 15 days and two for 16 or more; otherwise one for 15 or more.
    """
    whole, days_left = _whole_months_and_days(anchor, until)
    extra = ceil(days_left / HALF_MONTH_DAYS) if started else int(days_left >= HALF_MONTH_DAYS)
    return 2 * whole + extra


def days_by_year_length(after: date, until: date) -> dict[int, int]:
    """{365: days, 366: days} for the days after `after` up to and including `until`, absent lengths left out."""
    days: dict[int, int] = {}
    for year in range(after.year, until.year + 1):
        eve, last = max(after, date(year, 1, 1) - timedelta(days=1)), min(until, date(year, 12, 31))
        length = 366 if isleap(year) else 365
        if last > eve:
            days[length] = days.get(length, 0) + (last - eve).days
    return days


def _whole_months_and_days(anchor: date, until: date) -> tuple[int, int]:
    months = (until.year - anchor.year) * 12 + until.month - anchor.month
    if add_months(anchor, months) > until:
        months -= 1
    return months, (until - add_months(anchor, months)).days
