"""After a change of any factor the page shown next offers to close the other sessions."""

from collections.abc import Callable

import pytest
from browsers import CommittingBrowser, log_in
from django.test import Client as Browser
from doors import age_proof, door, is_inside
from factor_pages import options_in, page, removal
from passkeys import SoftKey, a_passkey
from phone_change import NEW, ask, code_at, confirm
from test_email_change import ask as ask_email
from test_email_change import confirmation_link
from test_factor_pages import add_app, code_of, shown_key

from accounts.actions.backup_codes import make_backup_codes
from accounts.models import Client

Change = Callable[[Browser, Client], str]


@pytest.fixture
def elsewhere(helene: Client) -> Browser:
    """Hélène's other browser, or somebody else's."""
    return log_in(CommittingBrowser(), helene)


def after(browser: Browser, path: str, facts: dict[str, object]) -> str:
    """The page that the form leads to."""
    answer = browser.post(path, facts, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def add_the_app(browser: Browser, client: Client) -> str:
    key = shown_key(page(browser, client, "add_app"))
    return after(browser, door("add_app", client), {"code": code_of(key)})


def remove_the_app(browser: Browser, client: Client) -> str:
    add_app(browser, client)
    page(browser, client)
    return after(browser, removal(client, "app"), {})


def add_a_passkey(browser: Browser, client: Client) -> str:
    options = options_in(page(browser, client, "add_passkey"))
    return after(browser, door("add_passkey", client), {"credential": SoftKey().create(options), "name": "clé"})


def remove_a_passkey(browser: Browser, client: Client) -> str:
    passkey = a_passkey(client, SoftKey())
    return after(browser, removal(client, "passkey"), {"passkey": passkey.pk})


def make_a_sheet(browser: Browser, client: Client) -> str:
    return after(browser, door("backup_codes", client), {})


def remove_the_sheet(browser: Browser, client: Client) -> str:
    make_backup_codes(user_pk=client.user_id, by="visitor")
    return after(browser, removal(client, "backup"), {})


def change_the_phone(browser: Browser, client: Client) -> str:
    ask(browser, client)
    confirm(browser, client, code_at(client.phone))
    return after(browser, door("change_phone", client), {"code": code_at(NEW)})


def change_the_email(browser: Browser, client: Client) -> str:
    ask_email(browser, client)
    return after(browser, confirmation_link(), {})


CHANGES = [
    add_the_app,
    remove_the_app,
    add_a_passkey,
    remove_a_passkey,
    make_a_sheet,
    remove_the_sheet,
    change_the_phone,
    change_the_email,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_of_factor_offers_to_close_them(
    helene_browser: Browser, elsewhere: Browser, helene: Client, change: Change
) -> None:
    html = change(helene_browser, helene)
    assert f'action="{door("close_sessions", helene)}"' in html
    assert "1&nbsp;autre session est ouverte" in html
    after(helene_browser, door("close_sessions", helene), {})
    assert not is_inside(elsewhere, helene)
    assert is_inside(helene_browser, helene)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_there_is_nothing_to_close(helene_browser: Browser, helene: Client, change: Change) -> None:
    assert door("close_sessions", helene) not in change(helene_browser, helene)


def test_it_is_offered_once(helene_browser: Browser, elsewhere: Browser, helene: Client) -> None:
    add_the_app(helene_browser, helene)
    assert door("close_sessions", helene) not in page(helene_browser, helene)
    assert door("close_sessions", helene) not in page(helene_browser, helene, "profile")


def test_with_an_old_proof_it_is_asked_again_and_the_security_page_offers_it(
    helene_browser: Browser, elsewhere: Browser, helene: Client
) -> None:
    ask_email(helene_browser, helene)
    age_proof(helene_browser)
    assert door("close_sessions", helene) in after(helene_browser, confirmation_link(), {})
    asked = helene_browser.post(door("close_sessions", helene)).headers["Location"]
    assert asked == door("confirm_identity", helene, next=door("security", helene))
    assert is_inside(elsewhere, helene)


def test_who_confirms_an_email_outside_is_led_to_the_sessions(
    browser: Browser, helene_browser: Browser, ousmane_browser: Browser, helene: Client
) -> None:
    """Not offered those of another client who is inside, either."""
    for reader in (browser, ousmane_browser):
        email = f"lue{reader is browser}@example.org"
        ask_email(helene_browser, helene, email)
        html = after(reader, confirmation_link(email), {})
        assert door("close_sessions", helene) not in html
        assert f'href="{door("security", helene)}"' in html
