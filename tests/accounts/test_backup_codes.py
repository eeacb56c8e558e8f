"""The sheet of codes: how it is made, typed and spent."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, make_password
from doors import journal_kinds
from hypothesis import given
from hypothesis import strategies as st

from accounts import backup_codes
from accounts.actions import backup_codes as actions
from accounts.actions.backup_codes import SheetMade, confirm_backup_code, make_backup_codes
from accounts.actions.factors import Refused
from accounts.actions.sms_code import Accepted, TooMany
from accounts.backup_codes import ALPHABET, canonical, generate_sheet, grouped
from accounts.models import BackupCode, BackupCodes, Client, User
from messaging.models import Message


def make(client: Client) -> list[str]:
    outcome = make_backup_codes(user_pk=client.user_id, by="user:1")
    assert isinstance(outcome, SheetMade)
    return outcome.codes


def confirm(client: Client, code: str) -> Accepted | Refused | TooMany:
    return confirm_backup_code(user_pk=client.user_id, code=code, event="login", by="visitor")


def test_a_sheet_has_ten_codes_each_with_its_own_start() -> None:
    for _ in range(200):
        sheet = generate_sheet()
        assert len({code[:2] for code in sheet}) == 10
        assert all(canonical(code) == code for code in sheet)


def test_codes_are_read_in_groups_of_four() -> None:
    assert grouped("K7PM3QXR9TDA") == "K7PM 3QXR 9TDA"


@pytest.mark.parametrize(
    "typed",
    [
        "K7PM 3QXR 9TD1",
        "k7pm-3qxr-9td1",
        " K7PM3QXR9TDI",
        "k7pm 3qxr 9tdl",
        "K7PM–3QXR–9TD1",
        "K7PM\u00a03QXR\u00a09TD1",
    ],
)
def test_handwriting_is_read(typed: str) -> None:
    assert canonical(typed) == "K7PM3QXR9TD1"


@pytest.mark.parametrize(
    "typed",
    ["", "K7PM3QXR9TD", "K7PM3QXR9TDAA", "K7PM3QXR9TDU", "K7PM3QXR9TDı", "K7PM3QXR9TDſ", "Ｋ7PM3QXR9TDA", "\x00"],
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert canonical(typed) is None


@given(st.text(st.characters(), max_size=40))
def test_anything_is_a_code_or_none(typed: str) -> None:
    code = canonical(typed)
    assert code is None or (len(code) == 12 and set(code) <= set(ALPHABET))


def test_a_sheet_is_kept_hashed(helene: Client) -> None:
    codes = make(helene)
    kept = list(BackupCode.objects.values_list("start", "hashed"))
    assert {start for start, _ in kept} == {code[:2] for code in codes}
    assert not any(code in hashed or code[2:] in hashed for code in codes for _, hashed in kept)
    assert journal_kinds()[-1] == "backup_codes_made"


def test_a_new_sheet_kills_the_old_one(helene: Client) -> None:
    old, new = make(helene), make(helene)
    assert BackupCodes.objects.count() == 1
    assert confirm(helene, old[0]) == Refused()
    assert isinstance(confirm(helene, new[0]), Accepted)


def test_five_sheets_an_hour(helene: Client) -> None:
    for _ in range(5):
        make(helene)
    assert make_backup_codes(user_pk=helene.user_id, by="user:1") == TooMany(720)


def test_a_code_serves_once_and_the_client_is_told(helene: Client) -> None:
    code = make(helene)[3]
    outcome = confirm(helene, grouped(code).lower())
    assert isinstance(outcome, Accepted)
    sheet = BackupCodes.objects.get()
    assert outcome.user.otp_device == sheet
    assert sheet.last_used_at is not None
    assert journal_kinds()[-2:] == ["login", "backup_code_used"]
    assert Message.objects.filter(kind="account_changed", recipient=helene.email).count() == 2
    assert confirm(helene, code) == Refused()
    assert journal_kinds()[-1] == "factor_refused"
    assert BackupCode.objects.filter(used_at=None).count() == 9


def test_another_clients_code_opens_nothing(helene: Client, ousmane: Client) -> None:
    make(helene)
    assert confirm(helene, make(ousmane)[0]) == Refused()


def test_a_closed_account_opens_nothing(helene: Client) -> None:
    code = make(helene)[0]
    User.objects.filter(pk=helene.user_id).update(is_active=False)
    assert confirm(helene, code) == Refused()
    assert BackupCode.objects.filter(used_at=None).count() == 10


def test_what_is_no_code_is_refused(helene: Client) -> None:
    make(helene)
    assert confirm(helene, "123 456") == Refused()


def test_a_sixth_code_waits_even_when_it_is_right(helene: Client) -> None:
    code = make(helene)[0]
    for _ in range(5):
        confirm(helene, "000000000000")
    assert isinstance(confirm(helene, code), TooMany)


def test_a_right_code_forgets_the_wrong_ones_before(helene: Client) -> None:
    codes = make(helene)
    for _ in range(4):
        confirm(helene, "000000000000")
    assert isinstance(confirm(helene, codes[0]), Accepted)
    assert [type(confirm(helene, "000000000000")) for _ in range(4)] == [Refused] * 4


def test_each_try_costs_one_hash(helene: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A known start, a right code, a spent one, an unknown start: nobody learns from the time which it was."""
    monkeypatch.setattr(backup_codes, "generate_sheet", lambda: [f"A{letter}0000000000" for letter in ALPHABET[:10]])
    code, hashed = make(helene)[0], list[str]()

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def count(*args: Any) -> Any:
            hashed.append(function.__name__)
            return function(*args)

        return count

    monkeypatch.setattr(actions, "check_password", counted(check_password))
    monkeypatch.setattr(actions, "make_password", counted(make_password))
    for typed, calls in ((f"{code[:2]}ZZZZZZZZZZ", 1), (code, 2), (code, 3), ("ZZ0000000000", 4)):
        confirm(helene, typed)
        assert len(hashed) == calls
