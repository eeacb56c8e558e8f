"""The client's page of /gestion/: what an agent sees of an account, and the buttons."""

from datetime import timedelta

import pytest
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser, log_in
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from doors import is_inside, journal_kinds, link_in, newest_mail
from people import a_client

from accounts.models import Authenticator, BackupCodes, Client, Passkey, Session, SMSDevice, User
from establishments.models import Establishment
from journal.models import Event
from messaging.models import InboxMessage

BUTTONS = ["accounts_client_close_sessions", "accounts_client_password_link"]
every_button = pytest.mark.parametrize("button", BUTTONS)


@pytest.fixture
def agent_browser(browser: Browser, agent: User) -> Browser:
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


def address(name: str, client: Client) -> str:
    return reverse(f"admin:{name}", args=[client.pk])


def shown(browser: Browser, client: Client) -> str:
    return browser.get(address("accounts_client_change", client)).content.decode()


class TestWhatIsSeen:
    def test_every_second_factor(self, agent_browser: Browser, helene: Client) -> None:
        user = helene.user
        SMSDevice.objects.filter(user=user).update(confirmed=False)
        Authenticator.objects.create(user=user, name="application", confirmed=True, last_used_at=timezone.now())
        Passkey.objects.create(user=user, name="ordinateur du salon", credential_id="a", public_key="SECRET-KEY")
        BackupCodes.objects.create(user=user, name="codes")
        page = shown(agent_browser, helene)
        for words in ("Code par SMS", "Application de codes", "Clé d’accès", "Code de secours", "ordinateur du salon"):
            assert words in page
        assert page.count("<strong>fermé</strong>") == 1
        assert page.count("en service") == 3
        assert page.count("jamais") == 3

    def test_no_secret_of_them(self, agent_browser: Browser, helene: Client) -> None:
        device = Authenticator.objects.create(user=helene.user, name="application", confirmed=True)
        Passkey.objects.create(user=helene.user, name="clé", credential_id="CREDENTIAL", public_key="PUBLIC")
        page = shown(agent_browser, helene)
        assert device.key not in page
        assert device.bin_key.hex() not in page
        assert "CREDENTIAL" not in page
        assert "PUBLIC" not in page

    def test_no_factor_at_all(self, agent_browser: Browser, nantes: Establishment) -> None:
        assert "Aucun second facteur" in shown(agent_browser, a_client(nantes, mobile=False))

    def test_open_sessions_are_counted(self, agent_browser: Browser, helene: Client, ousmane: Client) -> None:
        for client in (helene, helene, ousmane):
            log_in(CommittingBrowser(), client)
        Session.objects.create(
            session_key="old", user=helene.user, expire_date=timezone.now() - timedelta(1), last_used_at=timezone.now()
        )
        assert "Connexions ouvertes&nbsp;: <strong>2</strong>" in shown(agent_browser, helene)

    def test_a_closed_account_has_no_buttons(self, agent_browser: Browser, helene: Client) -> None:
        User.objects.filter(pk=helene.user_id).update(is_active=False)
        page = shown(agent_browser, helene)
        assert "Ce compte est fermé." in page
        assert "Changer le mobile</a>" not in page


class TestClosingSessions:
    def test_the_client_is_out_everywhere_and_is_told(
        self, agent_browser: Browser, agent: User, helene_browser: Browser, helene: Client, ousmane: Client
    ) -> None:
        other, neighbour = log_in(CommittingBrowser(), helene), log_in(CommittingBrowser(), ousmane)
        answer = agent_browser.post(address("accounts_client_close_sessions", helene), follow=True)
        assert "2\u00a0connexions fermées." in answer.content.decode()
        assert not is_inside(helene_browser, helene)
        assert not is_inside(other, helene)
        assert is_inside(neighbour, ousmane)
        assert "fermé toutes vos connexions" in newest_mail(helene.email).text
        event = Event.objects.get(kind="all_sessions_closed")
        assert (event.actor, event.subject, event.data) == (f"user:{agent.pk}", f"user:{helene.user_id}", {"count": 2})

    def test_without_a_session_nothing_is_closed(self, agent_browser: Browser, helene: Client) -> None:
        answer = agent_browser.post(address("accounts_client_close_sessions", helene), follow=True)
        assert "0\u00a0connexion fermée." in answer.content.decode()


class TestThePasswordLink:
    def test_it_goes_to_the_client_alone(self, agent_browser: Browser, agent: User, helene: Client) -> None:
        answer = agent_browser.post(address("accounts_client_password_link", helene), follow=True)
        link = link_in(newest_mail(helene.email))
        assert helene.email in answer.content.decode()
        assert link not in answer.content.decode()
        event = Event.objects.get(kind="password_link_sent")
        assert (event.actor, event.subject) == (f"user:{agent.pk}", f"user:{helene.user_id}")

    def test_without_an_e_mail_the_agent_reads_why(self, agent_browser: Browser, nantes: Establishment) -> None:
        client = a_client(nantes, email="")
        answer = agent_browser.post(address("accounts_client_password_link", client), follow=True)
        assert "Aucun lien envoyé" in answer.content.decode()
        assert not InboxMessage.objects.exists()

    def test_a_closed_account_gets_none(self, agent_browser: Browser, helene: Client) -> None:
        User.objects.filter(pk=helene.user_id).update(is_active=False)
        agent_browser.post(address("accounts_client_password_link", helene))
        assert not InboxMessage.objects.exists()


@every_button
class TestWhoMayPress:
    def test_not_for_another_establishments_client(self, agent_browser: Browser, anh: Client, button: str) -> None:
        assert agent_browser.post(address(button, anh)).status_code == 404
        assert journal_kinds() == ["staff_created", "staff_login"]

    def test_not_by_looking(self, agent_browser: Browser, helene: Client, button: str) -> None:
        assert agent_browser.get(address(button, helene)).status_code == 405

    def test_not_without_the_token(self, agent_browser: Browser, helene: Client, button: str) -> None:
        agent_browser.handler.enforce_csrf_checks = True
        assert agent_browser.post(address(button, helene)).status_code == 403

    def test_not_by_a_client_nor_by_a_visitor(
        self, browser: Browser, helene_browser: Browser, helene: Client, button: str
    ) -> None:
        for somebody in (browser, helene_browser):
            assert somebody.post(address(button, helene)).headers["Location"].startswith(LOGIN)

    def test_not_by_an_agent_whose_right_has_ended(
        self, agent_browser: Browser, agent: User, helene: Client, button: str
    ) -> None:
        agent.staff_establishments.clear()
        assert agent_browser.post(address(button, helene)).status_code == 404


def test_a_client_whose_account_is_closed_is_out_at_once(helene_browser: Browser, helene: Client) -> None:
    assert is_inside(helene_browser, helene)
    User.objects.filter(pk=helene.user_id).update(is_active=False)
    assert not is_inside(helene_browser, helene)
    User.objects.filter(pk=helene.user_id).update(is_active=True)
