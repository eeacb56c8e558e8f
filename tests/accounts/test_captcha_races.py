"""Many at once with one solution, on PostgreSQL: one form passes. Without the atomic statement, several do."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from captchas import encoded, facts_of
from django.db import connection

from accounts import buckets, captcha, limits
from accounts.buckets import Rate
from accounts.captcha import Passed, Proof, Stale
from accounts.models import Limit

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time: it has no such race"),
    pytest.mark.usefixtures("committed", "altcha_asked"),
]

CROWD = 8


def all_at_once() -> Counter[type]:
    challenge = captcha.new_challenge().to_dict()
    solution = encoded(facts_of({**challenge, "most": challenge["maxNumber"]}))
    start = Barrier(CROWD)

    def send(_: int) -> type:
        start.wait()
        try:
            return type(captcha.check(Proof(solution, ""), action="login", address="192.0.2.1"))
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as crowd:
        return Counter(crowd.map(send, range(CROWD)))


def test_one_solution_passes_once() -> None:
    assert all_at_once() == {Passed: 1, Stale: CROWD - 1}


def test_a_memory_that_reads_before_it_writes_lets_several_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""

    def naive(challenge: str, lives_seconds: int) -> bool:
        key = buckets.key_of("captcha_spent", challenge, Rate(1, lives_seconds))
        was_spent = Limit.objects.filter(key=key).exists()
        time.sleep(0.05)
        Limit.objects.bulk_create([Limit(key=key, tat=0)], ignore_conflicts=True)
        return was_spent

    monkeypatch.setattr(limits, "captcha_spent", naive)
    assert all_at_once()[Passed] > 1
