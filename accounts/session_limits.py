"""How long a session lives: without activity, and at most. Standard library only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from web.french import plural


@dataclass(frozen=True, slots=True)
class SessionLimits:
    idle: timedelta
    whole: timedelta


CLIENTS: Final = SessionLimits(timedelta(minutes=15), timedelta(hours=8))
STAFF: Final = SessionLimits(timedelta(minutes=10), timedelta(hours=4))


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Whole seconds before each end; 0: over."""

    idle: int
    whole: int

    @property
    def is_over(self) -> bool:
        return self.idle == 0 or self.whole == 0


def time_left(limits: SessionLimits, *, started_at: datetime, last_used_at: datetime, now: datetime) -> TimeLeft:
    return TimeLeft(_seconds(last_used_at + limits.idle - now), _seconds(started_at + limits.whole - now))


def ago(moment: datetime, now: datetime) -> str:
    """« à l’instant », « il y a 3 minutes »: no open session was used longer ago than its idle limit."""
    minutes = int((now - moment).total_seconds()) // 60
    if minutes < 1:
        return "à l’instant"
    return f"il y a {plural(minutes, 'minute', 'minutes')}"


def in_words(seconds: int) -> str:
    """A wait: « 40 secondes », « 2 minutes » (rounded up)."""
    if seconds < 60:
        return plural(seconds, "seconde", "secondes")
    return plural(-(-seconds // 60), "minute", "minutes")


def _seconds(left: timedelta) -> int:
    return max(0, -(-left // timedelta(seconds=1)))  # rounded up: over means over
