"""A bucket lets its count through at once, then one more each step; in parallel exactly as many."""

import inspect
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from doors import type_password
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_lines import LogLines

from accounts import buckets, limits
from accounts.buckets import Rate
from accounts.models import Client, Limit

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 31, 12, tzinfo=UTC)
CROWD = 80
NAMES = {name for name, it in vars(limits).items() if inspect.isfunction(it) and it.__module__ == limits.__name__}


def test_five_at_once_then_one_each_twelve_minutes() -> None:
    with time_machine.travel(START, tick=False) as clock:
        assert [limits.sms_to_account(1) for _ in range(6)] == [0, 0, 0, 0, 0, 12 * 60]
        clock.shift(timedelta(minutes=12))
        assert [limits.sms_to_account(1), limits.sms_to_account(1)] == [0, 12 * 60]


def test_a_number_that_nobody_has_proved_has_three_codes_and_takes_none_of_the_login() -> None:
    with time_machine.travel(START, tick=False):
        assert [limits.sms_to_new_number("+33639980006") for _ in range(4)] == [0, 0, 0, 8 * 3600]
        assert [limits.sms_to_number("+33639980006") for _ in range(6)] == [0, 0, 0, 0, 0, 12 * 60]


def test_an_hour_of_five_lets_nine_through_the_first_time_and_a_day_of_ten_nineteen() -> None:
    """What docs/security.md says of every bucket: twice its count less one, then its count."""
    passed = []
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(3 * 24 * 5):
            passed.append(0)
            while limits.sms_to_account(1) == 0:
                passed[-1] += 1
            clock.shift(timedelta(minutes=12))
    assert sum(passed[:5]) == 9
    assert [sum(passed[day * 120 : (day + 1) * 120]) for day in range(3)] == [19, 10, 10]


def test_the_cap_of_a_day_begins_again_at_midnight_in_paris() -> None:
    with time_machine.travel(datetime(2026, 5, 31, 21, 59, 30, tzinfo=UTC), tick=False) as clock:
        assert [limits.sms_of_establishment(1, 3) for _ in range(5)] == [0, 0, 0, 30, 30]
        assert limits.sms_of_establishment(2, 3) == 0, "another establishment's own"
        buckets.forget_old_limits(timezone.now().timestamp())
        clock.shift(timedelta(seconds=29))
        assert limits.sms_of_establishment(1, 3) == 1
        clock.shift(timedelta(seconds=1))
        assert [limits.sms_of_establishment(1, 3) for _ in range(4)] == [0, 0, 0, 24 * 3600]


def test_a_cap_that_is_raised_gives_what_it_is_raised_by_and_lowered_nothing() -> None:
    with time_machine.travel(START, tick=False):
        assert [limits.sms_of_establishment(1, 3) == 0 for _ in range(4)] == [True, True, True, False]
        assert [limits.sms_of_establishment(1, 4) == 0 for _ in range(3)] == [True, False, False]
        assert limits.sms_of_establishment(1, 2) > 0


def test_a_changed_rate_finds_its_buckets_as_full_as_they_were() -> None:
    with time_machine.travel(START, tick=False) as clock:
        while not buckets.take("any", "x", Rate(4, 3600)):
            pass
        assert buckets.take("any", "x", Rate(8, 3600)) == 450, "the next one comes at the new pace"
        assert buckets.take("any", "x", Rate(2, 3600)) == 1800
        clock.shift(timedelta(minutes=30))
        assert [buckets.take("any", "x", Rate(8, 3600)) == 0 for _ in range(5)] == [True] * 4 + [False]


def test_a_known_browser_pays_for_its_own_tries_and_gives_nothing_back_to_its_address() -> None:
    with time_machine.travel(START, tick=False):
        while not limits.login_from("192.0.2.1", "1:5501234567", ""):
            pass
        known = [limits.login_from("192.0.2.1", "1:5501234567", browser) for browser in "abcdefghijk"]
        assert known == [0] * 10 + [6], "ten a minute in all of them"
        before = set(Limit.objects.values_list("key", "tat"))
        limits.login_succeeded(1, "5501234567", "a", "192.0.2.1")
        limits.staff_login_succeeded("agent@example.fr", "a", "192.0.2.1")
        assert set(Limit.objects.values_list("key", "tat")) == before
        limits.login_succeeded(1, "5501234567", "", "192.0.2.1")
        assert set(Limit.objects.values_list("key", "tat")) != before


def test_a_refusal_costs_nothing() -> None:
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(500):
            limits.sms_to_account(1)
        clock.shift(timedelta(hours=1))
        assert [limits.sms_to_account(1) for _ in range(5)] == [0] * 5
        assert limits.sms_to_account(1) > 3600, "ten in a day"


def test_pauses_after_wrong_passwords_grow_and_end() -> None:
    with time_machine.travel(START, tick=False) as clock:
        waits = []
        for _ in range(60):
            while wait := limits.login_as(1, "5501234567", ""):
                waits.append(wait)
                clock.shift(timedelta(seconds=wait))
        assert waits[0] == 30
        assert max(waits) == 15 * 60
        assert waits == sorted(waits)


def test_a_right_password_forgets_the_wrong_ones() -> None:
    for _ in range(4):
        limits.login_as(1, "5501234567", "")
    limits.login_succeeded(1, "5501234567", "", "192.0.2.1")
    assert limits.login_as(1, "5501234567", "") == 0


def test_a_known_browser_has_a_bucket_of_its_own() -> None:
    while not limits.login_as(1, "5501234567", ""):
        pass
    assert limits.login_as(1, "5501234567", "a1b2c3d4") == 0


def test_nothing_stands_in_clear() -> None:
    limits.sms_to_number("+33639980006")
    assert all(len(key) == 64 and "3998" not in key for key in Limit.objects.values_list("key", flat=True))


def test_empty_buckets_are_forgotten() -> None:
    with time_machine.travel(START, tick=False) as clock:
        limits.sms_from("192.0.2.1")
        assert buckets.forget_old_limits(timezone.now().timestamp()) == 0
        clock.shift(timedelta(hours=1))
        assert buckets.forget_old_limits(timezone.now().timestamp()) == 1


REFUSE_NOBODY = {"sms_near_cap", "sms_alert"}
VALUES: dict[str, object] = {"int": 1, "str": "5501234567", "object": 1}
GIVE_BACK = {name for name in NAMES if name.endswith("_succeeded") or name.startswith("forget_")}


@pytest.mark.parametrize("name", sorted(name for name in NAMES - GIVE_BACK - REFUSE_NOBODY if not name.startswith("_")))
def test_a_refusal_is_a_line_that_names_its_limit_and_no_value(name: str, log: LogLines) -> None:
    limit = getattr(limits, name)
    values = [VALUES[kind.__name__] for argument, kind in limit.__annotations__.items() if argument != "return"]
    with time_machine.travel(START, tick=False):
        while not (wait := limit(*values)):
            assert log.text == ""
    (line,) = log.of("accounts.limits")
    assert line["limit"] == name
    assert line["seconds"] == wait or wait is True
    assert Limit.objects.filter(key__startswith=line["bucket"]).count() == 1
    assert len(line["bucket"]) == 8
    assert "5501234567" not in log.text


def test_what_only_warns_is_no_line(log: LogLines) -> None:
    for _ in range(5):
        limits.sms_of_establishment(1, 5)
    assert limits.sms_near_cap(1, 5)
    assert [limits.sms_alert(1, 80, 5) > 0 for _ in range(2)] == [False, True]
    assert log.text == ""


def test_a_refused_login_is_followed_from_the_limit_to_the_answer(
    browser: Browser, helene: Client, log: LogLines
) -> None:
    for _ in range(4):
        answer = type_password(browser, helene, "pas-le-bon-du-tout")
    (line,) = log.of("accounts.limits")
    assert line["limit"] == "login_as"
    assert line["request"] == answer.headers["X-Request-ID"]
    assert (line["address"], line["path"]) == ("127.0.0.1", "/nantes/connexion/")


@given(
    count=st.integers(1, 20),
    seconds=st.integers(1, 10_000),
    pauses=st.lists(st.floats(0, 2_000), min_size=1, max_size=40),
)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bucket_never_lets_more_through_than_it_says(count: int, seconds: int, pauses: list[float]) -> None:
    rate = Rate(count, seconds)
    Limit.objects.all().delete()
    passed: list[float] = []
    with time_machine.travel(START, tick=False) as clock:
        for pause in pauses:
            clock.shift(timedelta(seconds=pause))
            now = timezone.now().timestamp()
            if buckets.take("any", "x", rate) == 0:
                passed.append(now)
                recent = [moment for moment in passed if moment > now - seconds]
                assert len(recent) <= 2 * count
                elapsed = now - passed[0]
                assert len(passed) <= count + elapsed * count / seconds + 0.01


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time")
@pytest.mark.usefixtures("committed")
class TestInParallel:
    def count_passed(self, take: object) -> int:
        gate = Barrier(8)

        def many(_: int) -> Counter[bool]:
            try:
                gate.wait(timeout=10)
                return Counter(take() == 0 for _ in range(CROWD // 8))  # type: ignore[operator]
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as crowd:
            return sum(crowd.map(many, range(8)), Counter())[True]

    def test_eighty_at_once_pass_five(self) -> None:
        assert self.count_passed(lambda: buckets.take("any", "x", Rate(5, 3600))) == 5

    def test_a_limit_that_reads_before_it_writes_would_pass_more(self) -> None:
        """The negative control: the same arithmetic in two statements."""

        def naive() -> int:
            rate = Rate(5, 3600)
            if wait := buckets.wait("any", "x", rate):
                return wait
            now = timezone.now().timestamp()
            row, _ = Limit.objects.get_or_create(key=buckets.key_of("any", "x", rate), defaults={"tat": now})
            Limit.objects.filter(pk=row.pk).update(tat=max(row.tat, now) + 720)
            return 0

        assert self.count_passed(naive) > 5
