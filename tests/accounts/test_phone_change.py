"""A new mobile: a code on the old number, then one on the new, told to everybody concerned."""

from typing import Any

import pytest
from browsers import CommittingBrowser, log_in
from django.conf import settings
from django.test import Client as Browser
from django_otp import DEVICE_ID_SESSION_KEY
from doors import age_proof, comparable, door, is_inside, journal_kinds, newest_mail
from people import a_client
from phone_change import NEW, TYPED, ask, change, code_at, confirm, phones_of, text_of, unchanged

from accounts import limits, proof
from accounts.actions import phone as actions
from accounts.actions.phone import CodeSent, Gone, NoMobile
from accounts.models import Authenticator, Client, ContactChange, SMSDevice
from establishments.models import Establishment
from journal.models import Event
from messaging.models import InboxMessage, Message
from messaging.switch import turn_sms

ADDRESS = "192.0.2.1"


def exhaust(name: str, *facts: Any) -> None:
    while not getattr(limits, name)(*facts):
        pass


def test_both_codes_change_the_number(helene_browser: Browser, helene: Client) -> None:
    old_device, old_key = SMSDevice.objects.get(), helene_browser.session.session_key
    assert ask(helene_browser, helene).headers["Location"] == door("change_phone", helene)
    first = text_of(helene_browser.get(door("change_phone", helene)))
    assert "Étape 1 sur 2" in first
    assert f"*****{helene.phone[-3:]}" in first
    assert not InboxMessage.objects.filter(to=NEW).exists(), "the new number waits for the old one's code"
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


def test_everybody_concerned_is_told(helene_browser: Browser, helene: Client) -> None:
    change(helene_browser, helene)
    mail = newest_mail(helene.email)
    assert "Votre numéro de téléphone a été changé." in mail.text
    assert "0099" not in mail.text
    for number in (helene.phone, NEW):
        told = InboxMessage.objects.filter(to=number).first()
        assert told is not None
        assert "Votre espace client a ete modifie." in told.text


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
    app = Authenticator.objects.create(user=helene.user, name="application", confirmed=True)
    session = helene_browser.session
    session[DEVICE_ID_SESSION_KEY] = app.persistent_id
    session.save()
    change(helene_browser, helene)
    assert helene_browser.session[DEVICE_ID_SESSION_KEY] == app.persistent_id
    assert is_inside(helene_browser, helene)


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


def test_the_page_says_when_the_code_has_not_left(
    helene_browser: Browser, helene: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tap was closed between the question and the delivery."""
    monkeypatch.setattr(actions, "sms_is_on", lambda: True)
    turn_sms(on=False, by="system")
    ask(helene_browser, helene)
    page = text_of(helene_browser.get(door("change_phone", helene)))
    assert "L’envoi de SMS est coupé en ce moment." in page
    assert "02 61 91 00 00" in page.replace("\u00a0", " ")


def test_without_a_mobile_the_agency_adds_one(helene_browser: Browser, helene: Client, nantes: Establishment) -> None:
    app = Authenticator.objects.create(user=helene.user, name="application", confirmed=True)
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


def test_while_no_sms_is_sent_the_page_says_so(helene_browser: Browser, helene: Client) -> None:
    turn_sms(on=False, by="system")
    answer = ask(helene_browser, helene)
    assert (answer.status_code, ContactChange.objects.count()) == (422, 0)
    assert "Nous ne pouvons pas envoyer de SMS en ce moment." in text_of(answer)
    turn_sms(on=True, by="system")
    ask(helene_browser, helene)
    turn_sms(on=False, by="system")
    answer = confirm(helene_browser, helene, code_at(helene.phone))
    assert answer.status_code == 422
    assert "Nous ne pouvons pas envoyer de SMS en ce moment." in text_of(answer)
    assert "Envoyer le code (SMS)" in text_of(answer)
