"""create_staff and send_invitations, as ops run them."""

import io
import re
from base64 import b32decode
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.test import TestCase
from django_otp.oath import totp
from doors import journal_kinds, link_in, newest_mail
from people import a_client

from accounts.actions.passwords import invite
from accounts.models import Authenticator, Client, User
from establishments.models import Establishment
from messaging.models import InboxMessage, Message


def run(*arguments: str) -> str:
    printed = io.StringIO()
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command(*arguments, stdout=printed)
    return printed.getvalue()


class TestCreateStaff:
    def test_what_is_printed_opens_the_agents_door(
        self, browser: Browser, nantes: Establishment, paris: Establishment
    ) -> None:
        printed = run("create_staff", "agent@example.fr", "nantes", "paris")
        password = re.search(r"Mot de passe : (\S+)", printed)
        address = re.search(r"otpauth://totp/\S+", printed)
        assert password is not None
        assert address is not None
        secret = b32decode(parse_qs(urlsplit(address[0]).query)["secret"][0])
        facts = {"username": "agent@example.fr", "password": password[1], "otp_token": f"{totp(secret):06d}"}
        assert browser.post("/gestion/login/", facts).status_code == 302
        agent = User.objects.get(username="agent@example.fr")
        assert set(agent.staff_establishments.all()) == {nantes, paris}
        assert (agent.is_staff, agent.is_superuser) == (True, False)
        assert "▀" in printed, "a QR code to scan"

    def test_an_unknown_establishment_is_named(self, nantes: Establishment) -> None:
        with pytest.raises(CommandError, match="Établissement inconnu : lyon, metz"):
            run("create_staff", "agent@example.fr", "nantes", "metz", "lyon")
        assert not User.objects.exists()

    def test_what_is_not_an_e_mail_is_refused(self, nantes: Establishment) -> None:
        with pytest.raises(CommandError, match="n’est pas valable"):
            run("create_staff", "agent", "nantes")

    def test_an_e_mail_serves_once(self, agent: User) -> None:
        with pytest.raises(CommandError, match="existe déjà"):
            run("create_staff", agent.username, "nantes")
        assert Authenticator.objects.count() == 1

    def test_the_journal_knows_who_may_look_where(self, agent: User) -> None:
        assert journal_kinds() == ["staff_created"]


class TestSendInvitations:
    def test_each_client_gets_one_e_mail_once(self, nantes: Establishment, helene: Client, ousmane: Client) -> None:
        assert "2\u00a0invitations envoyées" in run("send_invitations", "nantes")
        assert "0\u00a0invitation envoyée" in run("send_invitations", "nantes")
        assert InboxMessage.objects.count() == 2
        assert journal_kinds() == ["client_invited", "client_invited"]

    def test_the_e_mail_says_the_identifier_and_leads_to_the_password(self, browser: Browser, helene: Client) -> None:
        run("send_invitations", "nantes")
        mail = newest_mail(helene.email)
        assert str(helene.user.identifier) in mail.text
        assert browser.get(link_in(mail), follow=True).status_code == 200

    def test_who_cannot_be_reached_is_counted(self, nantes: Establishment) -> None:
        a_client(nantes, email="")
        a_client(nantes, mobile=False)
        printed = run("send_invitations", "nantes")
        assert "1\u00a0invitation envoyée" in printed
        assert "Sans e-mail : 1" in printed
        assert "Sans mobile : 1" in printed

    def test_another_establishment_is_left_alone(self, helene: Client, anh: Client) -> None:
        run("send_invitations", "nantes")
        assert {message.recipient for message in Message.objects.all()} == {helene.email}

    def test_a_limit_is_held(self, helene: Client, ousmane: Client) -> None:
        run("send_invitations", "nantes", "--limit", "1")
        assert Message.objects.count() == 1

    @pytest.mark.parametrize("limit", ["-1", "zero"])
    def test_a_limit_is_a_positive_number(self, helene: Client, limit: str) -> None:
        with pytest.raises(CommandError):
            run("send_invitations", "nantes", f"--limit={limit}")
        assert not Message.objects.exists()

    def test_an_unknown_establishment_is_named(self, db: None) -> None:
        with pytest.raises(CommandError, match="Établissement inconnu : lyon"):
            run("send_invitations", "lyon")

    def test_a_client_invited_meanwhile_is_not_invited_again(self, helene: Client) -> None:
        assert invite(client_pk=helene.pk, by="system")
        assert not invite(client_pk=helene.pk, by="system")
        assert Message.objects.count() == 1
