"""An e-mail or an identifier that the night's file changes is told, to who uses the portal and to nobody else."""

from pathlib import Path

import pytest
from django.test import TestCase
from django.utils import timezone
from people import a_client
from portfolio_folders import Folder

from accounts.models import Client
from establishments.models import Establishment
from journal.models import Event
from messaging.models import InboxMessage, Message

ROW = {"numero_client": "C9", "identifiant": "5501234567", "email": "ancienne@example.org", "telephone": "0639980006"}


@pytest.fixture
def folder(nantes: Establishment, tmp_path: Path) -> Folder:
    """A client whom the file knows."""
    folder = Folder(tmp_path).clients(ROW)
    assert folder.run().code == 0
    assert not Message.objects.exists(), "a first import tells nobody"
    return folder


def night(folder: Folder) -> None:
    """A real run, and what waits for its commit."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert folder.run().code == 0


def invite() -> None:
    Client.objects.update(invited_at=timezone.now())


def told() -> list[tuple[str, str]]:
    """Who heard, in the order of the addresses."""
    return sorted(InboxMessage.objects.values_list("channel", "to"))


def words() -> set[str]:
    return set(InboxMessage.objects.filter(channel="email").values_list("text", flat=True))


def test_a_new_email_is_told_to_the_former_and_to_the_new_one(folder: Folder) -> None:
    invite()
    night(folder.clients(ROW | {"email": "nouvelle@example.org"}))
    assert Client.objects.get().email == "nouvelle@example.org"
    assert told() == [("email", "ancienne@example.org"), ("email", "nouvelle@example.org")]
    assert all("Votre adresse e-mail a été changée dans votre dossier" in text for text in words())
    assert Event.objects.get(kind="email_changed").actor == "system"


def test_who_has_logged_in_is_told_without_an_invitation(folder: Folder) -> None:
    client = Client.objects.get()
    client.user.last_login = timezone.now()
    client.user.save()
    night(folder.clients(ROW | {"email": "nouvelle@example.org"}))
    assert len(told()) == 2


def test_who_was_never_invited_hears_nothing(folder: Folder) -> None:
    night(folder.clients(ROW | {"email": "nouvelle@example.org", "identifiant": "5507654321"}))
    assert Client.objects.get().email == "nouvelle@example.org"
    assert not Message.objects.exists()


def test_a_first_email_is_told_by_sms_too(nantes: Establishment, tmp_path: Path) -> None:
    """Links for a password go there from now on."""
    folder = Folder(tmp_path).clients(ROW | {"email": ""})
    night(folder)
    invite()
    night(folder.clients(ROW | {"email": "nouvelle@example.org"}))
    assert told() == [("email", "nouvelle@example.org"), ("sms", "+33639980006")]


@pytest.mark.parametrize("email", ["", "Ancienne@Example.org", "ancienne@example.org"])
def test_what_changes_nothing_is_not_told(folder: Folder, email: str) -> None:
    invite()
    night(folder.clients(ROW | {"email": email, "nom": "Autre"}))
    assert Client.objects.get().last_name == "Autre"
    assert not Message.objects.exists()


def test_an_email_that_the_client_has_set_here_already_is_not_told_again(folder: Folder) -> None:
    Client.objects.update(email="nouvelle@example.org", invited_at=timezone.now())
    night(folder.clients(ROW | {"email": "nouvelle@example.org"}))
    assert not Message.objects.exists()


def test_a_rehearsal_tells_nobody(folder: Folder) -> None:
    invite()
    folder.clients(ROW | {"email": "nouvelle@example.org", "identifiant": "5507654321"}).run(write=False)
    assert not Message.objects.exists()


def test_the_same_file_again_tells_nobody(folder: Folder) -> None:
    invite()
    night(folder.clients(ROW | {"email": "nouvelle@example.org", "identifiant": "5507654321"}))
    before = Message.objects.count()
    night(folder)
    assert Message.objects.count() == before


def test_a_new_identifier_is_told_and_stands_in_no_message(folder: Folder) -> None:
    invite()
    night(folder.clients(ROW | {"identifiant": "5507654321"}))
    assert told() == [("email", "ancienne@example.org")]
    (text,) = words()
    assert "Votre identifiant a été changé par votre Crédit Municipal." in text
    assert "5507654321" not in text
    assert "Identifiant oublié" in text


def test_with_a_new_email_the_identifier_is_told_there(folder: Folder) -> None:
    invite()
    night(folder.clients(ROW | {"email": "nouvelle@example.org", "identifiant": "5507654321"}))
    assert told() == [("email", "ancienne@example.org"), *[("email", "nouvelle@example.org")] * 2]


def test_another_establishments_client_hears_nothing(folder: Folder, paris: Establishment) -> None:
    a_client(paris, client_number="C9", identifier="5501234567", email="paris@example.org", invited_at=timezone.now())
    invite()
    night(folder.clients(ROW | {"email": "nouvelle@example.org"}))
    assert ("email", "paris@example.org") not in told()


def test_pages_of_changes_are_all_told(nantes: Establishment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.staging.PAGE", 2)
    rows = [{"numero_client": f"C{n}", "identifiant": f"550123456{n}", "email": f"a{n}@example.org"} for n in range(5)]
    folder = Folder(tmp_path).clients(*rows)
    night(folder)
    invite()
    night(folder.clients(*({**row, "email": f"b{n}@example.org"} for n, row in enumerate(rows))))
    assert len(told()) == 10
