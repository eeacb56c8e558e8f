"""The two codes of a new mobile: only this session, this step, this code, five tries, five minutes."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from browsers import CommittingBrowser, log_in
from django.conf import settings
from django.test import Client as Browser
from doors import another_code, door, forget_limits, is_inside, journal_kinds, type_code, type_password
from people import a_client
from phone_change import NEW, ask, code_at, confirm, phones_of, resend, text_of, unchanged

from accounts import codes, limits
from accounts.actions import phone as actions
from accounts.actions.sms_code import KEY, MOST_FAILURES, TooSoon
from accounts.models import Client, ContactChange, SMSDevice
from messaging.models import InboxMessage, Message


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 23, 11, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.mark.parametrize("step", [1, 2])
def test_five_wrong_codes_close_the_sixth_try(helene_browser: Browser, helene: Client, step: int) -> None:
    ask(helene_browser, helene)
    if step == 2:
        confirm(helene_browser, helene, code_at(helene.phone))
    code = code_at(helene.phone if step == 1 else NEW)
    for left in (4, 3, 2, 1):
        answer = confirm(helene_browser, helene, another_code(code))
        assert answer.status_code == 422
        assert f"Il vous reste {left} essai" in text_of(answer)
    assert "Trop d’essais avec ce code." in text_of(confirm(helene_browser, helene, another_code(code)))
    answer = confirm(helene_browser, helene, code)
    assert "Trop d’essais avec ce code." in text_of(answer)
    assert "Ce code n’est plus valable." in text_of(answer)
    assert unchanged(helene)
    assert journal_kinds().count("phone_change_code_refused") == 5


@pytest.mark.parametrize("step", [1, 2])
def test_a_code_lives_as_long_as_it_says(
    clock: time_machine.Traveller, helene_browser: Browser, helene: Client, step: int
) -> None:
    ask(helene_browser, helene)
    if step == 2:
        confirm(helene_browser, helene, code_at(helene.phone))
    code = code_at(helene.phone if step == 1 else NEW)
    clock.shift(settings.SMS_CODE_VALIDITY)
    answer = confirm(helene_browser, helene, code)
    assert answer.status_code == 422
    assert "Ce code n’est plus valable. Demandez un nouveau code plus bas." in text_of(answer)
    assert unchanged(helene)
    clock.shift(-1)
    assert confirm(helene_browser, helene, code).status_code == 302


def test_each_code_serves_once_and_for_its_step(helene_browser: Browser, helene: Client) -> None:
    ask(helene_browser, helene)
    old_code = code_at(helene.phone)
    confirm(helene_browser, helene, old_code)
    if old_code != code_at(NEW):
        assert confirm(helene_browser, helene, old_code).status_code == 422
    assert confirm(helene_browser, helene, code_at(NEW)).status_code == 302
    replay = confirm(helene_browser, helene, code_at(NEW))
    assert replay.headers["Location"] == door("change_phone", helene)
    assert journal_kinds().count("phone_changed") == 1


def test_a_login_code_changes_nothing_and_the_other_way_round(
    helene_browser: Browser, helene: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.codes.generate", lambda: "123456")
    elsewhere = CommittingBrowser()
    type_password(elsewhere, helene)
    challenge = SMSDevice.objects.get().challenge
    ask(helene_browser, helene)
    change = ContactChange.objects.get()
    assert change.digest != SMSDevice.objects.get().token
    # Even the same six figures under the same challenge are another code here.
    SMSDevice.objects.update(token=change.digest)
    assert type_code(elsewhere, helene, "123456").status_code == 422
    ContactChange.objects.update(digest=codes.digest("123456", challenge=challenge, key=KEY.current()))
    session = helene_browser.session
    ContactChange.objects.update(challenge=challenge)
    session["phone_change"] = challenge
    session.save()
    assert confirm(helene_browser, helene, "123456").status_code == 422


def test_another_session_may_not_use_the_code(helene_browser: Browser, helene: Client) -> None:
    other = log_in(CommittingBrowser(), helene)
    ask(helene_browser, helene)
    answer = confirm(other, helene, code_at(helene.phone))
    assert answer.headers["Location"] == door("change_phone", helene)
    assert "n’est plus en cours" in text_of(other.get(door("change_phone", helene)))
    assert resend(other, helene).status_code == 302
    assert confirm(helene_browser, helene, code_at(helene.phone)).status_code == 302


def test_another_client_may_not_use_the_code(
    helene_browser: Browser, helene: Client, ousmane_browser: Browser, ousmane: Client
) -> None:
    ask(helene_browser, helene)
    session = ousmane_browser.session
    session["phone_change"] = ContactChange.objects.get().challenge
    session.save()
    assert confirm(ousmane_browser, ousmane, code_at(helene.phone)).status_code == 302
    assert unchanged(ousmane)
    assert not ContactChange.objects.get().is_old_confirmed


def test_a_new_request_replaces_the_one_before(helene_browser: Browser, helene: Client) -> None:
    other = log_in(CommittingBrowser(), helene)
    ask(helene_browser, helene, "06 39 98 00 77")
    confirm(helene_browser, helene, code_at(helene.phone))
    ask(other, helene)
    assert not ContactChange.objects.get().is_old_confirmed, "the proof of the old number is asked for again"
    assert confirm(helene_browser, helene, code_at("+33639980077")).status_code == 302
    assert unchanged(helene)


def test_a_change_is_over_after_a_quarter_of_an_hour(
    clock: time_machine.Traveller, helene_browser: Browser, helene: Client
) -> None:
    ask(helene_browser, helene)
    clock.shift(actions.CHANGE_MINUTES * 60 - 1)
    assert resend(helene_browser, helene).status_code == 302
    clock.shift(1)
    answer = confirm(helene_browser, helene, code_at(helene.phone))
    assert answer.headers["Location"] == door("change_phone", helene)
    assert unchanged(helene)


def test_another_code_after_half_a_minute(
    clock: time_machine.Traveller, helene_browser: Browser, helene: Client
) -> None:
    ask(helene_browser, helene)
    first = code_at(helene.phone)
    early = resend(helene_browser, helene)
    assert early.status_code == 422
    assert "Attendez encore 30 secondes" in text_of(early)
    clock.shift(30)
    assert resend(helene_browser, helene).status_code == 302
    second = code_at(helene.phone)
    if first != second:
        assert confirm(helene_browser, helene, first).status_code == 422
    assert confirm(helene_browser, helene, second).status_code == 302


def test_three_resends_in_all_with_growing_pauses(
    clock: time_machine.Traveller, helene_browser: Browser, helene: Client
) -> None:
    ask(helene_browser, helene)
    for pause in (30, 60, 120):
        clock.shift(pause - 1)
        assert "Attendez encore 1 seconde" in text_of(resend(helene_browser, helene))
        clock.shift(1)
        assert resend(helene_browser, helene).status_code == 302
    clock.shift(121)
    assert "Nous avons déjà renvoyé trois codes." in text_of(resend(helene_browser, helene))
    forget_limits()
    assert confirm(helene_browser, helene, code_at(helene.phone)).status_code == 302, "the new number's first is none"
    page = text_of(helene_browser.get(door("change_phone", helene)))
    assert "Vous ne pouvez plus en demander d’autre pour ce changement." in page
    assert "Renvoyer le code" not in page
    clock.shift(121)
    assert resend(helene_browser, helene).status_code == 422
    assert journal_kinds().count("phone_change_code_sent") == 4
    assert confirm(helene_browser, helene, code_at(NEW)).status_code == 302


def test_two_resends_at_once_are_one(helene_browser: Browser, helene: Client) -> None:
    """What is looked at before the budgets is looked at again under the lock."""
    ask(helene_browser, helene)
    challenge = ContactChange.objects.get().challenge
    outcome = actions._send_again(user_pk=helene.user_id, challenge=challenge, by="user:1")
    assert isinstance(outcome, TooSoon)


def test_wrong_codes_of_the_old_number_count_with_those_of_the_logins(helene_browser: Browser, helene: Client) -> None:
    SMSDevice.objects.update(failures=MOST_FAILURES - 2)
    ask(helene_browser, helene)
    code = code_at(helene.phone)
    confirm(helene_browser, helene, another_code(code))
    assert SMSDevice.objects.get().failures == MOST_FAILURES - 1
    confirm(helene_browser, helene, code)
    assert SMSDevice.objects.get().failures == 0, "a right one starts again"
    for _ in range(5):
        confirm(helene_browser, helene, another_code(code_at(NEW)))
    assert SMSDevice.objects.get().failures == 0, "the new number opens nothing yet"


def test_the_twentieth_wrong_code_closes_the_telephone_and_its_sessions(
    helene_browser: Browser, helene: Client
) -> None:
    SMSDevice.objects.update(failures=MOST_FAILURES - 1)
    ask(helene_browser, helene)
    answer = confirm(helene_browser, helene, another_code(code_at(helene.phone)))
    assert answer.status_code == 422
    assert "trop de codes faux ont été tapés" in text_of(answer)
    assert not SMSDevice.objects.get().confirmed
    assert not ContactChange.objects.exists()
    assert not is_inside(helene_browser, helene)
    assert journal_kinds()[-2:] == ["phone_change_code_refused", "device_closed"]


def test_a_code_that_is_none_is_an_error(helene_browser: Browser, helene: Client) -> None:
    ask(helene_browser, helene)
    for typed, words in (("", "Tapez le code reçu par SMS."), ("１２３４５６", "Le code a 6 chiffres.")):
        answer = confirm(helene_browser, helene, typed)
        assert (answer.status_code, words in text_of(answer)) == (422, True)
    code = code_at(helene.phone)
    assert confirm(helene_browser, helene, f"{code[:3]} {code[3:]}").status_code == 302


def test_the_new_numbers_budget_leaves_the_change_open(helene_browser: Browser, helene: Client) -> None:
    ask(helene_browser, helene)
    while not limits.sms_to_new_number(NEW):
        pass
    answer = confirm(helene_browser, helene, code_at(helene.phone))
    assert answer.status_code == 429
    assert "Votre ancien numéro est confirmé." in text_of(answer)
    assert "Envoyer le code (SMS)" in text_of(answer)
    assert confirm(helene_browser, helene, code_at(helene.phone)).status_code == 422
    assert resend(helene_browser, helene).status_code == 429
    forget_limits()
    assert resend(helene_browser, helene).status_code == 302
    assert confirm(helene_browser, helene, code_at(NEW)).status_code == 302
    assert phones_of(helene) == (NEW, [NEW])


def test_who_asks_for_another_clients_number_keeps_no_code_of_a_login_away(
    clock: time_machine.Traveller, helene: Client, ousmane: Client
) -> None:
    helene.phone = "+33639980006"
    SMSDevice.objects.filter(user=helene.user_id).update(phone=helene.phone)
    arrived = []
    for attacker in (ousmane, a_client(helene.establishment)):
        browser = log_in(CommittingBrowser(), attacker)
        ask(browser, attacker, helene.phone)
        confirm(browser, attacker, code_at(attacker.phone))
        for _ in range(5):
            clock.shift(121)
            resend(browser, attacker)
        arrived.append(InboxMessage.objects.filter(to=helene.phone).count())
    assert arrived == [3, 3], "three codes that nobody wanted, whoever asks"
    for _ in range(5):
        assert type_password(CommittingBrowser(), helene).status_code == 302
    assert InboxMessage.objects.filter(to=helene.phone).count() == 8, "and five of a login, at once"
    assert type_password(CommittingBrowser(), helene).status_code == 429


def test_the_codes_say_what_they_are_for_in_one_segment(helene_browser: Browser, helene: Client) -> None:
    ask(helene_browser, helene)
    message = InboxMessage.objects.filter(to=helene.phone).first()
    assert message is not None
    assert "est votre code pour changer de mobile, valable 5 minutes." in message.text
    assert message.text.endswith(f"\n\n@localhost #{message.text[:6]}")
    assert message.text.isascii()
    assert len(message.text) <= 160 - 20, "a real host is longer than localhost"
    assert Message.objects.get(kind="phone_change_code").expires_at is not None
