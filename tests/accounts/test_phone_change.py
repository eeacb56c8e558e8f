"""A new mobile: a code on the old number, then one on the new; only this session, this step and this code serve."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from browsers import CommittingBrowser, log_in
from django.conf import settings
from django.test import Client as Browser
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from doors import (
    age_proof,
    another_code,
    comparable,
    door,
    is_inside,
    journal_kinds,
    newest_mail,
    type_code,
    type_password,
)
from people import a_client

from accounts import limits, proof
from accounts.actions import phone as actions
from accounts.actions.phone import CodeSent, Gone, NoMobile
from accounts.models import Client, ContactChange, SMSDevice
from establishments.models import Establishment
from journal.models import Event
from messaging.models import InboxMessage, Message

TYPED, NEW = "06 39 98 00 99", "+33639980099"
ADDRESS = "192.0.2.1"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 23, 11, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def ask(browser: Browser, client: Client, typed: str = TYPED) -> Any:
    return browser.post(door("change_phone", client), {"phone": typed})


def confirm(browser: Browser, client: Client, code: str) -> Any:
    return browser.post(door("change_phone", client), {"code": code})


def resend(browser: Browser, client: Client) -> Any:
    return browser.post(door("resend_phone_code", client))


def code_at(number: str) -> str:
    message = InboxMessage.objects.filter(channel="sms", to=number, text__contains="changer de mobile").first()
    assert message is not None
    return message.text[:6]


def text_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("&nbsp;", " ").replace("\xa0", " ")


def phones_of(client: Client) -> tuple[str, list[str]]:
    devices = SMSDevice.objects.filter(user=client.user_id).values_list("phone", flat=True)
    return Client.objects.get(pk=client.pk).phone, list(devices)


def unchanged(client: Client) -> bool:
    return phones_of(client) == (client.phone, [client.phone])


def exhaust(name: str, *facts: Any) -> None:
    while not getattr(limits, name)(*facts):
        pass


def test_both_codes_change_the_number(helene_browser: Browser, helene: Client) -> None:
    old_device, old_key = SMSDevice.objects.get(), helene_browser.session.session_key
    assert ask(helene_browser, helene).headers["Location"] == door("change_phone", helene)
    first = text_of(helene_browser.get(door("change_phone", helene)))
    assert "Étape 1 sur 2" in first
    assert f"*****{helene.phone[-3:]}" in first
    assert Message.objects.filter(recipient=NEW).count() == 0, "the new number waits for the old one's code"
    assert confirm(helene_browser, helene, code_at(helene.phone)).status_code == 302
    assert unchanged(helene)
    second = text_of(helene_browser.get(door("change_phone", helene)))
    assert "Étape 2 sur 2" in second
    assert "*****099" in second
    answer = confirm(helene_browser, helene, code_at(NEW))
    assert answer.headers["Location"] == door("profile", helene)
    assert "Votre numéro de mobile est changé." in text_of(helene_browser.get(answer.headers["Location"]))
    assert phones_of(helene) == (NEW, [NEW])
    device = SMSDevice.objects.get()
    assert device.pk != old_device.pk
    assert helene_browser.session[DEVICE_ID_SESSION_KEY] == device.persistent_id
    assert helene_browser.session.session_key != old_key
    assert is_inside(helene_browser, helene)
    assert Client.objects.get(pk=helene.pk).phone_changed_at is not None
    assert not ContactChange.objects.exists()
    kinds = ["phone_change_asked", "phone_change_old_confirmed", "phone_change_code_sent", "phone_changed"]
    assert journal_kinds()[-4:] == kinds


def test_the_new_number_receives_the_codes_of_the_next_login(helene_browser: Browser, helene: Client) -> None:
    change(helene_browser, helene)
    helene.phone = NEW
    assert is_inside(log_in(CommittingBrowser(), helene), helene)


def change(browser: Browser, client: Client) -> None:
    ask(browser, client)
    confirm(browser, client, code_at(client.phone))
    assert confirm(browser, client, code_at(NEW)).status_code == 302


def test_everybody_concerned_is_told(helene_browser: Browser, helene: Client) -> None:
    change(helene_browser, helene)
    mail = newest_mail(helene.email)
    assert "Votre numéro de téléphone a été changé." in mail.text
    assert "0099" not in mail.text
    for number in (helene.phone, NEW):
        told = InboxMessage.objects.filter(to=number).first()
        assert told is not None
        assert "Votre espace client a ete modifie." in told.text


def test_the_codes_say_what_they_are_for_in_one_segment(helene_browser: Browser, helene: Client) -> None:
    ask(helene_browser, helene)
    message = InboxMessage.objects.filter(to=helene.phone).first()
    assert message is not None
    assert "est votre code pour changer de mobile, valable 5 minutes." in message.text
    assert message.text.endswith(f"\n\n@localhost #{message.text[:6]}")
    assert message.text.isascii()
    assert len(message.text) <= 160 - 20, "a real host is longer than localhost"
    assert Message.objects.get(kind="phone_change_code").expires_at is not None


def test_other_sessions_of_the_old_number_are_verified_no_more(helene_browser: Browser, helene: Client) -> None:
    other = log_in(CommittingBrowser(), helene)
    old_cookie = helene_browser.cookies[settings.SESSION_COOKIE_NAME].value
    change(helene_browser, helene)
    assert not is_inside(other, helene)
    thief = CommittingBrowser()
    thief.cookies[settings.SESSION_COOKIE_NAME] = old_cookie
    assert not is_inside(thief, helene)
    assert is_inside(helene_browser, helene)


def test_a_session_opened_by_another_factor_keeps_it(helene_browser: Browser, helene: Client) -> None:
    app = TOTPDevice.objects.create(user=helene.user, name="application", confirmed=True)
    session = helene_browser.session
    session[DEVICE_ID_SESSION_KEY] = app.persistent_id
    session.save()
    change(helene_browser, helene)
    assert helene_browser.session[DEVICE_ID_SESSION_KEY] == app.persistent_id
    assert is_inside(helene_browser, helene)


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
    ContactChange.objects.update(digest=actions.codes.digest("123456", challenge=challenge, key=settings.SECRET_KEY))
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


def test_a_change_may_be_given_up(helene_browser: Browser, helene: Client) -> None:
    ask(helene_browser, helene)
    code = code_at(helene.phone)
    for _ in range(2):
        answer = helene_browser.post(door("cancel_phone_change", helene), follow=True)
        assert "Votre numéro de mobile reste le même." in text_of(answer)
    assert confirm(helene_browser, helene, code).status_code == 302
    assert unchanged(helene)
    assert "phone_change" not in helene_browser.session
    assert journal_kinds().count("phone_change_cancelled") == 1


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


def test_the_same_number_is_an_error(helene_browser: Browser, helene: Client) -> None:
    SMSDevice.objects.update(phone=NEW)
    answer = ask(helene_browser, helene, "+33 (0)6 39 98 00 99")
    assert answer.status_code == 422
    assert "C’est déjà le numéro de mobile de votre dossier." in text_of(answer)


@pytest.mark.parametrize("typed", ["02 61 91 00 01", "0899 12 34 56", "+49 900 1234567", "06 39", "moi"])
def test_a_number_without_sms_is_refused(helene_browser: Browser, helene: Client, typed: str) -> None:
    answer = ask(helene_browser, helene, typed)
    assert answer.status_code == 422
    assert f'value="{typed}"' in text_of(answer)
    assert not ContactChange.objects.exists()


def test_a_number_of_another_client_is_accepted_alike(helene_browser: Browser, helene: Client, ousmane: Client) -> None:
    known = ask(helene_browser, helene, ousmane.phone)
    unknown = ask(helene_browser, helene)
    assert comparable(known) == comparable(unknown)


def test_without_a_mobile_the_agency_adds_one(helene_browser: Browser, helene: Client, nantes: Establishment) -> None:
    app = TOTPDevice.objects.create(user=helene.user, name="application", confirmed=True)
    session = helene_browser.session
    session[DEVICE_ID_SESSION_KEY] = app.persistent_id
    session.save()
    SMSDevice.objects.all().delete()
    for answer in (helene_browser.get(door("change_phone", helene)), ask(helene_browser, helene)):
        assert "Seule votre agence peut en ajouter un" in text_of(answer)
        assert 'name="phone"' not in text_of(answer)
    assert answer.status_code == 422


def test_a_stale_proof_asks_for_another_but_not_between_the_codes(
    helene_browser: Browser, helene: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "reverse", lambda name, args, **facts: f"/{args[0]}/{name}/")
    ask(helene_browser, helene)
    age_proof(helene_browser)
    assert ask(helene_browser, helene, "06 39 98 00 77").headers["Location"] == "/nantes/accounts:confirm_identity/"
    assert helene_browser.get(door("change_phone", helene)).status_code == 200
    assert confirm(helene_browser, helene, code_at(helene.phone)).headers["Location"] == door("change_phone", helene)
    assert confirm(helene_browser, helene, code_at(NEW)).headers["Location"] == door("profile", helene)
    assert helene_browser.get(door("change_phone", helene)).headers["Location"] == "/nantes/accounts:confirm_identity/"


def test_too_many_changes_say_when(helene_browser: Browser, helene: Client) -> None:
    exhaust("contact_change_of", helene.user_id)
    answer = ask(helene_browser, helene)
    assert answer.status_code == 429
    assert "Recommencez après le" in text_of(answer)
    assert TYPED in text_of(answer)


@pytest.mark.parametrize("budget", ["account", "number", "address", "establishment"])
def test_every_budget_of_sms_holds(helene_browser: Browser, helene: Client, budget: str) -> None:
    match budget:
        case "account":
            exhaust("sms_to_account", helene.user_id)
        case "number":
            exhaust("sms_to_number", helene.phone)
        case "address":
            exhaust("sms_from", "127.0.0.1")
        case _:
            Establishment.objects.update(sms_daily_cap=1)
            exhaust("sms_of_establishment", helene.establishment_id, 1)
    assert ask(helene_browser, helene).status_code == 429
    assert not Message.objects.filter(kind="phone_change_code").exists()


def test_the_new_numbers_budget_leaves_the_change_open(
    clock: time_machine.Traveller, helene_browser: Browser, helene: Client
) -> None:
    ask(helene_browser, helene)
    exhaust("sms_to_number", NEW)
    answer = confirm(helene_browser, helene, code_at(helene.phone))
    assert answer.status_code == 429
    assert "Votre ancien numéro est confirmé." in text_of(answer)
    assert "Envoyer le code (SMS)" in text_of(answer)
    assert confirm(helene_browser, helene, code_at(helene.phone)).status_code == 422
    assert resend(helene_browser, helene).status_code == 429
    clock.shift(12 * 60)
    assert resend(helene_browser, helene).status_code == 302
    assert confirm(helene_browser, helene, code_at(NEW)).status_code == 302
    assert phones_of(helene) == (NEW, [NEW])


def test_a_code_that_is_none_is_an_error(helene_browser: Browser, helene: Client) -> None:
    ask(helene_browser, helene)
    for typed, words in (("", "Tapez le code reçu par SMS."), ("１２３４５６", "Le code a 6 chiffres.")):
        answer = confirm(helene_browser, helene, typed)
        assert (answer.status_code, words in text_of(answer)) == (422, True)
    code = code_at(helene.phone)
    assert confirm(helene_browser, helene, f"{code[:3]} {code[3:]}").status_code == 302


def test_a_device_taken_away_meanwhile_ends_the_change(nantes: Establishment) -> None:
    client = a_client(nantes)
    facts: dict[str, Any] = {"user_pk": client.user_id, "by": "user:1"}
    sent = actions.start_phone_change(phone=NEW, address=ADDRESS, **facts)
    assert isinstance(sent, CodeSent)
    SMSDevice.objects.all().delete()
    again = actions.send_phone_code(challenge=sent.challenge, address=ADDRESS, **facts)
    assert again == Gone()
    outcome = actions.confirm_phone_code(challenge=sent.challenge, code="123456", address=ADDRESS, **facts)
    assert outcome == Gone()
    assert actions.start_phone_change(phone=NEW, address=ADDRESS, **facts) == NoMobile()


@pytest.mark.parametrize("name", ["_begin", "_send_again"])
def test_a_device_taken_away_between_two_looks_ends_it_too(nantes: Establishment, name: str) -> None:
    client = a_client(nantes)
    facts: dict[str, Any] = {"user_pk": client.user_id, "by": "user:1"}
    sent = actions.start_phone_change(phone=NEW, address=ADDRESS, **facts)
    assert isinstance(sent, CodeSent)
    SMSDevice.objects.all().delete()
    more = {"phone": NEW} if name == "_begin" else {"challenge": sent.challenge}
    assert getattr(actions, name)(**more, **facts) == (NoMobile() if name == "_begin" else Gone())


def test_no_code_and_no_number_stays_behind(helene_browser: Browser, helene: Client) -> None:
    ask(helene_browser, helene)
    first = code_at(helene.phone)
    confirm(helene_browser, helene, first)
    second = code_at(NEW)
    assert second not in ContactChange.objects.get().digest
    confirm(helene_browser, helene, second)
    events = [str(row) for row in Event.objects.filter(kind__startswith="phone").values_list("kind", "data", "actor")]
    for secret in (first, second, NEW, NEW[3:], helene.phone):
        assert not [event for event in events if secret in event]
