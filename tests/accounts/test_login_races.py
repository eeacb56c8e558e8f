"""Many at once, on PostgreSQL: a code opens once, tries are counted, a link serves once, a message leaves once.

Each promise has its negative control: without the locks the same crowd must collide, or the test shows nothing.
"""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django_otp.oath import TOTP, totp
from doors import another_code, journal_kinds, sms_code
from people import PASSWORD, a_client, an_establishment

from accounts import codes
from accounts.actions import login, passwords, staff
from accounts.actions.sms_code import confirm_code
from accounts.models import Authenticator, Client, SMSDevice
from accounts.tokens import password_link_tokens
from messaging import delivery
from messaging.models import InboxMessage, Message
from messaging.sealing import Text, seal

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time: it has no such race"),
    pytest.mark.usefixtures("committed"),
]

CROWD = 16
A_MOMENT = 0.05  # seconds between reading and writing: what a lock must survive


@pytest.fixture
def client(committed: None) -> Client:
    return a_client(an_establishment())


@pytest.fixture
def started(client: Client) -> login.Started:
    """A login whose code has arrived."""
    outcome = login.start_login(
        establishment=client.establishment, identifier=str(client.user.identifier), password=PASSWORD,
        browser="", address="192.0.2.1", by="visitor",
    )  # fmt: skip
    assert isinstance(outcome, login.Started)
    return outcome


@pytest.fixture
def slow_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment passes between what an action reads and what it writes."""
    between = ((codes, "matches"), (password_link_tokens, "check_token"), (delivery, "unseal"), (TOTP, "verify"))
    for holder, name in between:
        monkeypatch.setattr(holder, name, _then_a_moment(getattr(holder, name)))


@pytest.fixture
def without_locks(slow_hands: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(rows: QuerySet[Any], **options: Any) -> QuerySet[Any]:
        return rows.all()

    monkeypatch.setattr(QuerySet, "select_for_update", unlocked)


def _then_a_moment(function: Callable[..., Any]) -> Callable[..., Any]:
    def slow(*args: Any, **kwargs: Any) -> Any:
        answer = function(*args, **kwargs)
        time.sleep(A_MOMENT)
        return answer

    return slow


def all_at_once(act: Callable[[], Any]) -> Counter[str]:
    """How often each outcome came, by the name of its type."""
    gate = Barrier(CROWD)

    def one(_: int) -> str:
        try:
            gate.wait(timeout=10)
            return type(act()).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as crowd:
        return Counter(crowd.map(one, range(CROWD)))


def try_code(started: login.Started, code: str) -> Callable[[], Any]:
    return lambda: confirm_code(
        user_pk=started.user_pk, challenge=started.challenge, code=code, event="login", by="visitor"
    )


@pytest.mark.usefixtures("slow_hands")
def test_a_right_code_opens_once(client: Client, started: login.Started) -> None:
    assert all_at_once(try_code(started, sms_code(client))) == {"Accepted": 1, "Expired": CROWD - 1}


@pytest.mark.usefixtures("without_locks")
def test_without_locks_a_right_code_would_open_more_than_once(client: Client, started: login.Started) -> None:
    assert all_at_once(try_code(started, sms_code(client)))["Accepted"] > 1


@pytest.mark.usefixtures("slow_hands")
def test_wrong_codes_are_counted_to_the_last(client: Client, started: login.Started) -> None:
    outcomes = all_at_once(try_code(started, another_code(sms_code(client))))
    assert outcomes == {"WrongCode": codes.TRIES - 1, "Locked": CROWD - codes.TRIES + 1}
    assert SMSDevice.objects.get().tries_left == 0
    assert journal_kinds().count("code_refused") == codes.TRIES


@pytest.mark.usefixtures("without_locks")
def test_without_locks_wrong_codes_would_cost_less(client: Client, started: login.Started) -> None:
    all_at_once(try_code(started, another_code(sms_code(client))))
    assert SMSDevice.objects.get().tries_left > 0


@pytest.mark.usefixtures("slow_hands")
def test_a_link_serves_once(client: Client) -> None:
    token = password_link_tokens.make_token(client.user)
    outcomes = all_at_once(
        lambda: passwords.set_password(user=client.user, token=token, password="trois-poules-au-marché", by="visitor")
    )
    assert outcomes == {"PasswordSet": 1, "LinkExpired": CROWD - 1}


@pytest.mark.usefixtures("without_locks")
def test_without_locks_a_link_would_serve_more_than_once(client: Client) -> None:
    token = password_link_tokens.make_token(client.user)
    outcomes = all_at_once(
        lambda: passwords.set_password(user=client.user, token=token, password="trois-poules-au-marché", by="visitor")
    )
    assert outcomes["PasswordSet"] > 1


def agents_code(client: Client) -> Counter[str]:
    """What becomes of the present code of an agent's application, typed by a crowd."""
    device = staff.create_staff(
        email="agent@example.fr", establishments=[client.establishment], password=PASSWORD, by="system"
    )
    code = f"{totp(device.bin_key):06d}"
    return all_at_once(lambda: staff.confirm_agent_code(agent=device.user, code=code, by="visitor"))


@pytest.mark.usefixtures("slow_hands")
def test_an_agents_code_opens_once(client: Client) -> None:
    assert agents_code(client)[Authenticator.__name__] == 1


@pytest.mark.usefixtures("without_locks")
def test_without_locks_an_agents_code_would_open_more_than_once(client: Client) -> None:
    assert agents_code(client)[Authenticator.__name__] > 1


def waiting_message(client: Client) -> int:
    message = Message.objects.create(
        establishment=client.establishment, channel="email", kind="identifier", about="user:1",
        recipient=client.email, sealed=seal(Text("a", "b", "c")), created_at=client.user.created_at,
    )  # fmt: skip
    return message.pk


@pytest.mark.usefixtures("slow_hands")
def test_a_message_leaves_once(client: Client) -> None:
    message_id = waiting_message(client)
    all_at_once(lambda: delivery.deliver(message_id))
    assert InboxMessage.objects.count() == 1


@pytest.mark.usefixtures("without_locks")
def test_without_locks_a_message_would_leave_more_than_once(client: Client) -> None:
    message_id = waiting_message(client)
    all_at_once(lambda: delivery.deliver(message_id))
    assert InboxMessage.objects.count() > 1
