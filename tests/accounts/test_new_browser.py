"""A client with a new browser gets in while a stranger keeps every bucket that strangers can reach empty."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from browsers import CommittingBrowser
from django.core import signing
from django.test import Client as Browser
from django.test import RequestFactory
from doors import comparable, door, enter, is_inside, journal_kinds, link_in, newest_mail, type_password

from accounts.browsers import COOKIE, KEY, known_as
from accounts.models import Client
from messaging.models import InboxMessage

NEW_PASSWORD = "quatre-canards-sur-le-quai"
UNKNOWN = "9999999999"
PLAIN_DAY = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(PLAIN_DAY, tick=False) as traveller:
        yield traveller


def attack(client: Client) -> None:
    """From twenty addresses: passwords tried and links asked for, until nobody without a known browser is heard."""
    for n in range(20):
        address = f"198.51.100.{n}"
        facts = {"identifier": str(client.user.identifier), "password": f"le-chien-dort-{n}"}
        stranger = CommittingBrowser(REMOTE_ADDR=address)
        tried = stranger.post(door("login", client), facts).status_code
        asked = stranger.post(door("request_password", client), {"identifier": str(client.user.identifier)}).status_code
    assert (tried, asked) == (429, 429)


def choose_password(browser: Browser, link: str, password: str = NEW_PASSWORD) -> None:
    page = browser.get(link).headers["Location"]
    assert browser.post(page, {"new_password1": password, "new_password2": password}).status_code == 200


@pytest.mark.parametrize("hours", [0, 3])
def test_the_reader_of_the_mailbox_gets_in_during_an_attack(
    browser: Browser, helene: Client, clock: time_machine.Traveller, hours: int
) -> None:
    """However long it lasts: the stranger's own requests bring the client links that work."""
    for _ in range(hours + 1):
        attack(helene)
        clock.shift(timedelta(hours=1))
    attack(helene)
    assert type_password(browser, helene).status_code == 429
    assert browser.post(door("request_password", helene), {"identifier": helene.user.identifier}).status_code == 429
    choose_password(browser, link_in(newest_mail(helene.email)))
    attack(helene)
    assert type_password(CommittingBrowser(), helene, NEW_PASSWORD).status_code == 429, "others still wait"
    assert enter(browser, helene, NEW_PASSWORD).status_code == 302
    assert is_inside(browser, helene)


def test_any_link_of_the_attack_serves_and_all_die_with_it(browser: Browser, helene: Client) -> None:
    attack(helene)
    links = [link_in(mail) for mail in InboxMessage.objects.filter(channel="email", to=helene.email).order_by("id")]
    assert len(links) == 3
    choose_password(browser, links[0])
    assert all("lien=expire" in browser.get(link).headers["Location"] for link in links)


def test_a_browser_known_by_a_link_has_its_own_limit(browser: Browser, helene: Client, ousmane: Client) -> None:
    attack(helene)
    attack(ousmane)
    choose_password(browser, link_in(newest_mail(helene.email)))
    assert type_password(browser, ousmane).status_code == 429, "known for one client alone"
    wrong = "le-chien-dort-au-soleil"
    assert [type_password(browser, helene, wrong).status_code for _ in range(4)] == [422, 422, 422, 429]


def test_its_first_login_is_still_told_as_that_of_a_new_browser(browser: Browser, helene: Client) -> None:
    """Who reads the mailbox of a client and holds the telephone is told like any other."""
    enter(CommittingBrowser(), helene)
    browser.post(door("request_password", helene), {"identifier": helene.user.identifier})
    choose_password(browser, link_in(newest_mail(helene.email)))
    enter(browser, helene, NEW_PASSWORD)
    assert journal_kinds()[-1] == "login_from_new_browser"
    browser.post(door("logout", helene))
    enter(browser, helene, NEW_PASSWORD)
    assert journal_kinds().count("login_from_new_browser") == 1


def test_a_browser_that_has_logged_in_stays_what_it_was(browser: Browser, helene: Client) -> None:
    enter(browser, helene)
    before = signing.loads(browser.cookies[COOKIE].value, salt=KEY.label)
    browser.post(door("logout", helene))
    browser.post(door("request_password", helene), {"identifier": helene.user.identifier})
    choose_password(browser, link_in(newest_mail(helene.email)))
    assert signing.loads(browser.cookies[COOKIE].value, salt=KEY.label) == before
    enter(browser, helene, NEW_PASSWORD)
    assert "login_from_new_browser" not in journal_kinds()


@pytest.mark.parametrize("name", ["login", "request_password"])
def test_the_waiting_page_tells_the_way_and_not_who_is_a_client(browser: Browser, helene: Client, name: str) -> None:
    words = {"login": "choisir un nouveau mot de passe par e-mail", "request_password": "marche encore"}[name]
    answers = []
    for identifier in (str(helene.user.identifier), UNKNOWN):
        facts = {"identifier": identifier, "password": "le-chien-dort-au-soleil"}
        waiting = [browser.post(door(name, helene), facts) for _ in range(4)][-1]
        assert waiting.status_code == 429
        assert words in waiting.content.decode()
        answers.append(comparable(waiting, identifier))
    assert answers[0] == answers[1]


def test_the_way_through_is_shown_at_the_doors_alone(helene_browser: Browser, helene: Client) -> None:
    facts = {"password": "le-chien-dort-au-soleil"}
    answer = [helene_browser.post(door("confirm_identity", helene), facts) for _ in range(4)][-1]
    assert answer.status_code == 429
    assert "par e-mail" not in answer.content.decode()


def test_the_cookie_holds_128_bits_and_dies_after_180_days(
    browser: Browser, helene: Client, clock: time_machine.Traveller, rf: RequestFactory
) -> None:
    enter(browser, helene)
    kept = browser.cookies[COOKIE].value
    (digest, secret), *others = signing.loads(kept, salt=KEY.label).items()
    assert others == []
    assert all(re.fullmatch("[0-9a-f]{32}", value) for value in (digest, secret))
    rf.cookies[COOKIE] = kept
    request, name = rf.get("/"), helene.user.username
    clock.move_to(PLAIN_DAY + timedelta(days=180))
    assert known_as(request, name) == secret
    clock.move_to(PLAIN_DAY + timedelta(days=180, seconds=2))
    assert known_as(request, name) == "", "whatever the browser still sends"


@pytest.mark.parametrize("purpose", ["accounts.captcha", "accounts.email_change", "django.contrib.messages", ""])
def test_what_was_signed_for_another_purpose_is_no_known_browser(
    browser: Browser, helene: Client, rf: RequestFactory, purpose: str
) -> None:
    enter(browser, helene)
    facts = signing.loads(browser.cookies[COOKIE].value, salt=KEY.label)
    rf.cookies[COOKIE] = signing.dumps(facts, salt=purpose)
    assert known_as(rf.get("/"), helene.user.username) == ""
    rf.cookies[COOKIE] = signing.dumps(facts, salt=KEY.label)
    assert known_as(rf.get("/"), helene.user.username) != ""
