"""Many at once, on PostgreSQL: a code of a change serves once, its tries are counted, an e-mail's link serves once.

Each promise has its negative control: without the locks the same crowd must collide, or the test shows nothing.
"""

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from doors import another_code, journal_kinds
from people import a_client, an_establishment
from test_login_races import CROWD, _then_a_moment, all_at_once

from accounts import codes
from accounts.actions import email, phone, profile
from accounts.actions.profile import Address
from accounts.models import Client, ContactChange, SMSDevice

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time: it has no such race"),
    pytest.mark.usefixtures("committed"),
]

NEW_PHONE, NEW_EMAIL = "+33639980099", "nouvelle@example.org"
WHO: dict[str, Any] = {"address": "192.0.2.1", "by": "user:1"}


@pytest.fixture
def client(committed: None) -> Client:
    return a_client(an_establishment())


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch) -> str:
    """Every code sent is this one."""
    monkeypatch.setattr(codes, "generate", lambda: "123456")
    return "123456"


@pytest.fixture
def challenge(client: Client, code: str) -> str:
    """A change whose first code has arrived."""
    sent = phone.start_phone_change(user_pk=client.user_id, phone=NEW_PHONE, **WHO)
    assert isinstance(sent, phone.CodeSent)
    return sent.challenge


@pytest.fixture
def link(client: Client, monkeypatch: pytest.MonkeyPatch) -> str:
    """The token of a change of e-mail that waits."""
    monkeypatch.setattr("secrets.token_urlsafe", lambda size: "A" * 43)
    assert email.request_email_change(user_pk=client.user_id, email=NEW_EMAIL, by="user:1") == email.LinkSent()
    return f"{ContactChange.objects.get().challenge}-{'A' * 43}"


@pytest.fixture
def slow_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment passes between what an action reads and what it writes."""
    for holder, name in ((codes, "matches"), (email, "email_closed_until")):
        monkeypatch.setattr(holder, name, _then_a_moment(getattr(holder, name)))


@pytest.fixture
def without_locks(slow_hands: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows.all())


def crowd_types(client: Client, challenge: str, typed: str) -> Counter[str]:
    return all_at_once(lambda: phone.confirm_phone_code(user_pk=client.user_id, challenge=challenge, code=typed, **WHO))


def crowd_follows(client: Client, link: str) -> Counter[str]:
    return all_at_once(lambda: email.confirm_email(establishment=client.establishment, token=link, by="visitor"))


def prove_old(client: Client, challenge: str, code: str) -> None:
    outcome = phone.confirm_phone_code(user_pk=client.user_id, challenge=challenge, code=code, **WHO)
    assert isinstance(outcome, phone.CodeSent)


@pytest.mark.usefixtures("slow_hands")
def test_the_new_numbers_code_changes_it_once(client: Client, challenge: str, code: str) -> None:
    prove_old(client, challenge, code)
    assert crowd_types(client, challenge, code) == {"PhoneChanged": 1, "Gone": CROWD - 1}
    assert SMSDevice.objects.get().phone == NEW_PHONE
    assert journal_kinds().count("phone_changed") == 1


@pytest.mark.usefixtures("without_locks")
def test_without_locks_it_would_collide(client: Client, challenge: str, code: str, monkeypatch: Any) -> None:
    prove_old(client, challenge, code)
    served: list[None] = []
    replace = phone._replace

    def counted(*facts: Any) -> SMSDevice:
        served.append(None)
        return replace(*facts)

    monkeypatch.setattr(phone, "_replace", counted)
    with pytest.raises(Exception, match="sms_device_one_per_user"):
        crowd_types(client, challenge, code)
    assert len(served) > 1


@pytest.mark.usefixtures("slow_hands")
def test_the_old_numbers_code_sends_one_to_the_new(
    client: Client, challenge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "generate", lambda: "654321")
    outcomes = crowd_types(client, challenge, "123456")
    assert outcomes["CodeSent"] == 1
    assert journal_kinds().count("phone_change_old_confirmed") == 1
    assert journal_kinds().count("phone_change_code_sent") == 1


@pytest.mark.usefixtures("slow_hands")
def test_wrong_codes_are_counted_to_the_last(client: Client, challenge: str, code: str) -> None:
    outcomes = crowd_types(client, challenge, another_code(code))
    assert outcomes == {"WrongCode": codes.TRIES - 1, "Locked": CROWD - codes.TRIES + 1}
    assert ContactChange.objects.get().tries_left == 0


@pytest.mark.usefixtures("without_locks")
def test_without_locks_wrong_codes_would_cost_less(client: Client, challenge: str, code: str) -> None:
    crowd_types(client, challenge, another_code(code))
    assert ContactChange.objects.get().tries_left > 0


@pytest.mark.usefixtures("slow_hands")
def test_a_link_serves_once(client: Client, link: str) -> None:
    assert crowd_follows(client, link) == {"EmailChanged": 1, "LinkExpired": CROWD - 1}
    assert Client.objects.get().email == NEW_EMAIL
    assert journal_kinds().count("email_changed") == 1


@pytest.mark.usefixtures("without_locks")
def test_without_locks_a_link_would_serve_more_than_once(client: Client, link: str) -> None:
    assert crowd_follows(client, link)["EmailChanged"] > 1


@pytest.mark.usefixtures("slow_hands")
def test_a_change_that_everybody_makes_is_told_once(client: Client) -> None:
    address = Address(address="1 rue Neuve", postal_code="44400", city="Rezé", country="")
    outcomes = all_at_once(lambda: profile.change_address(user_pk=client.user_id, address=address, by="user:1"))
    assert outcomes == {"Changed": 1, "Unchanged": CROWD - 1}
