"""Identifiers, e-mail, phone and address: what a file gives and what a client changed here."""

from itertools import chain, repeat
from pathlib import Path

import pytest
from browsers import CommittingBrowser, log_in
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device
from people import a_client
from portfolio_folders import Folder

from accounts.models import Client, SMSDevice, User
from contracts.portfolio import client_rows
from establishments.models import Establishment
from journal.models import Event


def identifiers() -> dict[str, str | None]:
    return dict(Client.objects.values_list("client_number", "user__identifier"))


@pytest.mark.parametrize("cell", ["5501234567", "55 01 23 45 67", "55.01.23-45.67"])
def test_a_given_identifier_is_taken_as_it_is(nantes: Establishment, tmp_path: Path, cell: str) -> None:
    Folder(tmp_path).clients({"identifiant": cell}).run()
    assert identifiers() == {"C1": "5501234567"}


def test_without_identifier_the_portal_gives_a_free_one(
    nantes: Establishment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_client(nantes, client_number="C9", identifier="1000000000")
    drawn = chain(["1000000000", "2000000000", "3000000000", "3000000000"], repeat("4000000000"))
    monkeypatch.setattr(client_rows, "generate", lambda: next(drawn))
    clients = (
        {"identifiant": ""},
        {"numero_client": "C2", "identifiant": ""},
        {"numero_client": "C3"} | {"identifiant": "2000000000"},
    )
    assert Folder(tmp_path).clients(*clients).run().code == 0
    assert identifiers() == {"C9": "1000000000", "C1": "3000000000", "C2": "4000000000", "C3": "2000000000"}


def test_an_identifier_changes_only_if_the_file_gives_another(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients({"identifiant": ""})
    folder.run()
    given = identifiers()["C1"]
    folder.run()
    assert identifiers() == {"C1": given}
    assert "1\u00a0ligne" in folder.clients({"identifiant": "55 0123 45678"}).run().out
    assert identifiers() == {"C1": "55012345678"}
    assert User.objects.get().username == User.client_username(nantes.pk, "55012345678")
    assert Event.objects.filter(kind="identifier_changed").count() == 1


def test_an_identifier_in_use_refuses_the_row(nantes: Establishment, paris: Establishment, tmp_path: Path) -> None:
    a_client(nantes, client_number="C9", identifier="5501234567")
    a_client(paris, client_number="C9", identifier="6000000000")
    outcome = Folder(tmp_path).clients({}, {"numero_client": "C2", "identifiant": "6000000000"}).run()
    assert (outcome.code, outcome.places) == (3, [("clients.csv", 2, "identifiant", "5501234567")])
    assert outcome.reason == "Un autre client de l’établissement a déjà cet identifiant."


def test_one_identifier_twice_in_a_file(nantes: Establishment, tmp_path: Path) -> None:
    rows: tuple[dict[str, str], ...] = (
        {},
        {"numero_client": "C2", "identifiant": "55 01 23 45 67"},
        {"numero_client": "C3", "identifiant": ""},
    )
    outcome = Folder(tmp_path).clients(*rows).run()
    assert [place[1:3] for place in outcome.places] == [(2, "identifiant"), (3, "identifiant")]
    assert list(identifiers()) == ["C3"]


@pytest.mark.parametrize(
    ("cell", "number", "is_mobile"),
    [
        ("0639980006", "+33639980006", True),
        ("06.39.98.00.06", "+33639980006", True),
        ("+33 6 39 98 00 06", "+33639980006", True),
        ("0033-639-980-006", "+33639980006", True),
        ("+33 (0)6 39 98 00 06", "+33639980006", True),
        ("07 99 99 00 06", "+33799990006", True),
        ("+32 470 12 34 56", "+32470123456", True),
        ("02 61 91 00 01", "+33261910001", False),
        ("+32 2 555 12 12", "+3225551212", False),
    ],
)
def test_phones(nantes: Establishment, tmp_path: Path, *, cell: str, number: str, is_mobile: bool) -> None:
    outcome = Folder(tmp_path).clients({"telephone": cell}).run()
    assert (outcome.code, outcome.notes) == (0, [])
    assert Client.objects.get().phone == number
    assert list(SMSDevice.objects.values_list("phone", flat=True)) == ([number] if is_mobile else [])


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("telephone", "06 39 98", "impossible"),
        ("telephone", "liste rouge", "pas un numéro de téléphone"),
        ("telephone", "112", "impossible"),
        ("email", "helene(at)example.org", "pas une adresse e-mail"),
        ("email", f"h@{'a.' * 130}fr", "dépasse 254 caractères"),
    ],
)
def test_a_bad_email_or_phone_is_reported_and_ignored(
    nantes: Establishment, tmp_path: Path, *, column: str, cell: str, reason: str
) -> None:
    outcome = Folder(tmp_path).clients({column: cell}).run()
    assert (outcome.code, outcome.places) == (0, [("clients.csv", 2, column, cell)])
    assert reason in outcome.reason
    assert "À savoir" in outcome.out
    client = Client.objects.get()
    assert (client.email == "", client.phone == "") == (column == "email", column == "telephone")


def test_what_a_client_changed_survives_the_night(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients()
    folder.run()
    own = {"email": "moi@example.org", "phone": "+33639980099", "address": "1 rue Neuve", "city": "Rezé"}
    Client.objects.update(**own)
    device = SMSDevice.objects.get()
    assert "Rien n’a changé" in folder.run().out
    assert Client.objects.values(*own).get() == own
    # Another writing of the same phone is no change.
    folder.clients({"telephone": "+33 639 980 006", "nom": "Martin"}).run()
    assert Client.objects.values(*own).get() == own
    assert SMSDevice.objects.get() == device


def test_what_the_file_changes_wins(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients()
    folder.run()
    Client.objects.update(email="moi@example.org", phone="+33639980099", address="1 rue Neuve", city="Rezé")
    folder.clients(
        {"email": "neuf@example.org", "telephone": "06 39 98 00 07", "adresse": "5 rue B", "ville": ""}
    ).run()
    client = Client.objects.get()
    assert (client.email, client.phone) == ("neuf@example.org", "+33639980007")
    assert (client.address, client.city) == ("5 rue B", "Nantes")


def test_a_phone_changed_by_the_file_unverifies_the_sessions(nantes: Establishment, tmp_path: Path) -> None:
    client = a_client(nantes, client_number="C1", identifier="5501234567")
    Client.objects.update(file_values={"phone": client.phone})
    browser = log_in(CommittingBrowser(), client)
    old = SMSDevice.objects.get()
    verified_by = browser.session[DEVICE_ID_SESSION_KEY]
    assert Device.from_persistent_id(verified_by) == old
    Folder(tmp_path).clients({"telephone": "06 39 98 00 07"}).run()
    device = SMSDevice.objects.get()
    assert (device.phone, device.pk == old.pk, device.confirmed) == ("+33639980007", False, True)
    assert Device.from_persistent_id(verified_by) is None
    assert Event.objects.filter(kind="phone_changed", actor="system").count() == 1


def test_a_phone_that_becomes_a_landline_has_no_device(nantes: Establishment, tmp_path: Path) -> None:
    folder = Folder(tmp_path).clients()
    folder.run()
    folder.clients({"telephone": "02 61 91 00 01"}).run()
    assert (Client.objects.get().phone, SMSDevice.objects.count()) == ("+33261910001", 0)
    folder.clients().run()
    assert SMSDevice.objects.get().phone == "+33639980006"


@pytest.mark.parametrize("address", ["Helene.Lefevre@Example.ORG", "o'hara!#@example.org", "a@xn--bcher-kva.example"])
def test_an_unusual_email_is_taken_as_it_is(nantes: Establishment, tmp_path: Path, address: str) -> None:
    outcome = Folder(tmp_path).clients({"email": address}).run()
    assert (outcome.code, outcome.notes, Client.objects.get().email) == (0, [], address)
