"""Passkeys in the client's pages: added by their own browser, removed by their owner."""

import json

import pytest
from browsers import CommittingBrowser, log_in
from django.test import Client as Browser
from doors import door
from factor_pages import options_in, page, removal
from passkeys import SoftKey, a_passkey

from accounts.models import Client, Passkey


def test_a_passkey_is_added(helene: Client, helene_browser: Browser) -> None:
    options = options_in(page(helene_browser, helene, "add_passkey"))
    facts = {"credential": SoftKey().create(options), "name": "mon téléphone"}
    assert helene_browser.post(door("add_passkey", helene), facts).headers["Location"] == door("factors", helene)
    assert "mon téléphone" in page(helene_browser, helene)
    assert Passkey.objects.get().user == helene.user


def test_a_passkey_without_a_name_gets_one(helene: Client, helene_browser: Browser) -> None:
    options = options_in(page(helene_browser, helene, "add_passkey"))
    helene_browser.post(door("add_passkey", helene), {"credential": SoftKey().create(options)})
    assert Passkey.objects.get().name == "Clé d’accès"


def test_a_challenge_of_the_page_serves_once(helene: Client, helene_browser: Browser) -> None:
    options = options_in(page(helene_browser, helene, "add_passkey"))
    refused = helene_browser.post(door("add_passkey", helene), {"credential": "{}", "name": "ma clé"})
    assert refused.status_code == 422
    assert 'value="ma clé"' in refused.content.decode()
    assert options_in(refused.content.decode()) != options
    answer = helene_browser.post(door("add_passkey", helene), {"credential": SoftKey().create(options)})
    assert answer.status_code == 422


def test_another_browser_cannot_finish(helene: Client, helene_browser: Browser) -> None:
    options = options_in(page(helene_browser, helene, "add_passkey"))
    other = log_in(CommittingBrowser(), helene)
    assert other.post(door("add_passkey", helene), {"credential": SoftKey().create(options)}).status_code == 422


def test_a_name_that_is_too_long_loses_nothing(helene: Client, helene_browser: Browser) -> None:
    answer = helene_browser.post(door("add_passkey", helene), {"credential": "{}", "name": "x" * 65})
    assert answer.status_code == 422
    assert "x" * 65 in answer.content.decode()


def test_a_sixth_passkey_is_not_offered(helene: Client, helene_browser: Browser) -> None:
    for n in range(4):
        a_passkey(helene, SoftKey(identifier=b"key-%d" % n))
    options = options_in(page(helene_browser, helene, "add_passkey"))
    a_passkey(helene, SoftKey(identifier=b"fifth"))
    assert "Ajouter une autre clé" not in page(helene_browser, helene)
    assert helene_browser.get(door("add_passkey", helene)).headers["Location"] == door("factors", helene)
    answer = helene_browser.post(door("add_passkey", helene), {"credential": SoftKey().create(options)})
    assert answer.status_code == 422
    assert "déjà 5 clés" in answer.content.decode()


def test_another_clients_passkey_does_not_exist(helene: Client, ousmane: Client, helene_browser: Browser) -> None:
    theirs = a_passkey(ousmane, SoftKey())
    assert helene_browser.post(removal(helene, "passkey"), {"passkey": theirs.pk}).status_code == 404
    assert Passkey.objects.exists()


def test_another_establishments_passkey_does_not_exist(helene: Client, anh: Client, helene_browser: Browser) -> None:
    theirs = a_passkey(anh, SoftKey())
    assert helene_browser.post(removal(helene, "passkey"), {"passkey": theirs.pk}).status_code == 404
    assert helene_browser.post(removal(anh, "passkey"), {"passkey": theirs.pk}).status_code == 302
    assert Passkey.objects.exists()


@pytest.mark.parametrize("credential", ["\ud800", json.dumps({"id": "\ud800"}), "[" * 50_000, "9" * 900_000])
def test_a_passkey_page_takes_what_no_browser_sends(helene_browser: Browser, helene: Client, credential: str) -> None:
    page(helene_browser, helene, "add_passkey")
    body = b"credential=" + credential.encode("utf-8", "surrogatepass")
    form = "application/x-www-form-urlencoded"
    answer = helene_browser.post(door("add_passkey", helene), body, content_type=form)
    assert answer.status_code == 422
    assert len(answer.content) < 50_000, "what was sent is not written back"
