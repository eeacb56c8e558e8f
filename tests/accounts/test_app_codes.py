"""The application: its key, its first code, and every later one."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django_otp.oath import totp
from doors import forget_limits, journal_kinds

from accounts import authenticator
from accounts.actions.app_codes import AppAdded, add_app, confirm_app_code
from accounts.actions.factors import Refused
from accounts.actions.sms_code import Accepted, Closed, TooMany
from accounts.models import Authenticator, Client, User
from messaging.models import Message

NOON = datetime(2026, 5, 31, 10, tzinfo=UTC)
KEY = "3132333435363738393031323334353637383930"


def code_of(key: str, *, steps: int = 0) -> str:
    return f"{totp(bytes.fromhex(key), drift=steps):06d}"


def wrong(key: str = KEY) -> str:
    """No code of this minute."""
    near = {code_of(key, steps=step) for step in (-2, -1, 0, 1, 2)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in near)


def add(client: Client, code: str, key: str = KEY) -> AppAdded | Refused | TooMany:
    return add_app(user_pk=client.user_id, key=key, code=code, by="user:1")


def confirm(client: Client, code: str) -> Accepted | Refused | TooMany | Closed:
    return confirm_app_code(user_pk=client.user_id, code=code, event="login", by="visitor")


@pytest.fixture
def app(helene: Client) -> Authenticator:
    device: Authenticator = Authenticator.objects.create(user=helene.user, name="application", key=KEY, confirmed=True)
    return device


def test_a_key_has_160_bits_and_is_new_each_time() -> None:
    keys = {authenticator.generate_key() for _ in range(50)}
    assert len(keys) == 50
    assert {len(bytes.fromhex(key)) for key in keys} == {20}


def test_the_drawing_and_the_typed_key_say_the_same() -> None:
    address = authenticator.address(KEY, issuer="Crédit Municipal : Nantes", account="client …4567")
    facts = parse_qs(urlsplit(address).query)
    typed = authenticator.key_to_type(KEY)
    assert address.startswith("otpauth://totp/Cr%C3%A9dit%20Municipal%20%20%20Nantes%3Aclient%20")
    assert facts["secret"] == [typed.replace(" ", "")]
    assert base64.b32decode(facts["secret"][0]) == bytes.fromhex(KEY)
    assert {len(group) for group in typed.split()} == {4}


def test_the_drawing_keeps_a_quiet_zone() -> None:
    made = authenticator.drawing("otpauth://totp/x")
    assert made.path.startswith("M4 4h1v1h-1z")
    assert made.size > 28


def test_the_first_code_adds_the_application(helene: Client) -> None:
    outcome = add(helene, code_of(KEY))
    assert isinstance(outcome, AppAdded)
    assert (outcome.device.user_id, outcome.device.confirmed) == (helene.user_id, True)
    assert outcome.device.bin_key.hex() == KEY
    assert journal_kinds()[-1] == "factor_added"
    assert Message.objects.filter(kind="account_changed", recipient=helene.email).count() == 1


def test_the_first_code_is_spent(helene: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        code = code_of(KEY)
        add(helene, code)
        assert confirm(helene, code) == Refused()
        clock.shift(timedelta(seconds=30))
        assert isinstance(confirm(helene, code_of(KEY)), Accepted)


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_clock_that_is_off_by_half_a_minute_is_followed(helene: Client, steps: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert isinstance(add(helene, code_of(KEY, steps=steps)), AppAdded)
        assert Authenticator.objects.get().drift == steps
        clock.shift(timedelta(seconds=60))
        assert isinstance(confirm(helene, code_of(KEY, steps=steps)), Accepted)


@pytest.mark.parametrize("steps", [-2, 2])
def test_an_old_or_early_first_code_is_refused(helene: Client, steps: int) -> None:
    with time_machine.travel(NOON, tick=False):
        assert add(helene, code_of(KEY, steps=steps)) == Refused()
    assert not Authenticator.objects.exists()


def test_a_new_application_replaces_the_one_before(helene: Client, app: Authenticator) -> None:
    key = authenticator.generate_key()
    assert isinstance(add(helene, code_of(key), key), AppAdded)
    assert Authenticator.objects.get().bin_key.hex() == key


def test_a_right_code_is_accepted_once(helene: Client, app: Authenticator) -> None:
    with time_machine.travel(NOON, tick=False):
        outcome = confirm(helene, f" {code_of(KEY)[:3]} {code_of(KEY)[3:]} ")
        assert isinstance(outcome, Accepted)
        assert outcome.user.otp_device == app
        assert journal_kinds()[-1] == "login"
        assert confirm(helene, code_of(KEY)) == Refused()
    assert journal_kinds()[-1] == "factor_refused"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "１２３４５６", "12_34_56", "+12345", "\x00" * 6, "٣" * 6])
def test_what_is_not_six_digits_is_refused_uncounted(helene: Client, app: Authenticator, typed: str) -> None:
    assert confirm(helene, typed) == Refused()
    app.refresh_from_db()
    assert app.throttling_failure_count == 0


def test_the_right_code_after_a_wrong_one_is_accepted(helene: Client, app: Authenticator) -> None:
    with time_machine.travel(NOON, tick=False):
        assert confirm(helene, wrong()) == Refused()
        assert isinstance(confirm(helene, code_of(KEY)), Accepted)
    app.refresh_from_db()
    assert app.throttling_failure_count == 0


def test_a_sixth_code_waits_even_when_it_is_right(helene: Client, app: Authenticator) -> None:
    with time_machine.travel(NOON, tick=False):
        assert [confirm(helene, wrong()) for _ in range(5)] == [Refused()] * 5
        assert confirm(helene, code_of(KEY)) == TooMany(60)


def test_a_right_code_forgets_the_wrong_ones_before(helene: Client, app: Authenticator) -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(4):
            confirm(helene, wrong())
        assert isinstance(confirm(helene, code_of(KEY)), Accepted)
        assert [confirm(helene, wrong()) for _ in range(5)] == [Refused()] * 5


def test_twenty_wrong_codes_in_a_row_close_the_application(helene: Client, app: Authenticator) -> None:
    with time_machine.travel(NOON, tick=False):
        outcomes = []
        for _ in range(20):
            forget_limits()
            outcomes.append(confirm(helene, wrong()))
        assert outcomes == [Refused()] * 19 + [Closed()]
        assert confirm(helene, code_of(KEY)) == Refused()
    app.refresh_from_db()
    assert not app.confirmed
    assert journal_kinds()[-1] == "device_closed"
    told = set(Message.objects.values_list("kind", "recipient"))
    assert told >= {("account_changed", helene.email), ("device_closed_staff", helene.establishment.email)}


def test_nobodys_application_and_a_closed_account_open_nothing(
    helene: Client, ousmane: Client, app: Authenticator
) -> None:
    assert confirm(ousmane, code_of(KEY)) == Refused()
    User.objects.filter(pk=helene.user_id).update(is_active=False)
    assert confirm(helene, code_of(KEY)) == Refused()
