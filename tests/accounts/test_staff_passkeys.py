"""An agent's passkeys: the door's second page, and the page where they come and go. The signatures are the browser's:
tests/test_staff_passkeys_browser.py makes real ones."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser
from django.test import Client as Browser
from django.utils import timezone
from doors import age_proof, comparable, forget_limits, journal_kinds, newest_mail, type_password
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import AGENT_PASSWORD

from accounts import passkeys
from accounts.actions.staff import reset_staff
from accounts.models import Authenticator, Client, Passkey, Session, User
from accounts.passkeys import NewPasskey

SECOND = "/gestion/login/cle/"
OWN = "/gestion/cles/"
WRONG_PASSWORD = "la-pluie-tombe-sur-la-terre"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """It stands still: how long a test takes gives no try back."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture
def passkey(agent: User) -> Passkey:
    made: Passkey = Passkey.objects.create(
        user=agent, name="clé USB", credential_id="AAAA", public_key="AAAA", confirmed=True
    )
    return made


@pytest.fixture
def signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the browser sends is a right signature of the agent's key."""
    monkeypatch.setattr(passkeys, "credential_id", lambda credential: "AAAA")
    monkeypatch.setattr(passkeys, "read_authentication", lambda credential, **facts: 7)


@pytest.fixture
def agent_browser(browser: Browser, agent: User) -> Browser:
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


def without_code(agent: User, **changes: str) -> dict[str, str]:
    return {"username": agent.username, "password": AGENT_PASSWORD, "otp_token": "", "passkey": "1", **changes}


@pytest.mark.usefixtures("passkey")
class TestTheDoor:
    @pytest.mark.usefixtures("signs")
    def test_password_then_passkey_open_it(self, browser: Browser, agent: User) -> None:
        answer = browser.post(LOGIN, without_code(agent, next="/gestion/contracts/contract/"))
        assert answer.headers["Location"] == SECOND
        assert browser.get("/gestion/").headers["Location"].startswith(LOGIN), "the password alone opens nothing"
        assert "data-passkey" in browser.get(SECOND).content.decode()
        answer = browser.post(SECOND, {"credential": "{}"})
        assert answer.headers["Location"] == "/gestion/contracts/contract/"
        assert browser.get("/gestion/").status_code == 200
        assert journal_kinds() == ["staff_created", "staff_login"]
        assert Passkey.objects.get().sign_count == 7
        assert "known_browser" in browser.cookies

    def test_what_is_no_signature_is_refused(self, browser: Browser, agent: User) -> None:
        browser.post(LOGIN, without_code(agent))
        browser.get(SECOND)
        answer = browser.post(SECOND, {"credential": "{}"})
        assert answer.status_code == 422
        assert "n’a pas été reconnue" in answer.content.decode()
        assert browser.get("/gestion/").headers["Location"].startswith(LOGIN)
        assert journal_kinds()[-1] == "factor_refused"

    @pytest.mark.usefixtures("signs")
    def test_without_the_question_there_is_no_answer(self, browser: Browser, agent: User) -> None:
        """The page that gives the challenge was never opened."""
        browser.post(LOGIN, without_code(agent))
        assert browser.post(SECOND, {"credential": "{}"}).status_code == 422

    def test_tries_are_counted(self, browser: Browser, agent: User) -> None:
        browser.post(LOGIN, without_code(agent))
        statuses = [browser.post(SECOND, {"credential": "{}"}).status_code for _ in range(6)]
        assert statuses == [422] * 5 + [429]
        assert "Recommencez dans" in browser.post(SECOND, {"credential": "{}"}).content.decode()

    def test_a_wrong_password_is_refused_in_one_way(self, browser: Browser, agent: User) -> None:
        unknown = browser.post(LOGIN, without_code(agent, username="absen@example.fr"))
        wrong = browser.post(LOGIN, without_code(agent, password=WRONG_PASSWORD))
        forget_limits()
        Passkey.objects.all().delete()
        none = browser.post(LOGIN, without_code(agent))
        pages = [comparable(answer, "absen@example.fr", agent.username) for answer in (unknown, wrong, none)]
        assert pages[0] == pages[1] == pages[2]
        assert pages[0][0] == 422

    def test_the_door_counts_these_tries_too(self, agent: User) -> None:
        tries = [Browser().post(LOGIN, without_code(agent, password=WRONG_PASSWORD)).status_code for _ in range(4)]
        assert tries == [422, 422, 422, 429]

    @pytest.mark.usefixtures("signs")
    @pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!"}, {"is_staff": True, "password": "x"}])
    def test_an_account_that_changed_meanwhile_is_refused(
        self, browser: Browser, agent: User, change: dict[str, Any]
    ) -> None:
        browser.post(LOGIN, without_code(agent))
        browser.get(SECOND)
        User.objects.filter(pk=agent.pk).update(**change)
        assert browser.post(SECOND, {"credential": "{}"}).headers["Location"] == LOGIN

    def test_an_attempt_lives_a_quarter_of_an_hour(self, browser: Browser, agent: User) -> None:
        browser.post(LOGIN, without_code(agent))
        session = browser.session
        session["agent_login_in_progress"] = {**session["agent_login_in_progress"], "started_at": 0.0}
        session.save()
        assert browser.get(SECOND).headers["Location"] == LOGIN

    def test_a_clients_login_does_not_lead_there(self, browser: Browser, helene: Client) -> None:
        type_password(browser, helene)
        assert browser.get(SECOND).headers["Location"] == LOGIN

    def test_an_agents_does_not_lead_to_the_clients_code(self, browser: Browser, agent: User) -> None:
        browser.post(LOGIN, without_code(agent))
        assert browser.get("/nantes/connexion/code/").headers["Location"] == "/nantes/connexion/"

    @given(typed=st.one_of(st.text(max_size=60), st.just("x" * 21_000), st.just('{"id": "AAAA"}')))
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_it_takes_any_answer(self, browser: Browser, agent: User, typed: str) -> None:
        forget_limits()
        browser.post(LOGIN, without_code(agent))
        answer = browser.post(SECOND, {"credential": typed.encode("utf-8", "replace").decode()})
        assert answer.status_code == 422


class TestTheOwnPage:
    @pytest.fixture
    def makes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = NewPasskey(credential_id="BBBB", public_key="AAAA", sign_count=0, transports=["usb"])
        monkeypatch.setattr(passkeys, "read_registration", lambda credential, **facts: made)

    @pytest.mark.usefixtures("makes")
    def test_a_key_is_added_told_and_noted(self, agent_browser: Browser, agent: User) -> None:
        assert "Vous n’avez pas encore de clé" in agent_browser.get(OWN).content.decode()
        answer = agent_browser.post(OWN, {"name": "Clé du guichet", "credential": "{}"}, follow=True)
        page = answer.content.decode()
        assert "Votre clé d’accès est ajoutée." in page
        assert "Clé du guichet" in page
        assert Passkey.objects.get().user == agent
        assert "Une clé d’accès a été ajoutée" in newest_mail(agent.username).text
        assert journal_kinds()[-1] == "factor_added"

    def test_what_the_browser_did_not_make_is_refused(self, agent_browser: Browser) -> None:
        agent_browser.get(OWN)
        answer = agent_browser.post(OWN, {"name": "", "credential": "{}"})
        assert answer.status_code == 422
        assert "n’a pas été ajoutée" in answer.content.decode()

    @pytest.mark.usefixtures("makes")
    def test_a_challenge_serves_once(self, agent_browser: Browser) -> None:
        agent_browser.get(OWN)
        assert agent_browser.post(OWN, {"credential": "{}"}).status_code == 302
        assert agent_browser.post(OWN, {"credential": "{}"}).status_code == 422

    @pytest.mark.usefixtures("makes")
    def test_five_at_most(self, agent_browser: Browser, agent: User) -> None:
        for n in range(5):
            Passkey.objects.create(user=agent, name=f"clé {n}", credential_id=f"AAA{n}", public_key="AAAA")
        agent_browser.get(OWN)
        assert "Vous avez déjà 5 clés" in agent_browser.post(OWN, {"credential": "{}"}).content.decode()

    def test_one_goes(self, agent_browser: Browser, agent: User, passkey: Passkey) -> None:
        answer = agent_browser.post(OWN, {"remove": str(passkey.pk)}, follow=True)
        assert "Votre clé d’accès est retirée." in answer.content.decode()
        assert not Passkey.objects.exists()
        assert Authenticator.objects.filter(user=agent, confirmed=True).exists()
        assert journal_kinds()[-1] == "factor_removed"
        assert "retirée de votre compte" in newest_mail(agent.username).text

    @pytest.mark.parametrize("pk", ["theirs", "0", "x", str(2**70)])
    def test_only_the_own_ones_go(self, agent_browser: Browser, helene: Client, pk: str) -> None:
        theirs = Passkey.objects.create(user=helene.user, name="clé", credential_id="CCCC", public_key="AAAA")
        answer = agent_browser.post(OWN, {"remove": str(theirs.pk) if pk == "theirs" else pk}, follow=True)
        assert "n’est plus là" in answer.content.decode()
        assert Passkey.objects.exists()

    def test_ten_minutes_after_the_login_the_agent_comes_in_again(self, agent_browser: Browser, agent: User) -> None:
        age_proof(agent_browser)
        answer = agent_browser.get(OWN)
        assert answer.headers["Location"] == "/gestion/login/?next=%2Fgestion%2Fcles%2F"
        assert "reconnectez-vous" in agent_browser.get(answer.headers["Location"]).content.decode()
        assert not Session.objects.filter(user=agent).exists()

    def test_it_is_for_agents_inside(self, helene_browser: Browser, agent: User) -> None:
        for somebody in (CommittingBrowser(), helene_browser):
            assert somebody.get(OWN).headers["Location"].startswith(LOGIN)
            assert somebody.post(OWN, {"remove": "1"}).headers["Location"].startswith(LOGIN)


def test_a_reset_takes_the_passkeys_with_it(agent: User, passkey: Passkey) -> None:
    reset_staff(email=agent.username, password=None, by="system")
    assert not Passkey.objects.exists()
