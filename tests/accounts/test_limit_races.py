"""Eighty requests at once through a public form, on PostgreSQL: as many pass as the limit says, no more."""

import time
from collections import Counter
from functools import partial

import pytest
from at_once import at_once, needs_postgresql
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from doors import door
from people import a_client, an_establishment

from accounts import buckets, limits
from accounts.buckets import Rate
from accounts.models import Client, Limit
from messaging.models import Message

pytestmark = [needs_postgresql, pytest.mark.usefixtures("committed")]
CROWD, MOST = 80, 5


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Whose link for a password may be asked for five times. The pool's connections are waited for."""
    monkeypatch.setattr(limits, "PASSWORD_LINKS", Rate(MOST, 3600))
    monkeypatch.setattr(connection.pool, "timeout", 120)  # type: ignore[attr-defined]
    return a_client(an_establishment())


def crowd_asks(client: Client) -> Counter[int]:
    """Each from an address of its own, by the page."""

    def ask(n: int) -> int:
        browser = Browser(REMOTE_ADDR=f"198.51.100.{n}")
        return browser.post(door("request_password", client), {"identifier": str(client.user.identifier)}).status_code

    return Counter(at_once([partial(ask, n) for n in range(CROWD)]))


def test_eighty_requests_at_once_pass_a_limit_of_five_five_times(client: Client) -> None:
    assert crowd_asks(client) == {200: MOST, 429: CROWD - MOST}
    assert Message.objects.filter(kind="password_link").count() == MOST


def test_a_limit_that_reads_before_it_writes_would_pass_more_requests(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the same arithmetic in two statements, a moment apart."""

    def naive(scope: str, value: str, rate: Rate) -> int:
        if wait := buckets.wait(scope, value, rate):
            return wait
        time.sleep(0.05)
        now, key = timezone.now().timestamp(), buckets.key_of(scope, value, rate)
        row, _ = Limit.objects.get_or_create(key=key, defaults={"tat": now})
        Limit.objects.filter(pk=key).update(tat=max(row.tat, now) + rate.seconds / rate.count)
        return 0

    monkeypatch.setattr(limits, "take", naive)
    assert crowd_asks(client)[200] > MOST
