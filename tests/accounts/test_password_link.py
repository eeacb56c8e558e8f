"""The link by e-mail: 24 hours to the second, one use, spent by nobody but its reader."""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from browsers import CommittingBrowser
from django.test import Client as Browser
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from doors import (
    NEW_PASSWORD,
    ask_for_link,
    choose,
    door,
    enter,
    is_inside,
    journal_kinds,
    link_in,
    newest_mail,
    sms_code,
    type_password,
)
from people import a_client

from accounts.actions import passwords
from accounts.models import Client
from accounts.tokens import PasswordLinkTokens, password_link, password_link_tokens
from establishments.models import Establishment
from messaging.delivery import deliver
from messaging.models import InboxMessage, Message

DAY = 24 * 3600
EXPIRED = "/nantes/mot-de-passe/?lien=expire"
# The last Sundays of March and October: 23 and 25 hours of local time away from the same hour of the next day.
SPRING = datetime(2027, 3, 27, 20, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
PLAIN_DAY = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(getattr(request, "param", PLAIN_DAY), tick=False) as traveller:
        yield traveller


def test_from_the_invitation_to_the_area(browser: Browser, nantes: Establishment) -> None:
    client = a_client(nantes)
    client.user.password = ""
    client.user.save()
    assert passwords.invite(client_pk=client.pk, by="system")
    deliver(Message.objects.get().pk)
    mail = newest_mail(client.email)
    assert str(client.user.identifier) in mail.text
    assert choose(browser, link_in(mail)) == 200
    assert not is_inside(browser, client), "a link never logs in"
    assert enter(browser, client, NEW_PASSWORD).status_code == 302
    assert is_inside(browser, client)


def test_a_forgotten_password_is_replaced(browser: Browser, helene: Client) -> None:
    assert choose(browser, ask_for_link(browser, helene)) == 200
    assert newest_mail(helene.email).subject == "Votre mot de passe a été enregistré"
    assert enter(browser, helene, NEW_PASSWORD).status_code == 302
    assert journal_kinds() == ["password_link_sent", "password_set", "code_sent", "login"]


def test_a_login_in_progress_ends_with_the_password_that_started_it(browser: Browser, helene: Client) -> None:
    thief = CommittingBrowser()
    assert type_password(thief, helene).status_code == 302
    code = sms_code(helene)
    choose(browser, ask_for_link(browser, helene))
    thief.post(door("code", helene), {"code": code})
    assert not is_inside(thief, helene)


def test_the_old_password_and_the_open_sessions_end(helene_browser: Browser, browser: Browser, helene: Client) -> None:
    choose(browser, ask_for_link(browser, helene))
    assert not is_inside(helene_browser, helene)


def test_the_token_leaves_the_address(browser: Browser, helene: Client) -> None:
    link = ask_for_link(browser, helene)
    page = browser.get(link).headers["Location"]
    assert page.endswith("/choisir/")
    assert link.split("/")[-2] not in page
    assert link.split("/")[-2] not in browser.get(page).content.decode()


def test_opening_a_link_spends_nothing(browser: Browser, helene: Client) -> None:
    """Mail scanners open links before their reader does."""
    link = ask_for_link(browser, helene)
    for _ in range(2):
        scanner = type(browser)()
        assert scanner.get(scanner.get(link).headers["Location"]).status_code == 200
        scanner.head(link)
    assert choose(browser, link) == 200


def test_the_page_without_the_link_is_closed(browser: Browser, helene: Client) -> None:
    page = browser.get(ask_for_link(browser, helene)).headers["Location"]
    assert type(browser)().get(page).headers["Location"] == EXPIRED


def test_a_link_serves_once(browser: Browser, helene: Client) -> None:
    link = ask_for_link(browser, helene)
    choose(browser, link)
    assert browser.get(link).headers["Location"] == EXPIRED


def test_of_two_browsers_with_the_link_the_first_wins(browser: Browser, helene: Client) -> None:
    link = ask_for_link(browser, helene)
    other = type(browser)()
    page = other.get(link).headers["Location"]
    choose(browser, link)
    facts = {"new_password1": "trois-poules-au-marché", "new_password2": "trois-poules-au-marché"}
    assert other.post(page, facts).headers["Location"] == EXPIRED
    assert enter(browser, helene, NEW_PASSWORD).status_code == 302


def test_a_link_spent_between_the_form_and_the_action_is_refused(helene: Client) -> None:
    token = password_link_tokens.make_token(helene.user)
    for expected in (passwords.PasswordSet(), passwords.LinkExpired()):
        assert passwords.set_password(user=helene.user, token=token, password=NEW_PASSWORD, by="visitor") == expected


@pytest.mark.parametrize("clock", [PLAIN_DAY, SPRING, AUTUMN], ids=["plain day", "spring", "autumn"], indirect=True)
def test_a_link_lives_24_hours_to_the_second(browser: Browser, helene: Client, clock: time_machine.Traveller) -> None:
    link = ask_for_link(browser, helene)
    clock.shift(DAY)
    assert browser.get(link).headers["Location"].endswith("/choisir/")
    clock.shift(1)
    assert browser.get(link).headers["Location"] == EXPIRED


def test_an_expired_link_says_so_and_offers_another(
    browser: Browser, helene: Client, clock: time_machine.Traveller
) -> None:
    link = ask_for_link(browser, helene)
    clock.shift(2 * DAY)
    page = browser.get(link, follow=True).content.decode()
    assert "Récupération de mot de passe" in page
    assert "Ce lien n’est plus valable." in page
    assert 'role="alert"' in page
    assert choose(browser, ask_for_link(browser, helene)) == 200


def test_a_link_that_expires_while_one_types_leads_to_the_same_page(
    browser: Browser, helene: Client, clock: time_machine.Traveller
) -> None:
    link = ask_for_link(browser, helene)
    clock.shift(DAY)
    page = browser.get(link).headers["Location"]
    clock.shift(1)
    facts = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert browser.post(page, facts).headers["Location"] == EXPIRED


def test_its_page_closes_after_30_minutes_and_the_link_opens_it_again(
    browser: Browser, helene: Client, clock: time_machine.Traveller
) -> None:
    """The next person on the machine finds nothing; a slow reader is told what to do."""
    link = ask_for_link(browser, helene)
    page = browser.get(link).headers["Location"]
    clock.shift(30 * 60 - 1)
    assert browser.get(page).status_code == 200
    clock.shift(1)
    facts = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    answer = browser.post(page, facts, follow=True)
    assert "la page s’est fermée" in answer.content.decode()
    assert browser.get(page).headers["Location"] == EXPIRED
    assert choose(browser, link) == 200


def test_who_planted_the_session_has_no_part_in_the_link(browser: Browser, helene: Client, ousmane: Client) -> None:
    planter = type(browser)()
    planter.get(urlsplit(password_link(ousmane.user)).path)
    browser.cookies = copy.deepcopy(planter.cookies)
    page = browser.get(ask_for_link(browser, helene)).headers["Location"]
    facts = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert planter.post(page, facts).headers["Location"] == EXPIRED
    assert browser.post(page, facts).status_code == 200


def test_a_login_ends_the_links_that_wait(browser: Browser, helene: Client) -> None:
    link = ask_for_link(browser, helene)
    enter(browser, helene)
    assert browser.get(link).headers["Location"] == EXPIRED


def test_another_e_mail_in_the_file_ends_the_links_that_wait(browser: Browser, helene: Client) -> None:
    link = ask_for_link(browser, helene)
    helene.email = "autre@example.org"
    helene.save()
    assert browser.get(link).headers["Location"] == EXPIRED


def test_a_link_opens_in_its_own_establishment_only(browser: Browser, helene: Client, paris: Establishment) -> None:
    link = ask_for_link(browser, helene)
    answer = browser.get(link.replace("/nantes/", "/paris/"))
    assert answer.headers["Location"] == "/paris/mot-de-passe/?lien=expire"


def test_a_token_opens_for_its_own_account_only(browser: Browser, helene: Client, ousmane: Client) -> None:
    uid = urlsafe_base64_encode(force_bytes(ousmane.user_id))
    token = ask_for_link(browser, helene).split("/")[-2]
    assert browser.get(reverse("accounts:set_password", args=["nantes", uid, token])).headers["Location"] == EXPIRED


def test_a_token_of_another_purpose_is_no_link(browser: Browser, helene: Client) -> None:
    class OtherTokens(PasswordLinkTokens):
        key_salt = "another.purpose"

    uid = urlsafe_base64_encode(force_bytes(helene.user_id))
    for tokens, is_link in ((OtherTokens(), False), (PasswordLinkTokens(), True)):
        path = reverse("accounts:set_password", args=["nantes", uid, tokens.make_token(helene.user)])
        assert (browser.get(path).headers["Location"] != EXPIRED) is is_link


def test_a_closed_account_has_no_link(browser: Browser, helene: Client) -> None:
    link = ask_for_link(browser, helene)
    helene.user.is_active = False
    helene.user.save()
    assert browser.get(link).headers["Location"] == EXPIRED
    browser.post(door("request_password", helene), {"identifier": helene.user.identifier})
    assert InboxMessage.objects.count() == 1


@pytest.mark.parametrize(
    "uid",
    [
        "0",
        "é",
        "MQ",
        "====",
        "x" * 400,
        *(urlsafe_base64_encode(odd) for odd in (b"-1", b"9" * 30, b"-" + b"9" * 30, b"9" * 5000, b"\xff")),
    ],
)
@pytest.mark.parametrize("token", ["x", "choisir", "a-b", "é-é", "0" * 300, "zzzzzzzzzzzzz-" + "0" * 32])
def test_an_invented_link_is_an_expired_one(browser: Browser, nantes: Establishment, uid: str, token: str) -> None:
    address = reverse("accounts:set_password", args=["nantes", uid, token])
    assert browser.get(address).headers["Location"] == EXPIRED
    facts = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert browser.post(address, facts).headers["Location"] == EXPIRED


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_a_poisoned_host_does_not_reach_the_link(browser: Browser, helene: Client, settings: Any, header: str) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://www.pretgage.fr"
    facts = {"identifier": helene.user.identifier}
    browser.defaults[header] = "evil.example"
    browser.post(door("request_password", helene), facts)
    mail = newest_mail(helene.email)
    assert "https://www.pretgage.fr/nantes/mot-de-passe/" in mail.text
    assert "evil" not in mail.text + mail.html


def test_the_full_address_is_built_from_the_setting(helene: Client, settings: Any) -> None:
    settings.SITE_URL = "https://www.pretgage.fr"
    assert password_link(helene.user).startswith("https://www.pretgage.fr/nantes/mot-de-passe/")


def test_a_client_without_an_e_mail_gets_the_same_page_and_nothing_else(
    browser: Browser, nantes: Establishment
) -> None:
    client = a_client(nantes, email="")
    answer = browser.post(door("request_password", client), {"identifier": client.user.identifier})
    assert answer.status_code == 200
    assert not InboxMessage.objects.exists()
    assert journal_kinds() == ["password_link_impossible"]


def test_a_password_set_without_an_e_mail_on_file_is_not_announced(helene: Client) -> None:
    helene.email = ""
    helene.save()
    helene.user.refresh_from_db()
    token = password_link_tokens.make_token(helene.user)
    outcome = passwords.set_password(user=helene.user, token=token, password=NEW_PASSWORD, by="visitor")
    assert outcome == passwords.PasswordSet()
    assert not InboxMessage.objects.exists()
