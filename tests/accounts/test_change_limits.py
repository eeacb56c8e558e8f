"""What a client changes, or an agent does for a client, is told each time and stays in the journal: it has an end."""

import re
from base64 import b32decode
from typing import Any

import pytest
from agents import LOGIN, agent_facts
from browsers import CommittingBrowser
from django.test import Client as Browser
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from doors import door, journal_kinds
from passkeys import SoftKey, a_passkey
from people import PASSWORD

from accounts import limits
from accounts.limits import account_changes_of
from accounts.models import Client, Factor, Passkey, User
from contracts.models import CalendarLink
from messaging.models import Message

ADDRESS = {"address": "1 rue Neuve", "postal_code": "44400", "city": "Rezé", "country": ""}
NEW = "un-autre-chat-dort-sous-la-lune"


def spend(client: Client) -> None:
    while account_changes_of(client.user_id) == 0:
        pass


def text_of(answer: Any) -> str:
    page: str = answer.content.decode()
    return page.replace("\xa0", " ")


def test_twenty_changes_an_hour_whatever_they_are(helene_browser: Browser, helene: Client) -> None:
    """The next one is refused on its page, with what was typed."""
    answers = []
    for turn in range(10):
        answers.append(helene_browser.post(door("change_address", helene), {**ADDRESS, "city": f"Ville {turn}"}))
        language = "fr" if turn % 2 else "tr"
        answers.append(helene_browser.post(door("change_preferences", helene), {"language": language}))
    assert {answer.status_code for answer in answers} == {302}
    before, told = journal_kinds(), Message.objects.count()
    refused = helene_browser.post(door("change_address", helene), {**ADDRESS, "city": "Bouguenais"})
    assert refused.status_code == 429
    assert "Vous avez fait beaucoup de demandes en peu de temps. Recommencez après le " in text_of(refused)
    assert 'value="Bouguenais"' in text_of(refused)
    assert helene_browser.post(door("change_preferences", helene), {"language": "tr"}).status_code == 429
    assert (journal_kinds(), Message.objects.count()) == (before, told)
    helene.refresh_from_db()
    assert (helene.city, helene.language) == ("Ville 9", "fr")


def test_what_changes_nothing_costs_nothing(helene_browser: Browser, helene: Client) -> None:
    for _ in range(25):
        assert helene_browser.post(door("change_preferences", helene), {"language": "fr"}).status_code == 302
    assert account_changes_of(helene.user_id) == 0


def test_a_factor_neither_preferred_nor_removed(helene_browser: Browser, helene: Client) -> None:
    key, other = (a_passkey(helene, SoftKey(identifier=name)) for name in (b"one", b"another"))
    spend(helene)
    assert helene_browser.post(door("prefer_factor", helene), {"factor": "passkey"}).status_code == 429
    page = helene_browser.post("/nantes/securite/moyens/passkey/supprimer/", {"passkey": key.pk})
    assert page.status_code == 429
    assert f'name="passkey" value="{key.pk}"' in text_of(page), "the button of the waiting page sends the same again"
    helene.user.refresh_from_db()
    assert helene.user.preferred_factor == Factor.SMS
    assert set(Passkey.objects.filter(user=helene.user)) == {key, other}


def test_neither_an_application_nor_a_passkey_added(helene_browser: Browser, helene: Client) -> None:
    shown = helene_browser.get(door("add_app", helene)).context["key"].replace(" ", "")
    spend(helene)
    code = f"{totp(b32decode(shown)):06d}"
    assert helene_browser.post(door("add_app", helene), {"code": code}).status_code == 429
    assert not TOTPDevice.objects.filter(user=helene.user).exists()
    page = helene_browser.get(door("add_passkey", helene)).content.decode()
    found = re.search(r'data-options="([^"]+)"', page)
    assert found is not None
    credential = SoftKey().create(found[1].replace("&quot;", '"'))
    refused = helene_browser.post(door("add_passkey", helene), {"name": "mon téléphone", "credential": credential})
    assert refused.status_code == 429
    assert 'value="mon téléphone"' in text_of(refused)
    assert not Passkey.objects.exists()


def test_neither_a_password_nor_a_title(helene_browser: Browser, helene: Client) -> None:
    helene_browser.post("/nantes/calendrier/", {"title": "Dates"})
    spend(helene)
    assert helene_browser.post("/nantes/calendrier/titre/", {"title": "Autre"}).status_code == 429
    assert CalendarLink.objects.get().title == "Dates"
    typed = {"current_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    refused = helene_browser.post(door("change_password", helene), typed)
    assert "Trop d’essais. Vous pourrez recommencer dans 3 minutes." in text_of(refused)
    assert User.objects.get(pk=helene.user_id).check_password(PASSWORD)


@pytest.mark.parametrize("button", ["sessions", "mot-de-passe"])
def test_what_agents_do_for_one_client_ends_too(helene: Client, ousmane: Client, agent: User, button: str) -> None:
    desk = CommittingBrowser()
    desk.post(LOGIN, agent_facts(agent))
    path = "/gestion/accounts/client/{}/" + button + "/"
    for _ in range(10):
        desk.post(path.format(helene.pk))
    told = Message.objects.count()
    page = text_of(desk.post(path.format(helene.pk), follow=True))
    assert "Rien n’a changé : beaucoup a déjà été fait pour ce client en une heure" in page
    assert Message.objects.count() == told
    desk.post(path.format(ousmane.pk))
    assert Message.objects.count() > told, "another client is helped"


def test_nor_is_a_mobile_changed_back_and_forth(helene: Client, agent: User) -> None:
    desk = CommittingBrowser()
    desk.post(LOGIN, agent_facts(agent))
    for _ in range(10):
        assert limits.desk_acts_for(helene.user_id) == 0
    facts = {
        "phone": "06 39 98 77 66",
        "document_kind": "passport",
        "document_end": "12AB",
        "is_present": "on",
        "has_rung": "on",
    }
    refused = desk.post(f"/gestion/accounts/client/{helene.pk}/mobile/", facts)
    assert refused.status_code == 422
    assert 'value="06 39 98 77 66"' in text_of(refused)
    assert Client.objects.get(pk=helene.pk).phone == helene.phone
