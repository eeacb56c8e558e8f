"""Many at once, on PostgreSQL: a code serves once, a client keeps a factor. Each promise has its negative control."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django_otp.oath import totp
from passkeys import SoftKey, a_passkey
from people import a_client, an_establishment

from accounts import limits
from accounts.actions import backup_codes, factors
from accounts.actions.app_codes import confirm_app_code
from accounts.actions.backup_codes import SheetMade, confirm_backup_code, make_backup_codes
from accounts.actions.factors import confirmed_factors, remove_factor
from accounts.actions.passkeys import confirm_passkey, passkey_challenge
from accounts.buckets import Rate
from accounts.models import Authenticator, BackupCode, Client, Factor, SMSDevice

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time: it has no such race"),
    pytest.mark.usefixtures("committed", "no_pauses"),
]

CROWD = 16
A_MOMENT = 0.05  # seconds between reading and writing: what a lock must survive


@pytest.fixture
def client(committed: None) -> Client:
    return a_client(an_establishment())


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of five tries would stop the crowd before the lock does."""
    monkeypatch.setattr(limits, "FACTOR_PAUSES", (Rate(1000, 60),))


@pytest.fixture
def slow_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment passes between what an action reads and what it writes."""
    for holder, name in ((Authenticator, "save"), (factors, "leaves_a_factor"), (backup_codes, "check_password")):
        monkeypatch.setattr(holder, name, _with_a_moment(getattr(holder, name)))


@pytest.fixture
def without_locks(slow_hands: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(rows: QuerySet[Any], **options: Any) -> QuerySet[Any]:
        return rows.all()

    monkeypatch.setattr(QuerySet, "select_for_update", unlocked)


@pytest.fixture
def without_condition(slow_hands: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A code is spent without looking whether it was."""
    monkeypatch.setattr(backup_codes, "unspent", lambda row: BackupCode.objects.filter(pk=row.pk))


def _with_a_moment(function: Callable[..., Any]) -> Callable[..., Any]:
    def slow(*args: Any, **kwargs: Any) -> Any:
        time.sleep(A_MOMENT)
        return function(*args, **kwargs)

    return slow


def all_at_once(*acts: Callable[[], Any]) -> Counter[str]:
    """How often each outcome came, by the name of its type."""
    gate = Barrier(CROWD)

    def one(act: Callable[[], Any]) -> str:
        try:
            gate.wait(timeout=10)
            return type(act()).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as crowd:
        return Counter(crowd.map(one, (act for act, _ in zip(cycle(acts), range(CROWD), strict=False))))


def try_app_code(client: Client) -> Callable[[], Any]:
    device = Authenticator.objects.create(user=client.user, name="application", confirmed=True)
    code = f"{totp(device.bin_key):06d}"
    return lambda: confirm_app_code(user_pk=client.user_id, code=code, event="login", by="visitor")


def try_backup_code(client: Client) -> Callable[[], Any]:
    made = make_backup_codes(user_pk=client.user_id, by="user:1")
    assert isinstance(made, SheetMade)
    code = made.codes[0]
    return lambda: confirm_backup_code(user_pk=client.user_id, code=code, event="login", by="visitor")


def try_passkey(client: Client) -> Callable[[], Any]:
    """A synchronised key, whose signatures are not counted."""
    key = SoftKey(counts=False)
    a_passkey(client, key)
    asked = passkey_challenge(client.user)
    facts = {"challenge": asked.challenge, "credential": key.sign(asked.options)}
    return lambda: confirm_passkey(user_pk=client.user_id, event="login", by="visitor", **facts)


def try_to_remove_all(client: Client) -> list[Callable[[], Any]]:
    """An application and a passkey, no mobile; half of the crowd removes one, half the other."""
    Authenticator.objects.create(user=client.user, name="application", confirmed=True)
    SMSDevice.objects.all().delete()
    passkey_pk = a_passkey(client, SoftKey()).pk

    def remove(factor: Factor) -> Callable[[], Any]:
        return lambda: remove_factor(user_pk=client.user_id, factor=factor, passkey_pk=passkey_pk, by="user:1")

    return [remove(Factor.APP), remove(Factor.PASSKEY)]


@pytest.mark.usefixtures("slow_hands")
def test_a_code_of_the_application_opens_once(client: Client) -> None:
    assert all_at_once(try_app_code(client)) == {"Accepted": 1, "Refused": CROWD - 1}


@pytest.mark.usefixtures("without_locks")
def test_without_locks_a_code_of_the_application_would_open_more_than_once(client: Client) -> None:
    assert all_at_once(try_app_code(client))["Accepted"] > 1


@pytest.mark.usefixtures("slow_hands")
def test_a_backup_code_opens_once(client: Client) -> None:
    assert all_at_once(try_backup_code(client)) == {"Accepted": 1, "Refused": CROWD - 1}
    assert BackupCode.objects.filter(used_at=None).count() == 9


@pytest.mark.usefixtures("without_condition")
def test_without_its_condition_a_backup_code_would_open_more_than_once(client: Client) -> None:
    assert all_at_once(try_backup_code(client))["Accepted"] > 1


def test_a_challenge_opens_once(client: Client) -> None:
    assert all_at_once(try_passkey(client)) == {"Accepted": 1, "Refused": CROWD - 1}


def test_without_its_memory_a_challenge_would_open_more_than_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "passkey_challenge_spent", lambda challenge: False)
    assert all_at_once(try_passkey(client))["Accepted"] > 1


@pytest.mark.usefixtures("slow_hands")
def test_a_client_keeps_a_factor(client: Client) -> None:
    outcomes = all_at_once(*try_to_remove_all(client))
    assert outcomes["Removed"] == 1
    assert len(confirmed_factors(client.user)) == 1


@pytest.mark.usefixtures("without_locks")
def test_without_locks_a_client_would_lose_every_factor(client: Client) -> None:
    all_at_once(*try_to_remove_all(client))
    assert confirmed_factors(client.user) == []
