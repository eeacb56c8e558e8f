"""What limits are made of: buckets of GCRA and counts of a day, by one atomic statement in the database.

A bucket lets `count` through at once, then one more each `seconds / count`: so 2 * count - 1 in its first `seconds`,
`count` in each later one. A count lets as many through as it says until midnight. Both hold in parallel and outlive
Redis; what is refused costs nothing. Keys are keyed digests of canonical values: nothing stands there in clear.
"""

import logging
import math
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import Limit
from web.keys import Key

logger = logging.getLogger("accounts.limits")
KEY = Key("accounts.limits")  # a new SECRET_KEY empties every bucket
A_BATCH = 5000
REFUSE_NOBODY = {"sms_alert"}


@dataclass(frozen=True, slots=True)
class Rate:
    count: int
    seconds: int


def take_all(scope: str, value: str, rates: tuple[Rate, ...]) -> int:
    """Rates from the quickest to the slowest: what the first refuses costs the others nothing."""
    if any(take(scope, value, rate) for rate in rates):
        return max(1, *(wait(scope, value, rate) for rate in rates))
    return 0


def take(scope: str, value: str, rate: Rate) -> int:
    """Seconds to wait; 0: let through, and counted."""
    key = key_of(scope, value, rate)
    if _advance(key, timezone.now().timestamp(), _step(rate), rate.seconds):
        return 0
    return _refused(scope, key, wait(scope, value, rate))


def wait(scope: str, value: str, rate: Rate) -> int:
    """Seconds until the next one is let through; 0: now."""
    tat = Limit.objects.filter(key=key_of(scope, value, rate)).values_list("tat", flat=True).first()
    now = timezone.now().timestamp()
    return 0 if tat is None else max(0, math.ceil(max(tat, now) + _step(rate) - now - rate.seconds))


def count_today(scope: str, value: str, most: int) -> int:
    """Seconds until midnight in Paris, when `most` of today were let through; 0: let through, and counted.

    The statement of the buckets, whose clock stands at the midnight to come: its row is kept until then.
    """
    midnight = _midnight()
    key = _day_key(scope, value, midnight)
    if _advance(key, midnight, step=1, window=most):
        return 0
    return _refused(scope, key, math.ceil(midnight - timezone.now().timestamp()))


def counted_today(scope: str, value: str) -> int:
    midnight = _midnight()
    tat = Limit.objects.filter(key=_day_key(scope, value, midnight)).values_list("tat", flat=True).first()
    return 0 if tat is None else round(tat - midnight)


def give_back(scope: str, value: str, rate: Rate) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_limit SET tat = tat - %s WHERE key = %s",
            [_step(rate), key_of(scope, value, rate)],
        )


def forget_all(scope: str, value: str, rates: tuple[Rate, ...]) -> None:
    Limit.objects.filter(key__in=[key_of(scope, value, rate) for rate in rates]).delete()


def forget_old_limits(now: float) -> int:
    """Delete buckets that are empty again, a batch at most; how many.

    The condition stands in the deletion too: a bucket of the batch that somebody takes from meanwhile stays.
    """
    old = Limit.objects.filter(tat__lt=now)
    deleted, _ = old.filter(pk__in=old.values("pk")[:A_BATCH]).delete()
    return deleted


def key_of(scope: str, value: str, rate: Rate) -> str:
    """Without the count: where it is changed, buckets stay as full as they were."""
    return KEY.digest(f"{scope}|{rate.seconds}|{value}")


def _day_key(scope: str, value: str, midnight: float) -> str:
    return KEY.digest(f"{scope}|until {midnight:.0f}|{value}")


def _midnight() -> float:
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time.min)).timestamp()


def _step(rate: Rate) -> float:
    return rate.seconds / rate.count


def _advance(key: str, now: float, step: float, window: float) -> bool:
    """Whether one more is let through. No other statement takes from a limit."""
    later = "GREATEST" if connection.vendor == "postgresql" else "MAX"
    statement = f"""
        INSERT INTO accounts_limit (key, tat) VALUES (%(key)s, %(now)s + %(step)s)
        ON CONFLICT (key) DO UPDATE SET tat = {later}(accounts_limit.tat, %(now)s) + %(step)s
        WHERE {later}(accounts_limit.tat, %(now)s) + %(step)s - %(now)s <= %(window)s
        RETURNING tat
    """  # noqa: S608 - the vendor's name of a function
    # A millisecond of grace: the sum of the steps of a full bucket may miss its window by a float's last bit.
    values: dict[str, str | float] = {"key": key, "now": now, "step": step, "window": window + 0.001}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone() is not None


def _refused(scope: str, key: str, seconds: int) -> int:
    """The line of the log; the wait, of a second at least."""
    seconds = max(1, seconds)
    if scope not in REFUSE_NOBODY:
        facts = {"limit": scope, "bucket": key[:8], "seconds": seconds}
        logger.warning("%s refuses, bucket %s", scope, key[:8], extra={"facts": facts})
    return seconds
