"""What clients change in their own file, through the actions of the pages, outlives the nightly import."""

from pathlib import Path
from typing import Any

import pytest
from doors import sms_code
from portfolio_folders import Folder

from accounts.actions import email, phone, profile
from accounts.actions.clients import update_clients
from accounts.actions.profile import Address, Preferences
from accounts.models import Client, SMSDevice
from contracts.portfolio import client_rows
from establishments.models import Establishment
from messaging.models import InboxMessage, Message

ADDRESS = Address(address="1 rue Neuve", postal_code="44400", city="Rezé", country="")
OWN = {"address": "1 rue Neuve", "postal_code": "44400", "city": "Rezé", "country": "", "language": "ar"}
FIELDS = (*OWN, "email", "phone", "prefers_phone_call")


def change_everything(client: Client) -> None:
    profile.change_address(user_pk=client.user_id, address=ADDRESS, by="user:1")
    wishes = Preferences(language="ar", prefers_phone_call=True)
    profile.change_preferences(user_pk=client.user_id, preferences=wishes, by="user:1")
    Client.objects.filter(pk=client.pk).update(email="moi@example.org")


def own_values() -> dict[str, Any]:
    return dict(Client.objects.values(*FIELDS).get())


def test_the_night_undoes_nothing(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients()
    folder.run()
    change_everything(Client.objects.get())
    kept = own_values()
    assert {name: kept[name] for name in OWN} == OWN
    folder.run()
    folder.clients({"nom": "Martin"}).run()
    assert own_values() == kept
    assert Client.objects.get().last_name == "Martin"


def test_the_back_office_still_changes_what_it_says_anew(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients()
    folder.run()
    change_everything(Client.objects.get())
    folder.clients({"langue": "pt"}).run()
    assert own_values() | {"language": "ar"} == own_values() | OWN
    assert Client.objects.get().language == "pt"
    folder.clients({"langue": "pt", "adresse": "5 rue B"}).run()
    client = Client.objects.get()
    assert (client.address, client.postal_code, client.city) == ("5 rue B", "44000", "Nantes")


def test_a_change_made_while_the_import_runs_is_kept(
    nantes: Establishment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path).clients()
    folder.run()
    write = update_clients
    own = {**OWN, "email": "moi@example.org", "phone": "+33639980099", "prefers_phone_call": True}

    def late(**facts: Any) -> None:
        """The client's commit falls between what the import read and what it writes."""
        Client.objects.update(**own)
        write(**facts)

    monkeypatch.setattr(client_rows, "update_clients", late)
    folder.clients({"nom": "Martin"}).run()
    assert own_values() == own
    assert Client.objects.get().last_name == "Martin"


@pytest.mark.usefixtures("committed")
def test_a_mobile_proved_by_two_codes_survives_and_keeps_its_device(tmp_path: Path, nantes: Establishment) -> None:
    folder = Folder(tmp_path).clients()
    folder.run()
    client = Client.objects.get()
    facts: dict[str, Any] = {"user_pk": client.user_id, "address": "192.0.2.1", "by": "user:1"}
    sent = phone.start_phone_change(phone="+33639980099", **facts)
    assert isinstance(sent, phone.CodeSent)
    for to in (client.phone, "+33639980099"):
        client.phone = to
        outcome = phone.confirm_phone_code(challenge=sent.challenge, code=sms_code(client), **facts)
    assert isinstance(outcome, phone.PhoneChanged)
    folder.clients({"nom": "Martin"}).run()
    assert Client.objects.get().phone == SMSDevice.objects.get().phone == "+33639980099"
    assert SMSDevice.objects.get().pk == outcome.device.pk
    assert InboxMessage.objects.filter(channel="sms").count() == 4


def test_a_mobile_changed_by_the_file_closes_the_email_too(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients()
    folder.run()
    folder.clients({"telephone": "06 39 98 00 07"}).run()
    client = Client.objects.get()
    outcome = email.request_email_change(user_pk=client.user_id, email="moi@example.org", by="user:1")
    assert isinstance(outcome, email.NotYet)
    assert set(Message.objects.values_list("kind", flat=True)) == {"account_changed"}, "no link, but the news"
