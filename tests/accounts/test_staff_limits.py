"""The agents' door counts: who guesses waits, the agent's own browser does not, and twenty wrong codes close it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from agents import LOGIN, agent_facts, code_of
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from doors import another_code, comparable, count_hashes, forget_limits, journal_kinds, newest_mail
from people import a_client

from accounts.actions.sms_code import MOST_FAILURES
from accounts.models import Authenticator, Client, Session, User
from establishments.models import Establishment
from messaging.models import InboxMessage

WRONG_PASSWORD = "la-pluie-tombe-sur-la-terre"
UNKNOWN = "absen@example.fr"  # as long as the agent’s


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """It stands still: how long a test takes gives no try back."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


def wrong_code(agent: User) -> dict[str, str]:
    return agent_facts(agent, otp_token=another_code(code_of(agent)))


def refusals(agent: User) -> list[dict[str, str]]:
    """One wrong fact at a time."""
    return [agent_facts(agent, username=UNKNOWN), agent_facts(agent, password=WRONG_PASSWORD), wrong_code(agent)]


def test_whatever_is_wrong_the_answer_is_the_same_to_the_byte(agent: User) -> None:
    answers = [Browser().post(LOGIN, facts) for facts in refusals(agent)]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    pages = [comparable(answer, UNKNOWN, agent.username) for answer in answers]
    assert pages[0] == pages[1] == pages[2]


@pytest.mark.usefixtures("real_hashing")
def test_whatever_is_wrong_one_hash_is_made(agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    made = count_hashes(monkeypatch)
    counts = []
    for facts in refusals(agent):
        made.clear()
        Browser().post(LOGIN, facts)
        counts.append(len(made))
    assert counts == [1, 1, 1]


def test_an_unknown_e_mail_costs_as_many_queries_as_a_wrong_password(agent: User) -> None:
    def queries(facts: dict[str, str]) -> int:
        with CaptureQueriesContext(connection) as captured:
            Browser().post(LOGIN, facts)
        return len(captured)

    unknown, wrong_password, _ = refusals(agent)
    assert queries(unknown) == queries(wrong_password)


def test_the_refused_are_in_the_journal(agent: User) -> None:
    for facts in refusals(agent):
        Browser().post(LOGIN, facts)
    assert journal_kinds() == ["staff_created", *["staff_login_refused"] * 3]


def test_after_three_tries_one_page_says_when_to_try_again(browser: Browser, agent: User) -> None:
    for _ in range(3):
        assert browser.post(LOGIN, agent_facts(agent, password=WRONG_PASSWORD)).status_code == 422
    answer = browser.post(LOGIN, agent_facts(agent))
    page = answer.content.decode()
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert "Recommencez dans 30\u00a0secondes." in page
    assert f'value="{agent.username}"' in page, "the e-mail is kept"
    assert agent_facts(agent)["password"] not in page
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert browser.post(LOGIN, agent_facts(agent)).status_code == 302


@pytest.mark.usefixtures("real_hashing")
def test_who_waits_costs_no_hash(browser: Browser, agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        browser.post(LOGIN, agent_facts(agent, password=WRONG_PASSWORD))
    made = count_hashes(monkeypatch)
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 429
    assert made == []


def test_an_unknown_e_mail_waits_like_a_known_one(agent: User) -> None:
    def statuses(email: str) -> list[int]:
        return [
            Browser().post(LOGIN, agent_facts(agent, username=email, password=WRONG_PASSWORD)).status_code
            for _ in range(5)
        ]

    assert statuses(UNKNOWN) == statuses(agent.username) == [422, 422, 422, 429, 429]


def test_a_stranger_from_twenty_addresses_does_not_close_the_agents_own_browser(browser: Browser, agent: User) -> None:
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    browser.post("/gestion/logout/")
    statuses = []
    for n in range(20):
        stranger = Browser(REMOTE_ADDR=f"198.51.100.{n}")
        statuses.append(stranger.post(LOGIN, agent_facts(agent, password=WRONG_PASSWORD)).status_code)
    assert statuses == [422] * 3 + [429] * 17
    with time_machine.travel(timezone.now() + timedelta(seconds=30)):  # a code of its own
        facts = agent_facts(agent)
        assert Browser(REMOTE_ADDR="203.0.113.9").post(LOGIN, wrong_code(agent)).status_code in {422, 429}
        assert browser.post(LOGIN, facts).status_code == 302


def test_what_others_do_from_its_address_does_not_stop_the_agents_own_browser(browser: Browser, agent: User) -> None:
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    browser.post("/gestion/logout/")
    for n in range(31):
        neighbour = Browser().post(LOGIN, agent_facts(agent, username=f"agent{n}@example.fr"))
    assert neighbour.status_code == 429
    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False):
        assert Browser().post(LOGIN, agent_facts(agent)).status_code == 429, "an unknown browser waits"
        wrong = agent_facts(agent, password=WRONG_PASSWORD)
        assert [browser.post(LOGIN, wrong).status_code for _ in range(4)] == [422, 422, 422, 429]
    with time_machine.travel(timezone.now() + timedelta(seconds=40), tick=False):
        assert browser.post(LOGIN, agent_facts(agent)).status_code == 302


def test_an_address_that_tries_many_agents_waits(agent: User) -> None:
    statuses = [
        Browser().post(LOGIN, agent_facts(agent, username=f"agent{n}@example.fr")).status_code for n in range(31)
    ]
    assert statuses == [422] * 30 + [429]


def test_a_login_forgets_the_wrong_tries_before_it(browser: Browser, agent: User) -> None:
    for _ in range(2):
        browser.post(LOGIN, wrong_code(agent))
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    assert Authenticator.objects.get().throttling_failure_count == 0
    for _ in range(3):
        assert Browser().post(LOGIN, agent_facts(agent, password=WRONG_PASSWORD)).status_code == 422


def test_codes_from_many_browsers_wait_in_the_words_of_a_wrong_one(agent: User, monkeypatch: Any) -> None:
    """Who knows the password and hears of a pause would learn that the password is right."""
    monkeypatch.setattr("accounts.limits.staff_login_as", lambda email, browser: 0)
    for _ in range(5):
        Browser().post(LOGIN, wrong_code(agent))
    assert Authenticator.objects.get().throttling_failure_count == 5
    answer, wrong = Browser().post(LOGIN, agent_facts(agent)), Browser().post(LOGIN, refusals(agent)[1])
    assert comparable(answer, agent.username) == comparable(wrong, agent.username)
    assert Authenticator.objects.get().throttling_failure_count == 5, "the right code was not even looked at"


def fail(agent: User, times: int) -> None:
    for _ in range(times):
        forget_limits()
        Browser().post(LOGIN, wrong_code(agent))


def test_twenty_wrong_codes_close_the_authenticator(browser: Browser, agent: User) -> None:
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    fail(agent, MOST_FAILURES - 1)
    assert Authenticator.objects.get().confirmed
    fail(agent, 1)
    assert not Authenticator.objects.get().confirmed
    assert browser.get("/gestion/").headers["Location"].startswith(LOGIN), "what it opened is verified no more"
    assert journal_kinds().count("staff_factor_closed") == 1


def test_a_closed_authenticator_opens_nothing_and_says_nothing(agent: User, browser: Browser) -> None:
    facts = agent_facts(agent)
    fail(agent, MOST_FAILURES - 1)
    browser.post(LOGIN, wrong_code(agent))
    forget_limits()
    Authenticator.objects.update(last_t=-1)
    closed, wrong = Browser().post(LOGIN, facts), Browser().post(LOGIN, refusals(agent)[1])
    assert comparable(closed, agent.username) == comparable(wrong, agent.username)
    assert journal_kinds()[-1] == "staff_login_refused"


def test_the_agent_hears_of_a_closed_authenticator_by_e_mail(agent: User, browser: Browser) -> None:
    fail(agent, MOST_FAILURES - 1)
    forget_limits()
    browser.post(LOGIN, wrong_code(agent))
    mail = newest_mail(agent.username)
    assert "20 codes faux" in mail.text
    assert "équipe technique" in mail.text
    assert "/gestion/" in mail.text


def test_an_agent_of_no_establishment_is_told_nothing(agent: User, browser: Browser) -> None:
    agent.staff_establishments.clear()
    fail(agent, MOST_FAILURES - 1)
    forget_limits()
    browser.post(LOGIN, wrong_code(agent))
    assert not Authenticator.objects.get().confirmed
    assert not InboxMessage.objects.exists()


def test_a_clients_right_password_is_no_agents(browser: Browser, helene: Client) -> None:
    """A name with a colon is no e-mail: the door does not even look at it."""
    facts = {"username": helene.user.username, "password": "le-chat-dort-au-soleil", "otp_token": "123456"}
    assert "L’e-mail s’écrit comme" in browser.post(LOGIN, facts).content.decode()


def test_the_session_says_when_it_began_and_in_which_browser(agent: User) -> None:
    browser = Browser(headers={"user-agent": "Firefox " + "x" * 300})
    browser.cookies["sessionid"] = "a" * 32
    browser.post(LOGIN, agent_facts(agent))
    row = Session.objects.get(user=agent)
    assert row.session_key != "a" * 32
    assert row.browser == ("Firefox " + "x" * 300)[:250]
    assert row.started_at is not None
    assert abs((timezone.now() - row.started_at).total_seconds()) < 5


def test_the_login_leaves_nothing_of_a_client_before(browser: Browser, agent: User, nantes: Establishment) -> None:
    session = browser.session
    session["login_in_progress"] = {"user_pk": a_client(nantes).user_id}
    session.save()
    browser.post(LOGIN, agent_facts(agent))
    assert "login_in_progress" not in browser.session


def test_who_is_inside_is_led_inside(browser: Browser, agent: User) -> None:
    browser.post(LOGIN, agent_facts(agent))
    assert browser.get(LOGIN).headers["Location"] == "/gestion/"
    assert browser.delete(LOGIN).status_code == 405
