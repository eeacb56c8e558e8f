"""reset_staff_factor, unlock_client and purge, as ops and the scheduler run them."""

import io
import re
from base64 import b32decode
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser, log_in
from celery.schedules import crontab
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.test import TestCase
from django.utils import timezone
from django_otp.oath import totp
from doors import is_inside, journal_kinds, newest_mail, type_password
from people import AGENT_PASSWORD

from accounts import buckets, limits
from accounts.actions import purge as purging
from accounts.actions.phone import CodeSent, start_phone_change
from accounts.models import (
    Authenticator,
    Client,
    ContactChange,
    Document,
    DocumentContent,
    Limit,
    Session,
    SMSDevice,
    User,
)
from contracts.tasks import purge
from journal.models import Event
from messaging.models import InboxMessage


def run(*arguments: str) -> str:
    printed = io.StringIO()
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command(*arguments, stdout=printed)
    return printed.getvalue()


def printed_code(printed: str) -> str:
    found = re.search(r"otpauth://totp/\S+", printed)
    assert found is not None
    return f"{totp(b32decode(parse_qs(urlsplit(found[0]).query)['secret'][0])):06d}"


class TestCloseStaff:
    def test_an_agent_who_left_is_out_at_once(self, browser: Browser, agent: User) -> None:
        facts = agent_facts(agent)
        browser.post(LOGIN, facts)
        assert browser.get("/gestion/").status_code == 200
        assert "fermé" in run("close_staff", agent.username)
        assert browser.get("/gestion/").status_code == 302
        assert browser.post(LOGIN, agent_facts(agent)).status_code == 422
        assert journal_kinds().count("staff_closed") == 1

    def test_nobody_is_closed_by_mistake(self, helene: Client) -> None:
        with pytest.raises(CommandError, match="Aucun agent") as refusal:
            run("close_staff", helene.user.username)
        assert refusal.value.returncode == 2
        assert User.objects.get(pk=helene.user_id).is_active


class TestCloseSessions:
    def test_everybody_of_an_establishment_is_out(
        self, browser: Browser, agent: User, helene: Client, helene_browser: Browser, anh: Client
    ) -> None:
        browser.post(LOGIN, agent_facts(agent))
        elsewhere = log_in(CommittingBrowser(), anh)
        assert "2\u00a0connexions à fermer" in run("close_sessions", "nantes")
        assert is_inside(helene_browser, helene), "a rehearsal"
        assert "2\u00a0connexions fermées" in run("close_sessions", "nantes", "--write")
        assert not is_inside(helene_browser, helene)
        assert browser.get("/gestion/").status_code == 302
        assert is_inside(elsewhere, anh)
        event = Event.objects.get(kind="everybody_logged_out")
        assert (event.establishment, event.data) == (helene.establishment, {"count": 2})

    def test_everybody_of_all_is_out(self, helene_browser: Browser, helene: Client, anh: Client) -> None:
        elsewhere = log_in(CommittingBrowser(), anh)
        assert "2\u00a0connexions fermées" in run("close_sessions", "--write")
        assert not is_inside(helene_browser, helene)
        assert not is_inside(elsewhere, anh)
        assert journal_kinds().count("everybody_logged_out") == 2

    def test_an_unknown_establishment_closes_nothing(self, helene_browser: Browser, helene: Client) -> None:
        with pytest.raises(CommandError, match="inconnu") as refusal:
            run("close_sessions", "nante", "--write")
        assert refusal.value.returncode == 2
        assert is_inside(helene_browser, helene)


class TestResetStaffFactor:
    def test_what_is_printed_opens_the_door_and_the_old_one_does_not(self, browser: Browser, agent: User) -> None:
        old = agent_facts(agent)
        printed = run("reset_staff_factor", agent.username)
        assert "Mot de passe" not in printed
        assert "▀" in printed, "a QR code to scan"
        assert browser.post(LOGIN, old).status_code == 422
        facts = {**old, "otp_token": printed_code(printed)}
        assert browser.post(LOGIN, facts).status_code == 302

    def test_a_new_password_if_asked(self, browser: Browser, agent: User) -> None:
        printed = run("reset_staff_factor", agent.username, "--password")
        password = re.search(r"Mot de passe : (\S+)", printed)
        assert password is not None
        facts = {"username": agent.username, "password": password[1], "otp_token": printed_code(printed)}
        assert browser.post(LOGIN, {**facts, "password": AGENT_PASSWORD}).status_code == 422
        assert browser.post(LOGIN, facts).status_code == 302

    @pytest.mark.parametrize(("options", "words"), [([], "application de codes"), (["--password"], "mot de passe")])
    def test_the_agent_is_out_and_told(self, browser: Browser, agent: User, options: list[str], words: str) -> None:
        browser.post(LOGIN, agent_facts(agent))
        run("reset_staff_factor", agent.username, *options)
        assert browser.get("/gestion/").headers["Location"].startswith(LOGIN)
        assert not Session.objects.filter(user=agent).exists()
        assert words in newest_mail(agent.username).text
        event = Event.objects.get(kind="staff_factor_reset")
        assert (event.actor, event.data) == ("system", {"with_password": bool(options)})

    def test_a_closed_one_is_replaced(self, agent: User) -> None:
        Authenticator.objects.update(confirmed=False, throttling_failure_count=20)
        run("reset_staff_factor", agent.username)
        device = Authenticator.objects.get()
        assert (device.confirmed, device.throttling_failure_count) == (True, 0)

    def test_nobody_else_has_one(self, agent: User, helene: Client) -> None:
        for email in ("inconnu@example.fr", helene.user.username):
            with pytest.raises(CommandError, match="Aucun agent") as refusal:
                run("reset_staff_factor", email)
            assert refusal.value.returncode == 2

    def test_create_staff_says_how(self, nantes: Any) -> None:
        assert "reset_staff_factor nouvel@example.fr" in run("create_staff", "nouvel@example.fr", "nantes")


def ask_phone_change(client: Client, phone: str) -> None:
    sent = start_phone_change(user_pk=client.user_id, phone=phone, address="192.0.2.1", by=f"user:{client.user_id}")
    assert isinstance(sent, CodeSent)


class TestUnlockClient:
    @staticmethod
    def exhaust(browser: Browser, client: Client) -> None:
        for _ in range(3):
            type_password(browser, client, "le-chien-dort-au-soleil")
        assert type_password(browser, client).status_code == 429

    def test_what_was_counted_is_forgotten(self, browser: Browser, helene: Client, ousmane: Client) -> None:
        self.exhaust(browser, helene)
        self.exhaust(browser, ousmane)
        assert "oubliés" in run("unlock_client", "nantes", str(helene.user.identifier))
        assert type_password(browser, helene).status_code == 302
        assert type_password(browser, ousmane).status_code == 429
        event = Event.objects.get(kind="client_unlocked")
        assert (event.subject, event.data) == (f"user:{helene.user_id}", {"is_reopened": False})

    def test_every_bucket_of_the_client(self, helene: Client) -> None:
        pk, place, identifier = helene.user_id, helene.establishment_id, str(helene.user.identifier)

        def waits() -> list[int]:
            return [
                limits.login_as(place, identifier, ""),
                limits.password_of(pk),
                limits.factor_of(pk),
                limits.sms_to_account(pk),
                limits.sms_to_number(helene.phone),
                limits.sms_to_new_number("+33639980099"),
                limits.password_link_for(place, identifier),
            ]

        ask_phone_change(helene, "+33639980099")
        while not all(waits()):
            pass
        run("unlock_client", "nantes", identifier)
        assert waits() == [0] * 7

    def test_a_closed_mobile_stays_closed(self, helene: Client) -> None:
        SMSDevice.objects.update(confirmed=False, failures=20)
        run("unlock_client", "nantes", str(helene.user.identifier))
        assert not SMSDevice.objects.get().confirmed
        assert not InboxMessage.objects.exists()

    def test_unless_it_is_asked_and_then_the_client_is_told(self, helene: Client) -> None:
        SMSDevice.objects.update(confirmed=False, failures=20)
        assert "rouvert" in run("unlock_client", "nantes", str(helene.user.identifier), "--reopen-device")
        device = SMSDevice.objects.get()
        assert (device.confirmed, device.failures) == (True, 0)
        assert "reçoit de nouveau nos codes" in newest_mail(helene.email).text
        assert InboxMessage.objects.filter(channel="sms", to=helene.phone).count() == 1
        assert Event.objects.get(kind="client_unlocked").data == {"is_reopened": True}

    def test_an_open_one_needs_nothing(self, helene: Client) -> None:
        printed = run("unlock_client", "nantes", str(helene.user.identifier), "--reopen-device")
        assert "Aucun mobile n’était fermé." in printed
        assert not InboxMessage.objects.exists()

    @pytest.mark.parametrize(
        "arguments", [("nantes", "9999999999"), ("lyon", "5501234567"), ("nantes", "C000001"), ("paris", "5501234567")]
    )
    def test_who_is_not_there_is_a_bad_argument(self, helene: Client, paris: Any, arguments: tuple[str, str]) -> None:
        with pytest.raises(CommandError) as refusal:
            run("unlock_client", *arguments)
        assert refusal.value.returncode == 2
        assert "client_unlocked" not in journal_kinds()


class TestPurge:
    def fill(self, client: Client, count: int, age: timedelta) -> None:
        now = timezone.now()
        for n in range(count):
            Session.objects.create(session_key=f"{age.days}-{n}", expire_date=now - age, last_used_at=now)
            Limit.objects.create(key=f"{age.days}-{n}", tat=(now - age).timestamp())
        for kind in ContactChange.Kind.values if age > timedelta(0) else []:
            ContactChange.objects.create(client=client, kind=kind, value="x", asked_at=now, expires_at=now - age)

    def test_what_is_over_goes_and_the_rest_stays(self, helene: Client, ousmane: Client) -> None:
        self.fill(helene, 3, timedelta(days=1))
        self.fill(helene, 2, timedelta(days=-1))
        later = timezone.now() + timedelta(days=1)
        ContactChange.objects.create(client=ousmane, kind="email", value="x", asked_at=timezone.now(), expires_at=later)
        printed = run("purge")
        assert printed.startswith("3\u00a0sessions effacées, 3\u00a0compteurs effacés, 2\u00a0demandes périmées")
        assert Session.objects.count() == Limit.objects.count() == 2
        assert ContactChange.objects.get().client == ousmane
        assert run("purge").startswith("0\u00a0session effacée, 0\u00a0compteur effacé, 0\u00a0demande périmée")

    def test_batch_by_batch_to_the_end(self, helene: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(purging, "A_BATCH", 2)
        monkeypatch.setattr(buckets, "A_BATCH", 2)
        self.fill(helene, 5, timedelta(days=1))
        assert purging.purge() == purging.Purged(sessions=5, limits=5, changes=2, refused=0, replaced=0)

    def test_a_refused_paper_keeps_its_reason_alone(self, helene_browser: Browser, helene: Client) -> None:
        now = timezone.now()
        for days in (29, 31):
            paper = Document.objects.create(
                client=helene, kind="address", state="refused", reason=f"Refus {days}.", content_type="image/png",
                size=1, sent_at=now, decided_at=now - timedelta(days=days),
            )  # fmt: skip
            DocumentContent.objects.create(document=paper, data=b"x")
        assert "1\u00a0document refusé effacé" in run("purge")
        assert DocumentContent.objects.get().document.reason == "Refus 29."
        page = helene_browser.get("/nantes/profil/documents/").content.decode()
        assert page.count("Télécharger") == 1
        assert "Refus 31." in page

    def test_who_is_inside_stays_inside(self, helene_browser: Browser, helene: Client) -> None:
        purging.purge()
        assert is_inside(helene_browser, helene)

    def test_the_scheduler_runs_it_each_night(self, helene: Client) -> None:
        entry = settings.CELERY_BEAT_SCHEDULE["purge"]
        assert entry == {"task": purge.name, "schedule": crontab(hour=4, minute=10)}
        self.fill(helene, 1, timedelta(days=1))
        purge.delay()
        assert not Session.objects.exists()
