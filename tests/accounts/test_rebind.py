"""« Changer le mobile »: an agent, a client at the counter, an identity document."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser, log_in
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from doors import enter, is_inside, journal_kinds, newest_mail
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from people import a_client

from accounts.actions.rebind import AccountClosed, IdentityPaper, Rebound, SameNumber, rebind_mobile
from accounts.models import Client, ContactChange, Factor, Session, SMSDevice, User
from establishments.models import Establishment
from journal.models import Event
from messaging.models import InboxMessage

OLD, NEW = "+33639980444", "+33639980777"


@pytest.fixture
def agent_browser(browser: Browser, agent: User) -> Browser:
    assert browser.post(LOGIN, agent_facts(agent)).status_code == 302
    return browser


@pytest.fixture
def helene(helene: Client) -> Client:
    """With a number kept for fiction."""
    SMSDevice.objects.filter(user=helene.user).update(phone=OLD)
    helene.phone = OLD
    helene.save()
    return helene


def page(client: Client) -> str:
    return reverse("admin:accounts_client_rebind", args=[client.pk])


def facts(**changes: str) -> dict[str, str]:
    seen = {
        "phone": "06 39 98 07 77",
        "document_kind": "passport",
        "document_end": "k4x9",
        "is_present": "on",
        "has_rung": "on",
    }
    return {name: value for name, value in {**seen, **changes}.items() if value}


def rebind(client: Client, phone: str = NEW) -> Rebound | SameNumber | AccountClosed:
    return rebind_mobile(
        client_pk=client.pk, phone=phone, document_kind=IdentityPaper.CARD, document_end="12AB", by="user:1"
    )


def test_codes_go_to_the_new_number(agent_browser: Browser, helene: Client) -> None:
    answer = agent_browser.post(page(helene), facts())
    assert answer.headers["Location"] == reverse("admin:accounts_client_change", args=[helene.pk])
    assert "Le mobile est changé." in agent_browser.get(answer.headers["Location"]).content.decode()
    helene.refresh_from_db()
    assert helene.phone == NEW
    assert helene.phone_changed_at is not None
    assert timezone.now() - helene.phone_changed_at < timedelta(seconds=5)
    visitor = CommittingBrowser()
    enter(visitor, helene)
    assert is_inside(visitor, helene)
    assert SMSDevice.objects.get(user=helene.user).phone == NEW


def test_open_sessions_end(agent_browser: Browser, helene_browser: Browser, helene: Client, ousmane: Client) -> None:
    neighbour = log_in(CommittingBrowser(), ousmane)
    agent_browser.post(page(helene), facts())
    assert not is_inside(helene_browser, helene)
    assert is_inside(neighbour, ousmane)
    assert not Session.objects.filter(user=helene.user).exists()


def test_a_session_whose_row_came_back_is_verified_no_more(helene_browser: Browser, helene: Client) -> None:
    """Were it only for the rows, a request under way could write its session again."""
    kept = list(Session.objects.filter(user=helene.user).values())
    rebind(helene)
    Session.objects.bulk_create(Session(**row) for row in kept)
    assert not is_inside(helene_browser, helene)


def test_the_client_hears_of_it_on_every_channel(agent_browser: Browser, helene: Client) -> None:
    agent_browser.post(page(helene), facts())
    assert "Votre numéro de mobile a été changé." in newest_mail(helene.email).text
    told = InboxMessage.objects.filter(channel="sms").values_list("to", flat=True)
    assert sorted(told) == [OLD, NEW]


def test_the_journal_keeps_the_check_and_no_number(agent_browser: Browser, agent: User, helene: Client) -> None:
    agent_browser.post(page(helene), facts())
    event = Event.objects.get(kind="phone_rebound")
    assert (event.actor, event.subject) == (f"user:{agent.pk}", f"user:{helene.user_id}")
    assert event.establishment == helene.establishment
    assert event.data == {
        "document": "passport", "document_end": "K4X9", "phone_end": "777", "is_reopened": False,
    }  # fmt: skip
    assert "39980" not in str(list(Event.objects.values_list("data", flat=True)))


def test_what_was_asked_and_not_confirmed_is_dropped(helene: Client, ousmane: Client) -> None:
    now = timezone.now()
    for client in (helene, ousmane):
        for kind in ContactChange.Kind.values:
            ContactChange.objects.create(client=client, kind=kind, value="x", asked_at=now, expires_at=now)
    rebind(helene)
    assert not ContactChange.objects.filter(client=helene).exists()
    assert ContactChange.objects.filter(client=ousmane).count() == 2


def test_the_code_by_sms_is_asked_first_again(helene: Client) -> None:
    User.objects.filter(pk=helene.user_id).update(preferred_factor=Factor.APP)
    rebind(helene)
    helene.user.refresh_from_db()
    assert helene.user.preferred_factor == Factor.SMS


def test_a_closed_device_is_opened_with_the_same_number(agent_browser: Browser, helene: Client) -> None:
    SMSDevice.objects.filter(user=helene.user).update(confirmed=False, failures=20)
    answer = agent_browser.post(page(helene), facts(phone=OLD), follow=True)
    assert "Le mobile est rouvert." in answer.content.decode()
    device = SMSDevice.objects.get(user=helene.user)
    assert (device.confirmed, device.failures, device.phone) == (True, 0, OLD)
    assert InboxMessage.objects.filter(channel="sms", to=OLD).count() == 1, "told once, not twice"
    assert Event.objects.get(kind="phone_rebound").data["is_reopened"] is True


def test_a_client_without_a_mobile_gets_one(nantes: Establishment) -> None:
    client = a_client(nantes, mobile=False)
    assert rebind(client) == Rebound(is_reopened=False)
    assert SMSDevice.objects.get(user=client.user).phone == NEW


def test_the_number_that_works_already_is_refused(agent_browser: Browser, helene: Client) -> None:
    answer = agent_browser.post(page(helene), facts(phone=OLD))
    assert answer.status_code == 422
    assert "est déjà le sien" in answer.content.decode()
    assert "phone_rebound" not in journal_kinds()


def test_a_closed_account_is_refused(agent_browser: Browser, helene: Client) -> None:
    User.objects.filter(pk=helene.user_id).update(is_active=False)
    answer = agent_browser.post(page(helene), facts())
    assert answer.status_code == 422
    assert "Ce compte est fermé." in answer.content.decode()
    assert SMSDevice.objects.get(user=helene.user).phone == OLD


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"phone": ""}, "Tapez le numéro de mobile."),
        ({"phone": "02 40 00 00 00"}, "n’est pas celui d’un mobile"),
        ({"phone": "06 39 98 07 7"}, "n’est pas celui d’un mobile"),
        ({"phone": "06 39 98 07"}, "impossible"),
        ({"phone": "ma fille"}, "Ce n’est pas un numéro de téléphone."),
        ({"phone": "0" * 41}, "trop long"),
        ({"document_kind": ""}, "Choisissez la pièce d’identité présentée."),
        ({"document_kind": "library_card"}, "Choisissez la pièce d’identité dans la liste."),
        ({"document_end": ""}, "Tapez les 4 derniers caractères"),
        ({"document_end": "12A"}, "4 lettres ou chiffres"),
        ({"document_end": "１２３４"}, "4 lettres ou chiffres"),
        ({"is_present": ""}, "Cochez que la personne est devant vous"),
        ({"has_rung": ""}, "Appelez ce numéro"),
    ],
)
def test_a_refusal_says_why_and_loses_nothing(
    agent_browser: Browser, helene: Client, changes: dict[str, str], words: str
) -> None:
    typed = facts(**changes)
    answer = agent_browser.post(page(helene), typed)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert words in shown
    assert all(f'value="{value}"' in shown for name, value in typed.items() if name in {"phone", "document_end"})
    assert SMSDevice.objects.get(user=helene.user).phone == OLD


def test_another_establishments_client_does_not_exist(agent_browser: Browser, anh: Client) -> None:
    assert agent_browser.get(page(anh)).status_code == 404
    assert agent_browser.post(page(anh), facts()).status_code == 404
    assert agent_browser.get(reverse("admin:accounts_client_rebind", args=[2**70])).status_code == 404
    assert SMSDevice.objects.get(user=anh.user).phone == anh.phone


def test_only_an_agent_inside_finds_the_page(browser: Browser, helene_browser: Browser, helene: Client) -> None:
    for somebody in (browser, helene_browser):
        for answer in (somebody.get(page(helene)), somebody.post(page(helene), facts())):
            assert answer.headers["Location"].startswith(LOGIN)


def test_a_form_without_its_token_is_refused(agent_browser: Browser, helene: Client) -> None:
    agent_browser.handler.enforce_csrf_checks = True
    assert agent_browser.post(page(helene), facts()).status_code == 403


@pytest.mark.parametrize("field", ["phone", "document_kind", "document_end", "is_present", "has_rung"])
@given(typed=st.one_of(st.text(max_size=40), st.text("+0123456789０. -\x00\n\ud800", max_size=20), st.just("9" * 9000)))
@example(typed="\x00")
@example(typed="\ud800")
@example(typed="+33639980777\n")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_form_takes_anything(agent_browser: Browser, helene: Client, field: str, typed: str) -> None:
    body = urlencode({**facts(), field: typed}, errors="surrogatepass")
    answer: Any = agent_browser.post(page(helene), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {302, 422}
